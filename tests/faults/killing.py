"""Hosts killed at named probes, one after the other, or the server of their store ended there -> what was lost."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.store.cluster import HOW_TO_GET_ONE, Cluster, running_cluster

from .controls import with_controls
from .events import Event
from .figures import Row
from .forking import HOST_SECONDS_MAX, Forked
from .host import expected
from .probes import PROBES
from .processes import faults_found, in_parallel, messages_option, run_host, some_of
from .restarts import start_again

COUNT, ROUNDS = 3, 4
KILLS = {"before-recovery": "after-save:1", "mid-recovery": "after-save:1"}  # so that there is something to recover
PASSINGS_OF_SERVER = (1, 2, 5)
LOOK_SECONDS = 0.02
URL_OF = Callable[[], contextlib.AbstractContextManager[str]]


@dataclass
class Outcome:
    """What came of one world: the probes, one host each, and the faults found."""

    kind: str
    probes: tuple[str, ...]
    kills: int = 0
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"--at {self.kind} {' '.join(self.probes)}: {self.found}"


def kill_at_probes(url: str, *probes: str, kind: str = "", planted: str | None = None) -> Outcome:
    """Each probe, "NAME:K", kills one host on the same store (if it passes there); then one runs to the end."""
    outcome = Outcome(kind, probes)
    events: list[Event] = []
    for probe in (*probes, None):
        options = [url, "--count", COUNT, "--rounds", ROUNDS, *messages_option(events)]
        options += ["--planted", planted] if planted else []
        has_ended, told = run_host(options if probe is None else [*options, "--probe", probe])
        outcome.kills += not has_ended
        events += told
    outcome.found = faults_found(url, events, expected(COUNT, ROUNDS))
    return outcome


def end_server_at_probe(cluster: Cluster, probe: str) -> Outcome:
    """The host lives, its server does not; it is started again at once."""
    outcome, url, pid_file = Outcome("server", (probe,)), cluster.database(), cluster.folder / "data" / "postmaster.pid"
    options = [url, "--count", COUNT, "--rounds", ROUNDS, "--recover-every", 0.2, "--ask-every", 0.2, "--messages="]
    with Forked([*options, "--probe", probe, "--server", str(pid_file)]) as host:
        for _ in range(int(HOST_SECONDS_MAX / LOOK_SECONDS)):
            if not pid_file.exists():
                outcome.kills += 1
                start_again(cluster)
            if host.wait(LOOK_SECONDS):
                break
        else:
            outcome.found.append("the host does not end")
            return outcome
        if host.code != 0:
            outcome.found.append(f"the host ended with {host.code}: {host.words()[-400:]}")
        events = host.events()
    if not _is_up(url):  # the last that the host needed it for was done
        outcome.kills += 1
        start_again(cluster)
    outcome.found += faults_found(url, events, expected(COUNT, ROUNDS))
    return outcome


def _is_up(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def outcomes_of(kind: str, url_of: URL_OF, workers: int, count: int | None) -> Iterator[Outcome]:
    """Each probe from its first passing to its last, and pairs (count: so many): the second kills the host that
    recovers."""

    def at(*probes: str) -> Outcome:
        with url_of() as url:
            return kill_at_probes(url, *probes, kind=kind)

    def passings(probe: str) -> list[Outcome]:
        before = [KILLS[probe]] if probe in KILLS else []
        found = [at(*before, f"{probe}:1")]
        while found[-1].kills > len(before):
            found.append(at(*before, f"{probe}:{len(found) + 1}"))
        return found[:-1] if len(found) > 1 else [Outcome(kind, (probe,), 0, ["no host passes there"])]

    for some in in_parallel(passings, PROBES, workers):
        yield from some
    pairs = [(f"{first}:2", f"{second}:1") for first in PROBES if first not in KILLS for second in PROBES]
    yield from in_parallel(lambda pair: at(*pair), some_of(pairs, count), workers)


@contextlib.contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:{Path(folder) / 'store.db'}"


def prove(given: argparse.Namespace) -> Row:
    """SQLite and PostgreSQL, and PostgreSQL with its server in the host's place."""
    what = "SIGKILL at every named probe, from its first passing to its last, also while recovering"
    with running_cluster() as cluster:
        if cluster is None:
            return Row("probes", what, f"skipped: {HOW_TO_GET_ONE}", ["nothing was run"])

        @contextlib.contextmanager
        def database() -> Iterator[str]:
            yield cluster.database()

        if given.at:
            kind, *probes = given.at
            if kind == "server":
                found = [end_server_at_probe(cluster, *probes)]
            else:
                with (_file if kind == "sqlite" else database)() as url:
                    found = [kill_at_probes(url, *probes, kind=kind)]
        else:
            how = (given.workers, given.count)
            found = [*outcomes_of("sqlite", _file, *how), *outcomes_of("postgresql", database, *how)]
            found += [end_server_at_probe(cluster, f"{name}:{k}") for name in PROBES for k in PASSINGS_OF_SERVER]
    kinds = {kind: [one for one in found if one.kind == kind] for kind in ("sqlite", "postgresql", "server")}
    hosts, servers = kinds["sqlite"] + kinds["postgresql"], kinds["server"]
    kills, ends = (sum(one.kills for one in some) for some in (hosts, servers))
    text = (
        f"{len(kinds['sqlite'])} worlds on SQLite, {len(kinds['postgresql'])} on PostgreSQL, {kills} hosts killed; "
        f"the server ended at a probe {ends} times"
    )
    row = Row("probes", what, text, [str(one) for one in found if one.found])
    return with_controls(row, of_planted())


def of_planted() -> dict[str, list[str]]:
    """The negative controls: stores that acknowledge a checkpoint, or a message, before they have it; and one that
    keeps messages that were taken."""
    found = {}
    for planted, probe in (("hasty", "before-save:2"), ("hasty-post", "before-take:1"), ("untaking", "after-take:1")):
        with _file() as url:
            found[planted] = kill_at_probes(url, probe, planted=planted).found
    return found
