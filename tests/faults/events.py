"""What hosts tell of their instances, one event a line; the ledger judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

Tell = Callable[["Event"], None]

CLAIMED = "claimed"  # number: the checkpoint to go on from, 0: from the start
CALLED = "called"  # a host function; number: the checkpoint before it; text: ordinal=argument
SAVED = "saved"  # the store acknowledged checkpoint `number`
ENDED = "ended"  # the store acknowledged the end; text: the state
FAILED = "failed"  # a client was given an error; number: its line in the script, text: its type
SENT = "sent"  # the store acknowledged message `number`
RESULT = "result"  # the host was given the result; text
OVER = (
    "over"  # the host came to its end; number: milliseconds of its longest call of the store; text: those that failed
)
REFUSED = "refused"  # text: the error's type; a save or an end was not acknowledged


@dataclass(slots=True, frozen=True)
class Event:
    """token: of the claim under which it happened.  at: nanoseconds of one clock for all hosts."""

    kind: str
    id: UUID
    token: int
    number: int = 0
    text: str = "-"
    at: int = 0
    host: str = "-"

    def line(self) -> str:
        return f"{self.kind} {self.id} {self.token} {self.number} {self.text} {self.at} {self.host}\n"

    @classmethod
    def parse(cls, line: str) -> Event:
        kind, id, token, number, text, at, host = line.split()
        return cls(kind, UUID(id), int(token), int(number), text, int(at), host)


def events_of(lines: Iterable[str]) -> list[Event]:
    """Whole lines only: the last may be cut off by a kill."""
    return [Event.parse(line) for line in lines if line.endswith("\n")]
