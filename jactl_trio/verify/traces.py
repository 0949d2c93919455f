"""A history -> its stretches: what each run did between two checkpoints, on the path that it has come."""

from __future__ import annotations

from dataclasses import dataclass, field

from .history import Begun, Called, Ended, Event, Fault, Gone, History, Printed, SaveAnswered, SaveAsked, Saved
from .reference import Path, Segment

WITH_ANSWER = ("finished", "failed")


@dataclass
class Stretch:
    """What one run did between two checkpoints; is_whole: it came to the next checkpoint, or to its end."""

    run: int
    path: Path  # its length is the id of the checkpoint before
    segment: Segment = field(default_factory=Segment)
    ordinals: list[tuple[int, int]] = field(default_factory=list)
    is_whole: bool = False


@dataclass
class Traced:
    """A history, with the path of each run."""

    history: History
    stretches: list[Stretch] = field(default_factory=list)
    ends: list[tuple[Ended, Path]] = field(default_factory=list)
    strays: list[Event] = field(default_factory=list)  # events of runs that have not begun, or wait for a save

    @property
    def last_saved(self) -> int:
        return max((event.checkpoint_id for event in self.history.of(Saved)), default=0)


def traced(history: History) -> Traced:
    """Follow each run from checkpoint to checkpoint."""
    found = Traced(history)
    present: dict[int, Stretch] = {}  # by run
    paths: dict[int, Path] = {}  # of checkpoints: what was answered to those before
    for event in history.events:
        stretch = present.get(event.run)
        if isinstance(event, Begun):
            path = () if event.checkpoint_id is None else (*paths.get(event.checkpoint_id, ()), False)
            present[event.run] = Stretch(event.run, path)
            found.stretches.append(present[event.run])
        elif isinstance(event, Ended):
            found.ends.append((event, () if stretch is None else stretch.path))
            if stretch is not None and event.status in WITH_ANSWER:
                stretch.is_whole = True
        elif stretch is None:
            if not isinstance(event, Fault | Gone):
                found.strays.append(event)
        elif isinstance(event, Saved):
            paths[event.checkpoint_id] = stretch.path
        elif isinstance(event, SaveAnswered) and event.error is None:
            present[event.run] = Stretch(event.run, (*stretch.path, True))
            found.stretches.append(present[event.run])
        else:
            _note(stretch, event, found)
    return found


def _note(stretch: Stretch, event: Event, found: Traced) -> None:
    if isinstance(event, SaveAsked):
        stretch.is_whole = True
    elif isinstance(event, Printed | Called):
        if stretch.is_whole:
            found.strays.append(event)
        if isinstance(event, Printed):
            stretch.segment.output += event.text
        else:
            stretch.segment.calls.append((event.name, event.arguments))
            stretch.ordinals.append((event.checkpoint_id, event.ordinal))
