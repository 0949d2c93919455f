"""The areas: name -> benchmarks, in the order in which they run."""

from __future__ import annotations

from . import checkpoints, durable, language, payments, peers, startup, waiting
from .benchmark import Benchmark

WITH_PEERS = "peers"  # runs where it is asked for: it needs packages of its own
AREAS: dict[str, tuple[Benchmark, ...]] = {
    "language": language.BENCHMARKS,
    "startup": startup.BENCHMARKS,
    "checkpoints": checkpoints.BENCHMARKS,
    "waiting": waiting.BENCHMARKS,
    "durable": durable.BENCHMARKS,
    "payments": payments.BENCHMARKS,
    "peers": peers.BENCHMARKS,
}
