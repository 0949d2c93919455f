"""A history -> its stretches: what each run did between two checkpoints, on the path that it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .history import Begun, Called, Ended, Event, Fault, Gone, History, Looked, Printed, SaveAnswered, SaveAsked, Saved
from .reference import Path, Segment
from .scripted_senses import Seen

WITH_ANSWER = ("finished", "failed")


@dataclass
class Stretch:
    """What one run did between two checkpoints; is_whole: it came to the next checkpoint, or to its end.

    seen_before: what was seen of clocks and chance on the path.
    """

    run: int
    path: Path  # its length is the id of the checkpoint before
    seen_before: Seen = ()
    looks: list[Any] = field(default_factory=list)
    segment: Segment = field(default_factory=Segment)
    ordinals: list[tuple[int, int]] = field(default_factory=list)
    is_whole: bool = False

    @property
    def seen(self) -> Seen:
        return (*self.seen_before, tuple(self.looks))


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
    for event in history.events:
        stretch = present.get(event.run)
        if isinstance(event, Begun):
            before = saved.get(event.checkpoint_id or 0)
            if event.checkpoint_id is None:
                present[event.run] = Stretch(event.run, ())
            elif before is None:
                present[event.run] = Stretch(event.run, (False,))
            else:
                present[event.run] = Stretch(event.run, (*before.path, False), before.seen)
            found.stretches.append(present[event.run])
        elif isinstance(event, Ended):
            found.ends.append((event, stretch))
            if stretch is not None and event.status in WITH_ANSWER:
                stretch.is_whole = True
        elif stretch is None:
            if not isinstance(event, Fault | Gone):
                found.strays.append(event)
        elif isinstance(event, Saved):
            saved[event.checkpoint_id] = stretch
        elif isinstance(event, SaveAnswered) and event.error is None:
            present[event.run] = Stretch(event.run, (*stretch.path, True), stretch.seen)
            found.stretches.append(present[event.run])
        else:
            _note(stretch, event, found)
    return found


def _note(stretch: Stretch, event: Event, found: Traced) -> None:
    if isinstance(event, SaveAsked):
        stretch.is_whole = True
    elif isinstance(event, Printed | Called | Looked):
        if stretch.is_whole:
            found.strays.append(event)
        if isinstance(event, Looked):
            stretch.looks.append(event.value)
        elif isinstance(event, Printed):
            stretch.segment.output += event.text
        else:
            stretch.segment.calls.append((event.name, event.arguments))
            stretch.ordinals.append((event.checkpoint_id, event.ordinal))
