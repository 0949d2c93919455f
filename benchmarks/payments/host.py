"""The host process: `python -m benchmarks.payments.host URL PAYMENTS IN_FLIGHT`, with the answered ones on its input.

It makes the payments up itself, always the same, recovers what the process before left, and pays all that have no
response. What it has to say it says in lines of JSON, some hundred events each.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import trio

import examples.payments
import jactl_trio as jactl

context = jactl.Context()
_NAMESPACE = uuid.UUID("5f9c1a52-3f0b-4c3e-9c39-0f5f6a1f1d11")
_said: list[dict[str, Any]] = []
_responded: set[str] = set()


def say(event: str, **facts: Any) -> None:
    _said.append({"event": event, **facts})


@context.function
async def tokenise(card: str) -> str:
    await trio.lowlevel.checkpoint()
    return f"token of {card}"


@context.function
async def lookup(alias: str) -> dict[str, Any]:
    await trio.lowlevel.checkpoint()
    return {"alias": alias, "banks": ["north", "south"]}


@context.function
async def authorise(bank: str, token: str, amount: int) -> dict[str, Any]:
    await trio.lowlevel.checkpoint()
    digest = hashlib.blake2b(f"{token}/{amount}".encode(), digest_size=1).digest()
    return {"status": "declined" if digest[0] < 20 else "approved", "bank": bank}


@context.function
def acknowledge(ctx: jactl.HostCallContext, payment_id: str) -> None:
    say("acknowledged", payment=payment_id, checkpoint=ctx.checkpoint_id)


@context.function
def respond(ctx: jactl.HostCallContext, payment_id: str, answer: dict[str, Any], possible_repeat: bool) -> None:
    _responded.add(payment_id)
    status = answer["status"]
    say("responded", payment=payment_id, checkpoint=ctx.checkpoint_id, status=status, possibleRepeat=possible_repeat)


def payments(count: int, answered: set[str]) -> Iterator[dict[str, Any]]:
    for number in range(count):
        id = str(uuid.uuid5(_NAMESPACE, str(number)))
        if id not in answered:
            yield {"id": id, "card": f"4000{number:012d}", "alias": f"payer-{number % 1000}", "amount": number % 5_000}


async def main(url: str, count: int, in_flight: int) -> None:
    answered = set(json.loads(sys.stdin.readline()))
    source = Path(examples.payments.__path__[0], "payment.jactl").read_text(encoding="utf-8")
    script = context.compile(source, globals={"payment": {}}, name="payment")
    started = perf_counter()
    async with jactl.open_runtime(context, url) as runtime, trio.open_nursery() as speaking:
        recovered = await runtime.recover()
        say("ready", recovered=len(recovered), seconds=perf_counter() - started)
        speaking.start_soon(_speak, started)
        to_pay = payments(count, answered)
        async with trio.open_nursery() as paying:
            for _ in range(in_flight):
                paying.start_soon(_pay, runtime, script, to_pay)
        speaking.cancel_scope.cancel()
    _speak_now(started)


async def _pay(runtime: jactl.Runtime, script: jactl.Script, to_pay: Iterator[dict[str, Any]]) -> None:
    """One after the other. A payment that the process before has finished without telling is told now."""
    for payment in to_pay:
        id = payment["id"]
        say("sent", payment=id)
        instance = await runtime.start(script, {"payment": payment}, id=uuid.UUID(id))
        status = await instance.result()
        if id not in _responded:
            say("known", payment=id, status=status)


async def _speak(started: float) -> None:
    while True:
        await trio.sleep(0.02)
        _speak_now(started)


def _speak_now(started: float) -> None:
    """The seconds worked, and what has been said since the last line: one line in one write."""
    global _said
    events, _said = _said, []
    os.write(1, (json.dumps([perf_counter() - started, events]) + "\n").encode())


if __name__ == "__main__":
    trio.run(main, sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
