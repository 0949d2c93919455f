"""Frames and values -> the body of a checkpoint (the format stands in rows.py)."""

from __future__ import annotations

from struct import Struct
from typing import Any

import cbor2

from ..errors import CheckpointEncodeError
from .catalogue import Names, Registry
from .encoder import Encoder
from .explain import place_of
from .items import Unsavable
from .layouts import Layouts, layouts_of
from .row_writers import write_rows
from .snapshot import Snapshot

_WRITTEN_BYTES_KEPT_MAX = 4_096
_COUNTS_KEPT = 256
_COUNTS = [cbor2.dumps(count) for count in range(_COUNTS_KEPT)]
_NULL = cbor2.dumps(None)
_as_double = Struct(">d").pack


def encode_body(snapshot: Snapshot, registry: Registry | None) -> bytes:
    """The body; CheckpointEncodeError names the variable that holds what cannot be saved."""
    try:
        try:
            return _encoded(snapshot, registry, layouts_of(snapshot.unit, are_kept=not snapshot.evaluated))
        except UnicodeEncodeError:  # a string with a lone surrogate somewhere: look at each one
            return _encoded(snapshot, registry, Layouts(careful=True), careful=True)
    except Unsavable as error:
        place, location = place_of(snapshot, error.value)
        raise CheckpointEncodeError(f"{place} cannot be saved: {error.reason}", location) from None


def _encoded(snapshot: Snapshot, registry: Registry | None, layouts: Layouts, careful: bool = False) -> bytes:
    names = Names(snapshot.unit, snapshot.evaluated, registry)
    encoder = Encoder(names, layouts, snapshot.frames, careful)
    globals_item, value_item = encoder.item(snapshot.globals), encoder.item(snapshot.value)
    write_rows(encoder)
    for unit in snapshot.evaluated:
        names.unit(unit)
    return _head(snapshot, globals_item, value_item) + _units_and_shapes(encoder, names) + cbor2.dumps(encoder.groups)


def _head(snapshot: Snapshot, globals_item: Any, value_item: Any) -> bytes:
    """All before the units, as CBOR. An array takes cbor2 twice as long as this does."""
    id, counts, dumps = snapshot.instance_id, _COUNTS, cbor2.dumps
    number, ordinal, loops, frames = (
        snapshot.checkpoint_id,
        snapshot.call_ordinal,
        snapshot.loop_count,
        len(snapshot.frames),
    )
    return b"\x8b%b%b%b%b\xfb%b%b%b%b" % (  # an array of 11
        _NULL if id is None else b"\x50" + id.bytes,
        counts[number] if number < _COUNTS_KEPT else dumps(number),
        counts[ordinal] if ordinal < _COUNTS_KEPT else dumps(ordinal),
        counts[loops] if loops < _COUNTS_KEPT else dumps(loops),
        _as_double(snapshot.run_seconds),
        counts[frames] if frames < _COUNTS_KEPT else dumps(frames),
        dumps(globals_item),
        _NULL if value_item is None else dumps(value_item),
    )


def _units_and_shapes(encoder: Encoder, names: Names) -> bytes:
    """As CBOR. Those of a script alone are kept: its checkpoints say the same again and again."""
    layouts = tuple(encoder.numbers)
    written = encoder.layouts.written.get(layouts) if len(names.units) == 1 else None
    if written is None:
        shapes: list[Any] = []
        for layout in layouts:
            shapes += (layout.kind, layout.codes, *names.numbered(layout.parts), *layout.names)
        written = cbor2.dumps(names.unit_fields()) + cbor2.dumps(shapes)
        if len(names.units) == 1 and encoder.own == {} and len(written) <= _WRITTEN_BYTES_KEPT_MAX:
            encoder.layouts.written[layouts] = written
    return written
