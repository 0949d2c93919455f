"""The same work by what a user would pick instead: pydantic-monty, DBOS, LangGraph."""

from __future__ import annotations

from . import interpreter, steps

BENCHMARKS = (*interpreter.BENCHMARKS, *steps.BENCHMARKS)
