"""The body of a checkpoint -> frames and values (the format stands in rows.py).

Total: any bytes give a Snapshot or raise CheckpointDecodeError (UnknownScriptError where a script is not known), in
bounds of memory and time, and no code of scripts runs.  In stages:

    read      CBOR with everything closed that is not needed: tags, depth, duplicates, indefinite lengths
    check     units, shapes and groups are what the format says, every row number and every field's type is right
    shells    an empty object for each row that can be filled later: lists, maps, instances, frames
    make      the rows that cannot change once made (closures, environments, dates, map keys), after what they need
    fill      the shells
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID, SafeUUID

import cbor2

from ..errors import CheckpointDecodeError, JactlError
from .catalogue import Registry, Resolver, Things, found_units
from .columns import Row
from .graph import Graph
from .rows import INT_MAX, NESTING
from .snapshot import Snapshot, UnitReference

# Read after the body, so that bytes left over show: cbor2 would ignore them. Random, so that no body can hold it.
_END = os.urandom(16)

_set = object.__setattr__  # as UUID itself does

# How CBOR begins an integer of more than 64 bits with its sign. It may be part of a text or a float, too.
# Each pattern begins with one byte, not with one of two: that is searched for at ten times the speed.
_LARGE_POSITIVE, _LARGE_NEGATIVE = re.compile(rb"\x1b[\x80-\xff]"), re.compile(rb"\x3b[\x80-\xff]")


def decode_body(body: bytes, identity: str, registry: Registry | None, resolver: Resolver) -> Snapshot:
    """The snapshot, for the script that the envelope names."""
    try:
        return _decoded(read_cbor(body), identity, registry, resolver, not _may_hold_large_integers(body))
    except JactlError:
        raise
    except Exception as error:  # whatever a forged body has hit upon; the fuzz tests look for such
        raise CheckpointDecodeError(f"The checkpoint cannot be read: {type(error).__name__}") from error


def read_cbor(body: bytes) -> list[Any]:
    """The parts of a body, nothing but their number checked."""
    try:
        whole = cbor2.loads(
            b"\x82%b\x50%b" % (body, _END),
            tag_hook=_refuse,
            semantic_decoders=_NO_TAGS,
            max_depth=NESTING,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
        )
    except cbor2.CBORError as error:
        raise CheckpointDecodeError(f"The checkpoint's body is no proper CBOR: {error}") from None
    if whole[1] != _END or type(whole[0]) is not list or len(whole[0]) != 11:
        raise CheckpointDecodeError("The checkpoint's body has not the parts of a body")
    found: list[Any] = whole[0]
    return found


def read_units(part: Any) -> list[UnitReference]:
    """The units that a body names."""
    if type(part) is not list:
        raise CheckpointDecodeError("A part of the checkpoint is no array")
    if len(part) % 4:
        raise CheckpointDecodeError("A part of the checkpoint is cut off")
    references = []
    for at in range(0, len(part), 4):
        identity, name, package, source = part[at : at + 4]
        if type(identity) is not bytes or type(name) is not str or type(package) is not str:
            raise CheckpointDecodeError("The checkpoint has a unit that is not named properly")
        if source is not None and type(source) is not str:
            raise CheckpointDecodeError("The source of a unit is no text")
        references.append(UnitReference(identity.hex(), name, package, source))
    if not references:
        raise CheckpointDecodeError("The checkpoint names no script")
    return references


def read_instance(instance_id: Any, counts: Sequence[Any], seconds: Any) -> UUID | None:
    """The instance's id; checks what stands beside it."""
    if not (instance_id is None or (type(instance_id) is bytes and len(instance_id) == 16)):
        raise CheckpointDecodeError("The checkpoint's instance id is no UUID")
    for count in counts:
        if type(count) is not int or not 0 <= count <= INT_MAX:
            raise CheckpointDecodeError("The checkpoint's counters are wrong")
    if type(seconds) is not float or not seconds >= 0:
        raise CheckpointDecodeError("The checkpoint's run time is wrong")
    return None if instance_id is None else _uuid(instance_id)


def _uuid(data: bytes) -> UUID:
    """UUID(bytes=data), which looks through six ways to make one for longer than a small checkpoint's groups take."""
    id = UUID.__new__(UUID)
    _set(id, "int", int.from_bytes(data))
    _set(id, "is_safe", SafeUUID.unknown)
    return id


def _decoded(
    body: list[Any], identity: str, registry: Registry | None, resolver: Resolver, ints_are_small: bool
) -> Snapshot:
    id_, checkpoint_id, call_ordinal, loop_count, run_seconds, frame_count, globals_item, value_item = body[:8]
    instance_id = read_instance(id_, (checkpoint_id, call_ordinal, loop_count), run_seconds)
    references = read_units(body[8])
    if references[0].identity != identity:
        raise CheckpointDecodeError("The checkpoint's body belongs to another script than its envelope")
    units = found_units(references, resolver)
    things = Things(units, registry)
    graph = Graph(things, body[9], body[10], frame_count, ints_are_small=ints_are_small)
    globals_, value = graph.columns.item(globals_item), graph.columns.item(value_item)
    objects = graph.build()
    globals_ = objects[globals_] if type(globals_) is Row else None
    if type(globals_) is not dict:
        raise CheckpointDecodeError("The checkpoint has no globals")
    return Snapshot(
        units[0],
        objects[:frame_count],
        globals_,
        instance_id,
        checkpoint_id,
        call_ordinal,
        loop_count,
        run_seconds,
        objects[value] if type(value) is Row else value,
        [unit for unit, reference in zip(units, references, strict=True) if reference.source is not None],
    )


def _may_hold_large_integers(body: bytes) -> bool:
    """As far as can be told from the bytes."""
    if b"\x1b" in body and _LARGE_POSITIVE.search(body) is not None:
        return True
    return b"\x3b" in body and _LARGE_NEGATIVE.search(body) is not None


def _refuse(*_: Any) -> NoReturn:
    raise CheckpointDecodeError("CBOR tags are not part of the format")


class _NoTags(dict[int, Any]):
    """Decoders of CBOR tags: none, for any number. cbor2's own would build regexes, dates and huge numbers."""

    def __missing__(self, tag: int) -> NoReturn:
        _refuse()


_NO_TAGS = _NoTags()
