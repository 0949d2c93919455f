"""Payments through kills: durable work as a whole, as fast as it goes, and with banks as slow as they are."""

from __future__ import annotations

from . import at_once, slow_banks

BENCHMARKS = (*at_once.BENCHMARKS, *slow_banks.BENCHMARKS)
