"""What a trial has seen: plain events in the order in which they happened, whichever host they happened on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .answers import Answer
from .schedule import Action, Point


@dataclass(frozen=True)
class Event:
    """run: the number of the host's run of the instance, from 1."""

    run: int


@dataclass(frozen=True)
class Begun(Event):
    """The instance runs on a host, from a checkpoint or (None) from its first line. is_woken: it goes on where it
    hibernated, after that."""

    checkpoint_id: int | None
    expected_id: int | None = None  # the last checkpoint that is durable
    is_woken: bool = False

    def __str__(self) -> str:
        if self.is_woken:
            return "wakes where it hibernated"
        return "starts" if self.checkpoint_id is None else f"recovers from checkpoint {self.checkpoint_id}"


@dataclass(frozen=True)
class Printed(Event):
    text: str

    def __str__(self) -> str:
        return f"prints {self.text!r}"


@dataclass(frozen=True)
class Looked(Event):
    """The script reads a clock, or something at random."""

    kind: str
    value: Any

    def __str__(self) -> str:
        return f"sees {self.kind}: {self.value}"


@dataclass(frozen=True)
class Received(Event):
    """The script waits no longer for a message; seq: of the message that it has; None: none came in time."""

    name: str
    seq: int | None

    def __str__(self) -> str:
        return f"waits for a message {self.name!r} in vain" if self.seq is None else f"receives {self.name!r}"


@dataclass(frozen=True)
class Rested(Event):
    """It hibernates: what waits is in the store."""

    def __str__(self) -> str:
        return "hibernates"


@dataclass(frozen=True)
class Called(Event):
    """A function of the host is called; checkpoint_id and ordinal are what its ctx says."""

    checkpoint_id: int
    ordinal: int
    name: str
    arguments: str
    is_awaited: bool = True

    def __str__(self) -> str:
        return f"calls {self.name}({self.arguments})  (checkpoint {self.checkpoint_id}, call {self.ordinal})"


@dataclass(frozen=True)
class SaveAsked(Event):
    checkpoint_id: int

    def __str__(self) -> str:
        return f"asks for checkpoint {self.checkpoint_id} to be saved"


@dataclass(frozen=True)
class Saved(Event):
    """It is durable."""

    checkpoint_id: int

    def __str__(self) -> str:
        return f"checkpoint {self.checkpoint_id} is saved"


@dataclass(frozen=True)
class SaveAnswered(Event):
    """What the script's host is told."""

    checkpoint_id: int
    error: str | None = None

    def __str__(self) -> str:
        return f"is told: {self.error or f'checkpoint {self.checkpoint_id} is saved'}"


@dataclass(frozen=True)
class Deleted(Event):
    """delete_checkpoint was called."""

    checkpoint_id: int

    def __str__(self) -> str:
        return f"checkpoint {self.checkpoint_id} is deleted: the end"


@dataclass(frozen=True)
class Fault(Event):
    """What the schedule did at a point."""

    number: int
    point: Point
    action: Action

    def __str__(self) -> str:
        return f"{self.action.upper()} at point {self.number} ({self.point})"


@dataclass(frozen=True)
class Ended(Event):
    """The handle's last status, and its last checkpoint; answer: for one that finished or failed."""

    status: str
    answer: Answer | None = None
    reason: str = ""
    checkpoint_id: int | None = None

    def __str__(self) -> str:
        return f"{self.status}: {self.answer or self.reason}"


@dataclass(frozen=True)
class Gone(Event):
    """The host has crashed; nothing of it happens any more."""

    def __str__(self) -> str:
        return "the host is gone"


E = TypeVar("E", bound=Event)


@dataclass
class History:
    """The events of one trial."""

    events: list[Event] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)  # that were passed
    is_stuck: bool = False  # its hosts waited for ever
    end_recorded_by: int | None = None  # the run
    leftover: str = ""  # what there is of the instance after its end, and should not be

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one kind."""
        return (event for event in self.events if isinstance(event, kind))

    def timeline(self) -> list[str]:
        """A line for each event."""
        return [f"run {event.run}  {event}" for event in self.events]
