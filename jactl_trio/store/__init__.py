"""Opaque bytes -> durable rows: the interface of stores, and those that come with this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .interface import CheckpointStore
    from .memory import MemoryStore
    from .sqlite import SQLiteStore
    from .urls import open_store

__all__ = ["CheckpointStore", "MemoryStore", "SQLiteStore", "open_store"]

__getattr__ = lazy_names(
    __name__,
    {
        "CheckpointStore": ("interface", "CheckpointStore"),
        "MemoryStore": ("memory", "MemoryStore"),
        "SQLiteStore": ("sqlite", "SQLiteStore"),
        "open_store": ("urls", "open_store"),
    },
)
