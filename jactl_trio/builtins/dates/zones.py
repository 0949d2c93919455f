"""ZoneId's methods."""

from __future__ import annotations

from ...values.dates import ZoneId
from ...values.dates.fields import DateTimeError
from ...values.dates.zones import available_zone_ids
from ...values.fixed_lists import declare_fixed_list, fixed_list
from ...values.types import BOOLEAN, LIST, STRING
from .table import declare_methods, declare_statics
from .types import ZONE_ID

_ZONE_IDS = "zone.ids"
declare_fixed_list(_ZONE_IDS, lambda: sorted(available_zone_ids()))


def zone_or_null(zone: str) -> ZoneId | None:
    try:
        return ZoneId.of(zone)
    except DateTimeError:
        return None  # the guide: ZoneId.of gives null for a zone that does not exist


declare_statics(
    ZONE_ID,
    [
        ("of", "zone", ZONE_ID, zone_or_null),
        ("isValid", "zone", BOOLEAN, lambda zone: zone in available_zone_ids()),
        ("getAvailableZoneIds", "", LIST, lambda: fixed_list(_ZONE_IDS)),
        ("systemDefault", "", ZONE_ID, ZoneId.system_default),
    ],
    {"zone": STRING},
)
declare_methods(
    ZONE_ID,
    [("getId", "", STRING, lambda zone: zone.id), ("normalized", "", ZONE_ID, ZoneId.normalized)],
    {},
)
