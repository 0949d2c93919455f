"""What passes through the interface of stores: owners, scripts, instances, and the operations on them.

A store knows only bytes: checkpoints and outcomes are opaque to it, and so are the identities of scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ..errors import JactlError
from .scripts import ScriptRecord as ScriptRecord

# States of an instance.
RUNNING = "running"  # it has an owner that advances it, or waits for one
HIBERNATED = "hibernated"  # no owner: it waits for a time or a message
FINISHED = "finished"
FAILED = "failed"
CANCELLED = "cancelled"
PARKED = "parked"  # it failed too many recoveries: set aside with its error, its checkpoint is kept
EXPORTED = "exported"  # the error of a parked one that is set aside to move, then ": " and the one that it had, if any
KEY_BYTES_MAX = 1000  # of a message's key, in UTF-8: what an index of every store can hold
STATES = (RUNNING, HIBERNATED, FINISHED, FAILED, CANCELLED, PARKED)
GOING = (RUNNING, HIBERNATED)
ENDED = (FINISHED, FAILED, CANCELLED)


@dataclass(slots=True, frozen=True)
class Owner:
    """One runtime of one process: who may advance the instances that it has claimed, while its lease lasts.

    host, pid, process_start: name the process, so that one that is gone is known to be dead by others on its host.
    """

    id: UUID
    host: str
    pid: int
    process_start: str


@dataclass(slots=True, frozen=True)
class InstanceRecord:
    """What is known of an instance without running it. Times in seconds since 1970 by the store's clock.

    checkpoint_id: of the last one saved, 0 for the initial state; None: nothing is saved yet.  recoveries: how often it
    was claimed since it last got on.  wake_at: when a hibernated one goes on; until the next checkpoint it
    stays, for whoever claims it after that one.  awaits: the name of the message that a hibernated one waits for.
    sent: how many messages it was sent.
    """

    id: UUID
    script: str
    state: str
    owner: UUID | None
    token: int
    checkpoint_id: int | None
    recoveries: int
    keeps_outcome: bool
    created_at: float
    updated_at: float
    outcome: bytes | None = None
    error: str | None = None
    wake_at: float | None = None
    awaits: str | None = None
    sent: int = 0
    is_owned: bool = False  # its owner is alive, as far as the store knows


@dataclass(slots=True, frozen=True)
class Message:
    """What a host sent to an instance. seq: 1, 2, 3... per instance.  key: of the sender, one message each.
    is_taken: it was received, and is known for its key only.
    """

    id: UUID
    seq: int
    name: str
    body: bytes
    key: str | None = None
    is_taken: bool = False


@dataclass(slots=True, frozen=True)
class Waiting:
    """An instance that waits for a message called `name`; those up to `after` it has, but not saved that yet.

    token: of the claim under which it waits; under one that is not the last it is given nothing.  None: of none yet.
    """

    id: UUID
    name: str
    after: int = 0
    token: int | None = None


def is_exported(record: InstanceRecord) -> bool:
    """Is it set aside to move to another store?"""
    return record.state == PARKED and (record.error or "").partition(":")[0] == EXPORTED


def is_key(key: str | None) -> bool:
    """Can every store keep a message under it?"""
    return key is None or len(key.encode("utf-8", "surrogatepass")) <= KEY_BYTES_MAX


# Kinds of bytes that hosts have sealed, and a store keeps.
CHECKPOINT = "checkpoint"
MESSAGE = "message"
OUTCOME = "outcome"
KINDS = (CHECKPOINT, MESSAGE, OUTCOME)


@dataclass(slots=True, frozen=True)
class Kept:
    """Bytes and where they are kept. seq: of a message; 0 for the other kinds."""

    kind: str
    id: UUID
    seq: int
    body: bytes


@dataclass(slots=True, frozen=True)
class StoreStatistics:
    """How much a store holds. instances: by state.  free: those that wait for an owner."""

    instances: Mapping[str, int]
    free: int
    owners: int
    scripts: int
    checkpoints: int
    checkpoint_bytes: int
    largest_checkpoint_bytes: int


# Operations: what an owner asks for. Each is done or refused on its own, many in one transaction. They are not frozen:
# there is one for every checkpoint, and a frozen one takes three times as long to make.


@dataclass(slots=True)
class Claim:
    """Become the owner of an instance: the one gate, for new ones and for those whose owner is gone.

    script: identity for a new one; with None only an instance that exists is claimed.  scripts: sources to keep, where
    they are not kept yet.  checkpoint: a new instance's initial state, or one that comes from elsewhere.
    recoveries_max: one that was claimed so often without getting on is parked instead.
    """

    id: UUID
    script: str | None = None
    scripts: tuple[ScriptRecord, ...] = ()
    checkpoint_id: int | None = None
    checkpoint: bytes | None = None
    keeps_outcome: bool = False
    recoveries_max: int = 10


@dataclass(slots=True)
class Save:
    """Keep checkpoint k, if it is the owner's and follows k-1; the one before goes. Doing it twice is doing it once.

    takes: the messages that the instance has received since the last one; they go.
    """

    id: UUID
    token: int
    checkpoint_id: int
    checkpoint: bytes
    takes: tuple[int, ...] = ()


@dataclass(slots=True)
class Hibernate:
    """Keep the waiting state under the present checkpoint id, and give the claim up: the instance is free when its time
    has come or its message is there.

    wake_in_s: seconds from now; None: at no time.  awaits: the name of the message; None: of none.  takes: as in Save.
    """

    id: UUID
    token: int
    checkpoint: bytes
    wake_in_s: float | None = None
    awaits: str | None = None
    takes: tuple[int, ...] = ()


@dataclass(slots=True)
class Send:
    """Keep a message for an instance that has not ended; anybody may. key: once sent, a second one changes nothing."""

    id: UUID
    name: str
    body: bytes
    key: str | None = None


@dataclass(slots=True)
class Finish:
    """The end, with its state; the checkpoint goes, and all the rest unless the outcome is to be kept."""

    id: UUID
    token: int
    state: str = FINISHED
    outcome: bytes | None = None
    error: str | None = None


@dataclass(slots=True)
class Release:
    """Give the claim up; the instance waits for an owner.  error: why it could not go on (it then counts as a failing
    recovery); None: it could have."""

    id: UUID
    token: int
    error: str | None = None


@dataclass(slots=True)
class Retry:
    """A parked instance may be recovered again."""

    id: UUID


@dataclass(slots=True)
class Park:
    """Set an instance that no living owner has aside. error: why; one that is parked already has another reason now."""

    id: UUID
    error: str


@dataclass(slots=True)
class Cancel:
    """End an instance for good, whoever has it: its owner is refused from now on."""

    id: UUID


@dataclass(slots=True)
class Delete:
    """Forget an instance that no living owner has, with all that it saved."""

    id: UUID


@dataclass(slots=True)
class Import:
    """Take in an instance from another store, as it was there; nobody has it. Refused where the id is known."""

    record: InstanceRecord
    checkpoint: bytes | None = None
    scripts: tuple[ScriptRecord, ...] = ()
    messages: tuple[Message, ...] = ()

    @property
    def id(self) -> UUID:
        return self.record.id


Operation = Claim | Save | Hibernate | Finish | Release | Send | Retry | Park | Cancel | Delete | Import


@dataclass(slots=True)
class Claimed:
    """The claim was granted; writes carry `token` from now on. checkpoint: where to go on; None: from the start."""

    id: UUID
    token: int
    script: str
    checkpoint_id: int | None = None
    checkpoint: bytes | None = None
    recoveries: int = 0
    wake_in_s: float | None = None  # what is left of the time that the state, one that hibernated, waits for


# Claimed, or the record of an instance that cannot be claimed (None: there is no such instance), for a Claim;
# None, or the error that refuses it, for others.
Answer = Claimed | InstanceRecord | JactlError | None
