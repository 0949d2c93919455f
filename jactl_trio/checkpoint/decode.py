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

from ..continuation.unit import Unit
from ..errors import CheckpointDecodeError, JactlError
from .catalogue import Registry, Resolver, Things, found_units
from .columns import Row
from .graph import Graph
from .known_shapes import known_shapes_of
from .rows import INT_MAX, NESTING
from .shapes import Shape, read_shapes
from .snapshot import Snapshot, UnitReference

# Read after the body, so that bytes left over show: cbor2 would ignore them. Random, so that no body can hold it.
_END = os.urandom(16)
# Read in the place of units and shapes that are known, so that it shows where those bytes stood.
_KNOWN = os.urandom(16)

# The parts of a body, what it names, its shapes, the units that eval() compiled, and where its groups begin, or before.
_Read = tuple[list[Any], Things, list[Shape], list[Unit], int]

_set_int, _set_is_safe = UUID.__dict__["int"].__set__, UUID.__dict__["is_safe"].__set__
_IS_SAFE = SafeUUID.unknown

# How CBOR begins an integer of more than 64 bits with its sign. It may be part of a text or a float, too.
# Each pattern begins with one byte, not with one of two: that is searched for at ten times the speed.
_LARGE_POSITIVE, _LARGE_NEGATIVE = re.compile(rb"\x1b[\x80-\xff]"), re.compile(rb"\x3b[\x80-\xff]")


def decode_body(body: bytes, identity: str, registry: Registry | None, resolver: Resolver) -> Snapshot:
    """The snapshot, for the script that the envelope names."""
    try:
        return _decoded(body, identity, registry, resolver)
    except JactlError:
        raise
    except Exception as error:  # whatever a forged body has hit upon; the fuzz tests look for such
        raise CheckpointDecodeError(f"The checkpoint cannot be read: {type(error).__name__}") from error


def read_cbor(body: bytes) -> list[Any]:
    """The parts of a body, nothing but their number checked."""
    try:
        parts = _parts(body)
    except cbor2.CBORError as error:
        raise CheckpointDecodeError(f"The checkpoint's body is no proper CBOR: {error}") from None
    if parts is None:
        raise CheckpointDecodeError("The checkpoint's body has not the parts of a body")
    return parts


def _parts(body: bytes) -> list[Any] | None:
    whole = cbor2.loads(
        b"\x82%b\x50%b" % (body, _END),
        tag_hook=_refuse,
        semantic_decoders=_NO_TAGS,
        max_depth=NESTING,
        allow_indefinite=False,
        allow_duplicate_keys=False,
        strict_hashable_types=True,
    )
    if whole[1] != _END or type(whole[0]) is not list or len(whole[0]) != 11:
        return None
    parts: list[Any] = whole[0]
    return parts


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
    _set_int(id, int.from_bytes(data))
    _set_is_safe(id, _IS_SAFE)
    return id


def _decoded(body: bytes, identity: str, registry: Registry | None, resolver: Resolver) -> Snapshot:
    script = resolver(UnitReference(identity, "", ""))
    read = None if script is None or script.identity != identity else _read_again(body, script, registry)
    parts, things, shapes, evaluated, groups_from = read or _read(body, identity, script, registry, resolver)
    id_, checkpoint_id, call_ordinal, loop_count, run_seconds, frame_count, globals_item, value_item = parts[:8]
    instance_id = read_instance(id_, (checkpoint_id, call_ordinal, loop_count), run_seconds)
    ints_are_small = not _may_hold_large_integers(body, groups_from)
    graph = Graph(things, shapes, parts[10], frame_count, ints_are_small=ints_are_small)
    globals_, value = graph.columns.item(globals_item), graph.columns.item(value_item)
    objects = graph.build()
    globals_ = objects[globals_] if type(globals_) is Row else None
    if type(globals_) is not dict:
        raise CheckpointDecodeError("The checkpoint has no globals")
    return Snapshot(
        things.units[0],
        objects[:frame_count],
        globals_,
        instance_id,
        checkpoint_id,
        call_ordinal,
        loop_count,
        run_seconds,
        objects[value] if type(value) is Row else value,
        evaluated,
    )


def _read(body: bytes, identity: str, script: Unit | None, registry: Registry | None, resolver: Resolver) -> _Read:
    parts = read_cbor(body)
    references = read_units(parts[8])
    if references[0].identity != identity:
        raise CheckpointDecodeError("The checkpoint's body belongs to another script than its envelope")
    units = found_units(
        references, lambda one: script if script is not None and one.identity == identity else resolver(one)
    )
    things = Things(units, registry)
    shapes = read_shapes(parts[9], things)
    evaluated = [unit for unit, reference in zip(units, references, strict=True) if reference.source is not None]
    if len(units) == 1 and not evaluated:
        known_shapes_of(units[0]).learn(parts[8], parts[9], shapes)
    return parts, things, shapes, evaluated, 0


def _read_again(body: bytes, script: Unit, registry: Registry | None) -> _Read | None:
    """The same, if the body names no other unit and its units and shapes are known: they are cut out, and what is read
    in their place proves that nothing but they stood there."""
    found = known_shapes_of(script).found_in(body)
    if found is None:
        return None
    at, stretch = found
    groups_from = at + len(stretch.text)
    try:
        parts = _parts(b"%b\x50%b\xf6%b" % (body[:at], _KNOWN, body[groups_from:]))
    except cbor2.CBORError:
        return None
    if parts is None or parts[8] != _KNOWN:
        return None
    return parts, Things((script,), registry), stretch.shapes, [], groups_from


def _may_hold_large_integers(body: bytes, begin: int) -> bool:
    """As far as can be told from the bytes."""
    if body.find(b"\x1b", begin) >= 0 and _LARGE_POSITIVE.search(body, begin) is not None:
        return True
    return body.find(b"\x3b", begin) >= 0 and _LARGE_NEGATIVE.search(body, begin) is not None


def _refuse(*_: Any) -> NoReturn:
    raise CheckpointDecodeError("CBOR tags are not part of the format")


class _NoTags(dict[int, Any]):
    """Decoders of CBOR tags: none, for any number. cbor2's own would build regexes, dates and huge numbers."""

    def __missing__(self, tag: int) -> NoReturn:
        _refuse()


_NO_TAGS = _NoTags()
