"""The payers: send payments to a host process, kill it now and then, and keep the books."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any

import trio

IN_FLIGHT = 200


@dataclass
class Books:
    """What the payers know of each payment, from the host's lines alone."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)  # times
    responded: dict[str, str] = field(default_factory=dict)  # status of the first response
    repeated: set[str] = field(default_factory=set)  # responses with possibleRepeat
    contradictions: list[str] = field(default_factory=list)
    wrong_checkpoints: list[str] = field(default_factory=list)
    kills: int = 0
    recovered: int = 0

    @property
    def lost(self) -> list[str]:
        """Payments that were sent, acknowledged or not, and never got a response."""
        return [payment for payment in self.sent if payment not in self.responded]

    def note(self, event: dict[str, Any]) -> None:
        payment, kind = event.get("payment"), event["event"]
        if kind == "ready":
            self.recovered += event["recovered"]
        elif kind == "acknowledged":
            self.acknowledged[payment] = self.acknowledged.get(payment, 0) + 1
            self._check_checkpoint(event, 1)
        elif kind == "responded":
            self._check_checkpoint(event, 2)
            self._responded(payment, event["status"])
            if event["possibleRepeat"]:
                self.repeated.add(payment)
        elif kind == "known":
            self._responded(payment, event["status"])

    def _responded(self, payment: str, status: str) -> None:
        before = self.responded.setdefault(payment, status)
        if before != status:
            self.contradictions.append(payment)

    def _check_checkpoint(self, event: dict[str, Any], wanted: int) -> None:
        """The first checkpoint of a payment is 1 and the second 2, whatever was killed in between."""
        if event["checkpoint"] != wanted:
            self.wrong_checkpoints.append(event["payment"])


class Client:
    """Runs host processes one after the other until every payment has its response."""

    def __init__(self, store: str, payments: int, kills: int, seed: int) -> None:
        self.books = Books()
        self._store = store
        self._payments = payments
        self._random = random.Random(seed)
        step = payments // (kills + 1)
        self._kill_at = [step * number + self._random.randrange(max(1, step // 2)) for number in range(1, kills + 1)]

    async def run(self, on_progress: Any) -> Books:
        while len(self.books.responded) < self._payments:
            await self._with_host(on_progress)
        return self.books

    async def _with_host(self, on_progress: Any) -> None:
        """One host process: to the end, or until it is killed."""
        command = [sys.executable, "-m", "examples.payments.host", self._store]
        process = await trio.lowlevel.open_process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None and process.stdout is not None
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._send, process.stdin)
                await self._listen(process, on_progress)
                nursery.cancel_scope.cancel()
        finally:
            with trio.CancelScope(shield=True):
                process.kill()
                await process.wait()

    async def _send(self, stream: trio.abc.SendStream) -> None:
        """Send again what has no response yet, then new payments, so many at a time."""
        books = self.books
        try:
            for payment in [books.sent[id_] for id_ in books.lost]:
                await stream.send_all(json.dumps(payment).encode() + b"\n")
            while len(books.sent) < self._payments:
                if len(books.sent) - len(books.responded) >= IN_FLIGHT:
                    await trio.sleep(0.002)
                    continue
                payment = self._new_payment()
                books.sent[payment["id"]] = payment
                await stream.send_all(json.dumps(payment).encode() + b"\n")
        except trio.BrokenResourceError:
            pass  # the host was killed: the next one gets it again

    def _new_payment(self) -> dict[str, Any]:
        return {
            "id": str(uuid.UUID(int=self._random.getrandbits(128), version=4)),
            "card": f"4000{self._random.randrange(10**12):012d}",
            "alias": f"payer-{self._random.randrange(1000)}",
            "amount": self._random.randrange(1, 50_000),
        }

    async def _listen(self, process: trio.Process, on_progress: Any) -> None:
        assert process.stdout is not None
        rest = b""
        async for data in process.stdout:
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self.books.note(json.loads(line))
            on_progress(len(self.books.responded))
            if self._kill_at and len(self.books.responded) >= self._kill_at[0]:
                self._kill_at.pop(0)
                self.books.kills += 1
                process.send_signal(signal.SIGKILL)
            if len(self.books.responded) >= self._payments:
                return
