"""Benchmark: a name and what measures it; Workbench: what it may use, and how much time it may take."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType

from tests.store.cluster import HOW_TO_GET_ONE, Cluster, running_cluster

from .rows import Row

PEERS = Path(__file__).parents[1] / "build" / "peers" / "bin" / "python"
# As a real server has it: what is committed is on disk.
_SERVER = "-c listen_addresses='' -c max_connections=60 -c log_min_messages=warning"


@dataclass(frozen=True)
class Effort:
    """rounds: of each measurement.  seconds: for which something that is counted runs, in turns with what stands
    beside it.  calls: that suspend, in one measurement.  instances_max: at once.  payments: that are sent."""

    rounds: int
    seconds: float
    calls: int
    instances_max: int
    payments: int


FULL = Effort(rounds=7, seconds=2.4, calls=1_000, instances_max=10_000, payments=20_000)
QUICK = Effort(rounds=3, seconds=0.6, calls=500, instances_max=2_000, payments=3_000)


@dataclass
class Workbench:
    """For the time of a `with` block: a folder, and a PostgreSQL server of our own once something asks for it.

    peers: a Python that has what stands in peers/requirements.txt.
    """

    effort: Effort
    peers: Path = PEERS
    folder: Path = field(init=False)
    _stores: int = field(default=0, init=False)
    _stack: ExitStack = field(default_factory=ExitStack, init=False)

    def __enter__(self) -> Workbench:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @cached_property
    def cluster(self) -> Cluster | None:
        """None where the programs of a server are missing."""
        cluster = self._stack.enter_context(running_cluster(_SERVER))
        if cluster is None:
            print(HOW_TO_GET_ONE)
        return cluster

    def store(self, kind: str, name: str) -> str | None:
        """The URL of a new store of this kind; None where there can be none."""
        if kind == "memory":
            return "memory:"
        if kind == "sqlite":
            self._stores += 1
            return f"sqlite:{self.folder / name}-{self._stores}.db"
        return None if self.cluster is None else self.cluster.database()


@dataclass(frozen=True)
class Benchmark:
    """measure: gives the rows of this benchmark, after it has checked the answers."""

    name: str
    measure: Callable[[Workbench], Iterable[Row]]
