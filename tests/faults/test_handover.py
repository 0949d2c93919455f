"""A server that does not hand over is found; that `serve` does is a test of tests/cli."""

from __future__ import annotations

from .handover import of_planted


def test_a_server_that_keeps_what_it_has_is_found() -> None:
    assert any("a handover takes" in line for line in of_planted()["clinging"])
