"""A sample of the mutants of checkpoints; `python -m tests.faults mutants` takes 10,000."""

from __future__ import annotations

from .mutants import run_mutants


def test_a_mutant_is_refused_or_ends_within_bounds() -> None:
    fates, bad = run_mutants(range(500))
    assert not bad
    assert fates["refused"] > 100
    assert fates["value"] > 50
    assert fates.total() == 500


def test_a_decoder_that_believes_too_much_is_found() -> None:
    assert run_mutants(range(200), "trusting")[1]
