"""Samples of processes killed and stopped, and of restarts of the server; in full: `python -m tests.faults fleet`."""

from __future__ import annotations

import pytest

from tests.store.cluster import Cluster

from .fleet import Load, struck, unfenced
from .restarts import of_planted, survived

LOAD = Load(40, rounds=3, pace_s=0.3, spread_s=3.0, lease_s=1.0, ask_every_s=0.5)


def test_processes_that_are_killed_and_stopped_lose_nothing(cluster: Cluster) -> None:
    fleet = struck(cluster.database(), LOAD, 5.0, seed=2)
    assert fleet.found == [] and fleet.strikes.total() >= 1


def test_the_ledger_finds_that_a_store_does_not_fence(cluster: Cluster) -> None:
    fleet = unfenced(cluster.database(), 7.0, seed=1)
    assert any("I2" in line for line in fleet.found), fleet.strikes


def test_a_server_that_restarts_loses_nothing(cluster: Cluster) -> None:
    found, text = survived(5.0, 40, seed=1)
    assert found == [] and not text.startswith("0 restarts"), text


@pytest.mark.usefixtures("cluster")
def test_a_server_that_commits_before_it_has_written_is_found() -> None:
    assert of_planted(seed=1, seconds=5.0)["asynchronous"]
