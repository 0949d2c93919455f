"""Frames and values -> the body of a checkpoint (the format stands in rows.py)."""

from __future__ import annotations

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

_BODY_START = b"\x8b"  # an array of 11
_WRITTEN_BYTES_KEPT_MAX = 4_096


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
    encoder = Encoder(names, layouts, careful)
    encoder.number(snapshot.frames)
    globals_item, value_item = encoder.item(snapshot.globals), encoder.item(snapshot.value)
    write_rows(encoder)
    for unit in snapshot.evaluated:
        names.unit(unit)
    instance_id = snapshot.instance_id
    head = (
        None if instance_id is None else instance_id.bytes,
        snapshot.checkpoint_id,
        snapshot.call_ordinal,
        snapshot.loop_count,
        snapshot.run_seconds,
        len(snapshot.frames),
        globals_item,
        value_item,
    )
    # An array of three parts more than the head: its first byte tells the number.
    return _BODY_START + cbor2.dumps(head)[1:] + _units_and_shapes(encoder, names) + cbor2.dumps(encoder.groups)


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
