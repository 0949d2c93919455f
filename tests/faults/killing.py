"""Hosts killed at named probes, one after the other, or the server of their store ended there -> what was lost."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.store.cluster import HOW_TO_GET_ONE, Cluster, running_cluster

from .events import Event
from .figures import Row
from .host import expected
from .probes import PROBES
from .processes import HOST_SECONDS_MAX, ROOT, command_of, faults_found, in_parallel, run_host, some_of
from .restarts import start_again

COUNT, ROUNDS = 3, 4
KILLS = {"before-recovery": "after-save:1", "mid-recovery": "after-save:1"}  # so that there is something to recover
PASSINGS_OF_SERVER = (1, 2, 5)
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


def kill_at_probes(url: str, *probes: str, kind: str = "") -> Outcome:
    """Each probe, "NAME:K", kills one host on the same store (if it passes there); then one runs to the end."""
    outcome = Outcome(kind, probes)
    events: list[Event] = []
    for probe in (*probes, None):
        command = command_of(url, "--count", COUNT, "--rounds", ROUNDS)
        has_ended, told = run_host(command if probe is None else [*command, "--probe", probe])
        outcome.kills += not has_ended
        events += told
    outcome.found = faults_found(url, events, expected(COUNT, ROUNDS))
    return outcome


def end_server_at_probe(cluster: Cluster, probe: str) -> Outcome:
    """The host lives, its server does not; it is started again at once."""
    outcome, url, pid_file = Outcome("server", (probe,)), cluster.database(), cluster.folder / "data" / "postmaster.pid"
    options = ("--count", COUNT, "--rounds", ROUNDS, "--recover-every", 0.2, "--ask-every", 0.2)
    command = [*command_of(url, *options), "--probe", probe, "--server", str(pid_file)]
    with tempfile.TemporaryFile("w+") as told:
        host = subprocess.Popen(command, stdout=told, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(int(HOST_SECONDS_MAX / 0.05)):
            if not pid_file.exists():
                outcome.kills += 1
                start_again(cluster)
            with contextlib.suppress(subprocess.TimeoutExpired):
                _, words = host.communicate(timeout=0.05)
                break
        else:
            host.kill()
            _, words = host.communicate()
        if host.returncode != 0:
            outcome.found.append(f"the host ended with {host.returncode}: {words[-400:]}")
        told.seek(0)
        events = [Event.parse(line) for line in told if line.endswith("\n")]
    outcome.found += faults_found(url, events, expected(COUNT, ROUNDS))
    return outcome


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
    return Row("probes", what, text, [str(one) for one in found if one.found])
