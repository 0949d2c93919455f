"""A PostgreSQL server that ends and starts again every few seconds under load -> what its clients lost, and how they
tried."""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from random import Random

from tests.store.cluster import HOW_TO_GET_ONE, Cluster, running_cluster

from .controls import with_controls
from .events import OVER, REFUSED, SAVED
from .figures import Row
from .fleet import HOSTS, Load, running_fleet

OPTIONS = "-c listen_addresses='' -c max_connections=60 -c log_min_messages=warning -c log_connections=on"
STRUCK_SECONDS = 60.0
COUNT = 600
COUNT_OF_PLANTED = 150
ENDS = ("fast", "immediate", "immediate", "kill")
CALL_SECONDS_MAX = 25.0  # two attempts, each of which waits for the server for ten seconds at most
CONNECTIONS_MAX = 24  # of one host for one restart: four and one that listens, asked for again while it starts


def restart(cluster: Cluster, chance: Random, strikes: Counter[str]) -> None:
    """End the server in one of the ways that there are, and start it after a while."""
    how = chance.choice(ENDS)
    strikes[how] += 1
    if how == "kill":
        cluster.kill()
    else:
        cluster.stop(how)
    time.sleep(chance.choice((0.0, 0.3, 1.5)))
    start_again(cluster)


def start_again(cluster: Cluster, patience_s: float = 20.0) -> None:
    """After a kill the server's other processes take a moment to notice."""
    until = time.monotonic() + patience_s
    while True:
        try:
            return cluster.start()
        except AssertionError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def survived(
    seconds: float, count: int, seed: int, options: tuple[str, ...] = (), more_of_server: str = ""
) -> tuple[list[str], str]:
    """What was found, and the figures. The server's settings are those of every day: what it commits is on the disk."""
    with running_cluster(f"{OPTIONS} {more_of_server}") as cluster:
        if cluster is None:
            return ["nothing was run"], f"skipped: {HOW_TO_GET_ONE}"
        load = Load(count, pace_s=0.5, spread_s=0.8 * seconds, lease_s=6.0, options=options)
        with running_fleet(cluster.database(), load, seed) as fleet:
            fleet.strike_for(seconds, lambda: restart(cluster, fleet.chance, fleet.strikes))
            fleet.end()
            fleet.judge()
        told = Counter(event.kind for event in fleet.events)
        overs = [event for event in fleet.events if event.kind == OVER]
        slowest_s = max((event.number / 1000 for event in overs), default=0.0)
        failures = sum(int(event.text) for event in overs)
        restarts = fleet.strikes.total()
        connections = len(re.findall("connection authorized", (cluster.folder / "log").read_text()))
    found = fleet.found
    if slowest_s > CALL_SECONDS_MAX:
        found.append(f"a call of the store took {slowest_s:.0f} s")
    if connections > CONNECTIONS_MAX * HOSTS * (restarts + 1):
        found.append(f"{connections} connections were made for {restarts} restarts")
    ends = ", ".join(f"{fleet.strikes[how]} {how}" for how in dict.fromkeys(ENDS))
    text = (
        f"{restarts} restarts ({ends}), {count} instances, {told[SAVED]:,} checkpoints acknowledged, "
        f"{told[REFUSED]} writes refused, {failures} transactions in doubt, longest call {slowest_s:.1f} s, "
        f"{connections / HOSTS / max(restarts, 1):.1f} connections of a host for each restart"
    )
    return found, text


def prove(given: argparse.Namespace) -> Row:
    """A minute of restarts."""
    seed = int(given.at[0]) if given.at else 1
    found, text = survived(STRUCK_SECONDS, given.count or COUNT, seed)
    what = "PostgreSQL ended (in order, at once, killed) and started every few seconds under load"
    row = Row("restarts", what, text, [f"--at {seed}: {line}" for line in found])
    return with_controls(row, of_planted(seed))


def of_planted(seed: int, seconds: float = 10.0) -> dict[str, list[str]]:
    """The negative control: a server that answers before what it has committed is on the disk."""
    options = ("--planted", "asynchronous")
    return {"asynchronous": survived(seconds, COUNT_OF_PLANTED, seed, options, "-c wal_writer_delay=10s")[0]}
