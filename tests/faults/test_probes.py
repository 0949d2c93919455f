"""Hosts killed at each named probe in turn, on each durable store; the last one brings all to the right end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.cluster import Cluster, running_cluster

from .killing import end_server_at_probe, kill_at_probes, of_planted
from .probes import PROBES

CHAIN = [f"{probe}:1" for probe in PROBES]


def test_sqlite(tmp_path: Path) -> None:
    outcome = kill_at_probes(f"sqlite:{tmp_path}/store.db", *CHAIN)
    assert (outcome.found, outcome.kills) == ([], len(CHAIN))


def test_postgres(cluster: Cluster) -> None:
    outcome = kill_at_probes(cluster.database(), *CHAIN)
    assert (outcome.found, outcome.kills) == ([], len(CHAIN))


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("probe", ["after-save:2", "before-end:1"])
def test_the_server_of_a_host_ends(probe: str) -> None:
    with running_cluster() as own:
        assert own is not None
        outcome = end_server_at_probe(own, probe)
        assert (outcome.found, outcome.kills) == ([], 1)


def test_stores_that_lose_or_repeat_are_found() -> None:
    assert all(of_planted().values())
