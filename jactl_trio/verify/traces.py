"""A history -> its stretches: what each run did between two checkpoints, on the path that it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .history import (
    Begun,
    Called,
    Ended,
    Event,
    Fault,
    Gone,
    History,
    Looked,
    Printed,
    Received,
    Rested,
    SaveAnswered,
    SaveAsked,
    Saved,
)
from .reference import Path, Segment
from .scripted_senses import Seen

WITH_ANSWER = ("finished", "failed")


@dataclass
class Stretch:
    """What one run did between two checkpoints; is_whole: it came to the next checkpoint, or to its end.

    seen_before: what was seen of clocks and chance on the path, and received_before: the messages.
    """

    run: int
    path: Path  # its length is the id of the checkpoint before
    seen_before: Seen = ()
    received_before: tuple[Received, ...] = ()
    looks: list[Any] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    segment: Segment = field(default_factory=Segment)
    ordinals: list[tuple[int, int]] = field(default_factory=list)
    is_whole: bool = False

    @property
    def seen(self) -> Seen:
        return (*self.seen_before, tuple(self.looks))

    @property
    def all_received(self) -> tuple[Received, ...]:
        return (*self.received_before, *self.received)

    def after(self, run: int, was_saved: bool) -> Stretch:
        """What follows the checkpoint at its end."""
        return Stretch(run, (*self.path, was_saved), self.seen, self.all_received)

    def woken(self, run: int) -> Stretch:
        """The same, going on where it hibernated."""
        segment = Segment(self.segment.output, self.segment.calls.copy())
        looks, received, ordinals = self.looks.copy(), self.received.copy(), self.ordinals.copy()
        return Stretch(run, self.path, self.seen_before, self.received_before, looks, received, segment, ordinals)


@dataclass
class Traced:
    """A history, with the path of each run."""

    history: History
    stretches: list[Stretch] = field(default_factory=list)
    ends: list[tuple[Ended, Stretch | None]] = field(default_factory=list)
    strays: list[Event] = field(default_factory=list)  # events of runs that have not begun, or wait for a save

    @property
    def last_saved(self) -> int:
        return max((event.checkpoint_id for event in self.history.of(Saved)), default=0)


def traced(history: History) -> Traced:
    """Follow each run from checkpoint to checkpoint."""
    found = Traced(history)
    present: dict[int, Stretch] = {}  # by run
    saved: dict[int, Stretch] = {}  # by checkpoint: what came before it
    resting: Stretch | None = None  # what came before the wait that is in the store
    for event in history.events:
        stretch = present.get(event.run)
        if isinstance(event, Begun):
            before = saved.get(event.checkpoint_id or 0)
            if event.is_woken and resting is not None:
                present[event.run] = resting.woken(event.run)
            elif event.checkpoint_id is None:
                present[event.run] = Stretch(event.run, ())
            elif before is None:
                present[event.run] = Stretch(event.run, (False,))
            else:
                present[event.run] = before.after(event.run, was_saved=False)
            found.stretches.append(present[event.run])
        elif isinstance(event, Ended):
            found.ends.append((event, stretch))
            if stretch is not None and event.status in WITH_ANSWER:
                stretch.is_whole = True
        elif stretch is None:
            if not isinstance(event, Fault | Gone):
                found.strays.append(event)
        elif isinstance(event, Rested):
            resting = present.pop(event.run, None)
        elif isinstance(event, Saved):
            saved[event.checkpoint_id] = stretch
        elif isinstance(event, SaveAnswered) and event.error is None:
            present[event.run] = stretch.after(event.run, was_saved=True)
            found.stretches.append(present[event.run])
        else:
            _note(stretch, event, found)
    return found


def _note(stretch: Stretch, event: Event, found: Traced) -> None:
    if isinstance(event, SaveAsked):
        stretch.is_whole = True
    elif isinstance(event, Printed | Called | Looked | Received):
        if stretch.is_whole:
            found.strays.append(event)
        if isinstance(event, Looked):
            stretch.looks.append(event.value)
        elif isinstance(event, Received):
            stretch.looks.append(event.seq is not None)
            stretch.received.append(event)
        elif isinstance(event, Printed):
            stretch.segment.output += event.text
        else:
            stretch.segment.calls.append((event.name, event.arguments))
            stretch.ordinals.append((event.checkpoint_id, event.ordinal))
