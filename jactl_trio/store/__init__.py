"""Opaque bytes -> durable rows: the interface of stores, and those that come with this package."""

from __future__ import annotations

from .interface import CheckpointStore
from .memory import MemoryStore
from .sqlite import SQLiteStore
from .urls import open_store

__all__ = ["CheckpointStore", "MemoryStore", "SQLiteStore", "open_store"]
