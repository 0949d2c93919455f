"""The private PostgreSQL server of the stores' tests."""

from __future__ import annotations

from tests.store.conftest import cluster, maybe_cluster

__all__ = ["cluster", "maybe_cluster"]
