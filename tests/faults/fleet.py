"""Some host processes on one store, killed and stopped at random -> whether each instance ended once, and right."""

from __future__ import annotations

import argparse
import contextlib
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.store.cluster import HOW_TO_GET_ONE, running_cluster

from .events import Event, events_of
from .figures import Row
from .host import expected
from .processes import ROOT, command_of, faults_found

HOSTS, COUNT, ROUNDS = 3, 2_000, 5
WAYS = ("killed", "stopped")
RECOVER_EVERY_SECONDS = 1.0
STRUCK_SECONDS = 120.0
FIRST_STRIKE_SECONDS = 1.0
STRIKE_EVERY_SECONDS = (0.5, 4.0)
END_SECONDS_MAX = 180.0  # from when nothing strikes any more
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Load:
    """What the hosts of a fleet do. pace_s: a host function's.  spread_s: in which clients come."""

    count: int
    rounds: int = ROUNDS
    pace_s: float = 1.5
    spread_s: float = 0.0
    lease_s: float = 4.0
    ask_every_s: float = 3.0
    options: tuple[str, ...] = ()

    def command(self, url: str, host: int, begin: float, is_elsewhere: bool) -> list[str]:
        given = {
            "--share": f"{host}/{HOSTS}",
            "--count": self.count,
            "--rounds": self.rounds,
            "--pace": self.pace_s,
            "--lease": self.lease_s,
            "--begin": begin,
            "--spread": self.spread_s,
            "--recover-every": RECOVER_EVERY_SECONDS,
            "--ask-every": self.ask_every_s,
        }
        options = [text for pair in given.items() for text in pair]
        return command_of(url, *options, *self.options, *(["--elsewhere"] if is_elsewhere else []))


@dataclass
class Member:
    """One process. returns_at: when it is started, or goes on, again."""

    process: subprocess.Popen[bytes]
    returns_at: float | None = None

    @property
    def is_over(self) -> bool:
        """Has it come to its own end?"""
        return self.process.poll() is not None and self.returns_at is None


@dataclass
class Fleet:
    """HOSTS processes with one load on one store."""

    url: str
    load: Load
    chance: Random
    folder: Path
    ways: tuple[str, ...] = WAYS
    strikes: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    lapsed: set[str] = field(default_factory=set)
    members: list[Member] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    _started: int = 0

    def begin(self) -> None:
        self.begun_at = time.monotonic()
        self.members = [Member(self._start(host)) for host in range(HOSTS)]

    def _start(self, host: int) -> subprocess.Popen[bytes]:
        self._started += 1
        place = self.folder / f"host-{self._started}"
        command = self.load.command(self.url, host, self.begun_at, self.chance.random() < 0.5)
        with open(f"{place}.out", "wb") as out, open(f"{place}.err", "wb") as err:
            return subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)

    def strike(self) -> None:
        """Kill or stop one of those that run."""
        running = [member for member in self.members if member.process.poll() is None and member.returns_at is None]
        if not running:
            return
        member, how = self.chance.choice(running), self.chance.choice(self.ways)
        self.strikes[how] += 1
        if how == "killed":
            member.process.kill()
            member.process.wait()
            member.returns_at = time.monotonic() + self.chance.uniform(0.0, 2.0)
        else:
            member.process.send_signal(signal.SIGSTOP)
            self.lapsed.add(str(member.process.pid))
            stopped_s = self.load.lease_s * self.chance.uniform(0.5, 2.0) + RECOVER_EVERY_SECONDS
            member.returns_at = time.monotonic() + stopped_s

    def look(self, may_return: bool = True) -> None:
        """Those whose time it is go on; one that failed is a fault."""
        for host, member in enumerate(self.members):
            if member.returns_at is not None and may_return and time.monotonic() > member.returns_at:
                member.returns_at = None
                if member.process.poll() is None:
                    member.process.send_signal(signal.SIGCONT)
                else:
                    member.process = self._start(host)
            if member.is_over and member.process.returncode != 0:
                self.found.append(f"a host ended with {member.process.returncode}: {self._last_words()}")
                member.process = self._start(host)

    def strike_for(self, seconds: float, strike: Callable[[], None]) -> None:
        self._wait_until_up()
        until = time.monotonic() + seconds
        next_at = time.monotonic() + FIRST_STRIKE_SECONDS
        while time.monotonic() < until and not all(member.is_over for member in self.members):
            if time.monotonic() > next_at:
                strike()
                next_at = time.monotonic() + self.chance.uniform(*STRIKE_EVERY_SECONDS)
            self.look()
            time.sleep(LOOK_SECONDS)

    def _wait_until_up(self) -> None:
        """Each has told something: one that starts while there is no server is refused at once, as it should be."""
        until = time.monotonic() + END_SECONDS_MAX
        while any(not path.stat().st_size for path in self.folder.glob("*.out")) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)

    def end(self) -> None:
        """Nothing strikes any more: all come to their end."""
        until = time.monotonic() + END_SECONDS_MAX
        while not all(member.is_over for member in self.members) and not self.found:
            if time.monotonic() > until:
                self.found.append(f"hosts do not end: {self._last_words()}")
            self.look()
            time.sleep(LOOK_SECONDS)

    def close(self) -> None:
        for member in self.members:
            with contextlib.suppress(ProcessLookupError):
                member.process.kill()
            member.process.wait()

    def judge(self) -> None:
        for path in sorted(self.folder.glob("*.out")):
            self.events += events_of(path.read_text().splitlines(keepends=True))
        results = expected(self.load.count, self.load.rounds)
        self.found += faults_found(self.url, self.events, results, self.lapsed)

    def _last_words(self) -> str:
        texts = [path.read_text()[-400:] for path in sorted(self.folder.glob("*.err"))]
        return " | ".join(" ".join(text.split()) for text in texts if text)[-800:]


