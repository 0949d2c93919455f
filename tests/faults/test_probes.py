"""A host that is killed at each named probe, on each durable store; the next one brings all to the right end."""

from __future__ import annotations

import pytest

from tests.store.cluster import Cluster



@pytest.mark.parametrize("probe", PROBES)
def test_sqlite(probe: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(f"sqlite:{tmp_path_factory.mktemp('probe')}/store.db", probe)


@pytest.mark.parametrize("probe", PROBES)
def test_postgres(probe: str, cluster: Cluster) -> None:
    check(cluster.database(), probe)


def check(url: str, probe: str) -> None:
    found = kill_at_probes(url, f"{probe}:1")
    assert not found, f"{probe} on {url.partition(':')[0]}: {found}"
