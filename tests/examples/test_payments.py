"""The main job, small: payments through kills, none lost."""

from __future__ import annotations

from pathlib import Path

import trio

from examples.payments.client import Client


def test_no_payment_is_lost(tmp_path: Path) -> None:
    client = Client(f"sqlite:{tmp_path / 'payments.db'}", payments=300, kills=2, seed=3)
    books = trio.run(client.run, lambda completed: None)
    assert books.kills == 2
    assert len(books.responded) == len(books.acknowledged) == 300
    assert books.lost == books.contradictions == books.wrong_checkpoints == []