@contextlib.contextmanager
def running_fleet(url: str, load: Load, seed: int, ways: tuple[str, ...] = WAYS) -> Iterator[Fleet]:
    with tempfile.TemporaryDirectory(prefix="jactl-fleet-") as folder:
        fleet = Fleet(url, load, Random(seed), Path(folder), ways)
        fleet.begin()
        try:
            yield fleet
        finally:
            fleet.close()


def struck(url: str, load: Load, seconds: float, seed: int, ways: tuple[str, ...] = WAYS) -> Fleet:
    """A fleet that was killed and stopped for so long, and came to its end."""
    with running_fleet(url, load, seed, ways) as fleet:
        fleet.strike_for(seconds, fleet.strike)
        fleet.end()
        fleet.judge()
    return fleet


def unfenced(url: str, seconds: float, seed: int) -> Fleet:
    """The negative control: a store that takes the writes of owners of before."""
    load = Load(120, pace_s=0.8, spread_s=seconds / 2, lease_s=1.0, ask_every_s=1.0, options=("--planted", "unfenced"))
    return struck(url, load, seconds, seed, ways=("stopped",))


def prove(given: argparse.Namespace) -> Row:
    """Two minutes of kills and stops; then the same checks where they must fail."""
    what = "3 processes on one PostgreSQL, killed, and stopped past their lease"
    seed = int(given.at[0]) if given.at else 1
    with running_cluster() as cluster:
        if cluster is None:
            return Row("fleet", what, f"skipped: {HOW_TO_GET_ONE}", ["nothing was run"])
        load = Load(given.count or COUNT, spread_s=0.8 * STRUCK_SECONDS)
        fleet = struck(cluster.database(), load, STRUCK_SECONDS, seed)
        events = Counter(event.kind for event in fleet.events)
        bad = [f"--at {seed}: {line}" for line in fleet.found]
        control = unfenced(cluster.database(), 20.0, seed)
    if not any(line for line in control.found if "I1" in line or "I2" in line or "I8" in line):
        bad.append("a store without fencing passes: the check cannot fail")
    text = (
        f"{load.count:,} instances of {load.rounds} checkpoints, {fleet.strikes['killed']} kills, "
        f"{fleet.strikes['stopped']} stops, {events['claimed']:,} claims, {events['saved']:,} checkpoints "
        f"acknowledged, {events['refused']:,} writes refused; without fencing: {len(control.found)} faults"
    )
    return Row("fleet", what, text, bad)
