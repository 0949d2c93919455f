"""What passes through the interface of stores: owners, scripts, instances, and the operations on them.

A store knows only bytes: checkpoints and outcomes are opaque to it, and so are the identities of scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ..errors import JactlError

# States of an instance.
RUNNING = "running"  # it has an owner that advances it, or waits for one
FINISHED = "finished"
FAILED = "failed"
CANCELLED = "cancelled"
PARKED = "parked"  # it failed too many recoveries: set aside with its error, its checkpoint is kept
STATES = (RUNNING, FINISHED, FAILED, CANCELLED, PARKED)
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
class ScriptRecord:
    """All it takes to compile a unit again, elsewhere.

    globals: the static types, by name, of the globals that were bound when it was compiled.  uses: the identities of
    the class files that it was compiled against.
    """

    identity: str
    source: str
    name: str = ""
    package: str = ""
    globals: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    is_class: bool = False


@dataclass(slots=True, frozen=True)
class InstanceRecord:
    """What is known of an instance without running it. Times in seconds since 1970 by the store's clock.

    checkpoint_id: of the last one saved, 0 for the initial state; None: nothing is saved yet.  recoveries: how often it
    was claimed since it last got on.
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
    is_owned: bool = False  # its owner is alive, as far as the store knows


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


# Operations: what an owner asks for. Each is done or refused on its own, many in one transaction.


@dataclass(slots=True, frozen=True)
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


@dataclass(slots=True, frozen=True)
class Save:
    """Keep checkpoint k, if it is the owner's and follows k-1; the one before goes. Doing it twice is doing it once."""

    id: UUID
    token: int
    checkpoint_id: int
    checkpoint: bytes


@dataclass(slots=True, frozen=True)
class Finish:
    """The end, with its state; the checkpoint goes, and all the rest unless the outcome is to be kept."""

    id: UUID
    token: int
    state: str = FINISHED
    outcome: bytes | None = None
    error: str | None = None


@dataclass(slots=True, frozen=True)
class Release:
    """Give the claim up; the instance waits for an owner.  error: why it could not go on (it then counts as a failing
    recovery); None: it could have."""

    id: UUID
    token: int
    error: str | None = None


Operation = Claim | Save | Finish | Release


@dataclass(slots=True, frozen=True)
class Claimed:
    """The claim was granted; writes carry `token` from now on. checkpoint: where to go on; None: from the start."""

    id: UUID
    token: int
    script: str
    checkpoint_id: int | None = None
    checkpoint: bytes | None = None
    recoveries: int = 0


# Claimed, or the record of an instance that cannot be claimed (None: there is no such instance), for a Claim;
# None, or the error that refuses it, for others.
Answer = Claimed | InstanceRecord | JactlError | None
