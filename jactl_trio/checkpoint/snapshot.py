"""Snapshot: what one checkpoint holds, as objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from ..continuation.frames import Frame
from ..continuation.unit import Unit


class UnitReference(NamedTuple):
    """A unit that a checkpoint needs: found by identity, or compiled from `source` where that is not None (eval)."""

    identity: str
    name: str
    package: str
    source: str | None = None


@dataclass(slots=True, eq=False)
class Snapshot:
    """A waiting instance. Frames, globals and `value` share one graph of objects.

    value: extra data that travels along, such as the answer that the frames are to be resumed with.
    evaluated: the units that eval() compiled; their source is saved with them, that of others is not.
    """

    unit: Unit
    frames: list[Frame]
    globals: dict[str, Any]
    instance_id: UUID | None = None
    checkpoint_id: int = 0
    call_ordinal: int = 0
    loop_count: int = 0
    run_seconds: float = 0.0
    value: Any = None
    evaluated: list[Unit] = field(default_factory=list)
