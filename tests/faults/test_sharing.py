"""A sample of processes that share a store; in full: `python -m tests.faults sharing`."""

from __future__ import annotations

from pathlib import Path

from tests.store.cluster import Cluster

from .sharing import Outcome, of_planted, shared


def test_processes_that_share_a_file_get_on(tmp_path: Path) -> None:
    _judge(shared(f"sqlite:{tmp_path}/store.db", 3, 18))


def test_processes_that_share_a_server_get_on(cluster: Cluster) -> None:
    _judge(shared(cluster.database(), 3, 18))


def _judge(outcome: Outcome) -> None:
    assert outcome.found == [] and outcome.totals["cancelled"] == 6


def test_processes_that_do_not_wait_for_each_other_are_found() -> None:
    assert of_planted()["impatient"]
