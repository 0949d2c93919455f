"""Durable checkpoints a second, and recovery of killed instances."""

from __future__ import annotations

from . import rates, recovery

BENCHMARKS = (*rates.BENCHMARKS, *recovery.BENCHMARKS)
