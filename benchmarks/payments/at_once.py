"""Payments whose banks answer at once, in one process that is killed on the way: what is left is our own work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jactl_trio as jactl
from examples.payments.client import Books

from ..benchmark import Benchmark, Workbench
from ..rows import Row, at_least

IN_FLIGHT, KILLS = 1_000, 3


@dataclass
class Payer:
    """Lets host processes work one after the other until every payment has its response."""

    url: str
    payments: int
    kills: int
    books: Books = field(default_factory=Books)
    seconds: float = 0.0  # that the hosts have worked, without their start
    recovery_s: list[float] = field(default_factory=list)

    def run(self) -> None:
        while len(self.books.responded) < self.payments:
            self._with_host()

    def _with_host(self) -> None:
        books = self.books
        at = self.payments * (books.kills + 1) // (self.kills + 1) if books.kills < self.kills else self.payments + 1
        command = [sys.executable, "-m", "benchmarks.payments.host", self.url, str(self.payments), str(IN_FLIGHT)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(list(books.responded)).encode() + b"\n")
            process.stdin.flush()
            seconds = 0.0
            for line in process.stdout:
                if not line.endswith(b"\n"):
                    break  # cut off by the kill
                seconds, events = json.loads(line)
                for event in events:
                    self._note(event)
                if len(books.responded) >= at:
                    books.kills += 1
                    process.kill()
                    break
            process.stdout.read()
            self.seconds += seconds
        assert process.returncode in (0, -9), process.returncode

    def _note(self, event: dict[str, Any]) -> None:
        if event["event"] == "sent":
            self.books.sent[event["payment"]] = event
            return
        if event["event"] == "ready" and event["recovered"]:
            self.recovery_s.append(event["seconds"])
        self.books.note(event)


def _at_once(workbench: Workbench) -> Iterator[Row]:
    url = workbench.store("sqlite", "payments-at-once")
    assert url is not None
    payer = Payer(url, workbench.effort.payments, KILLS)
    started = time.perf_counter()
    payer.run()
    whole_s = time.perf_counter() - started
    check(payer)
    count = payer.payments
    name = f"payments, {IN_FLIGHT:,} in flight in one process, through {KILLS} kills"
    yield Row(name, "payments/s", count / payer.seconds, target=at_least(5_000))
    yield Row("the same, with the time in which no process was up", "payments/s", count / whole_s)
    if payer.recovery_s:
        yield Row("recovery of those in flight, the slowest", "s", max(payer.recovery_s))


def check(payer: Payer) -> None:
    """Nothing is lost: neither for the payer, nor in the store."""
    books = payer.books
    assert books.kills == payer.kills
    assert len(books.responded) == payer.payments and not books.lost
    assert not books.contradictions and not books.wrong_checkpoints
    store = jactl.open_store(payer.url)
    try:
        found, faults = store.statistics(), store.check()
    finally:
        store.close()
    assert found.instances == {"finished": payer.payments}, found
    assert not faults and found.checkpoints == 0, faults


BENCHMARKS = (Benchmark("banks that answer at once", _at_once),)
