"""Hosts killed at each named probe in turn, on each durable store; the last one brings all to the right end."""

from __future__ import annotations

from pathlib import Path

from tests.store.cluster import Cluster

from .killing import kill_at_probes
from .probes import PROBES

CHAIN = [f"{probe}:1" for probe in PROBES]


def test_sqlite(tmp_path: Path) -> None:
    assert kill_at_probes(f"sqlite:{tmp_path}/store.db", *CHAIN) == []


def test_postgres(cluster: Cluster) -> None:
    assert kill_at_probes(cluster.database(), *CHAIN) == []
