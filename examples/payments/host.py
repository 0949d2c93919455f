"""The host: one process that takes payments from standard input and tells of them on standard output.

    in   {"id": "...", "card": "...", "alias": "...", "amount": 5}
    out  {"event": "acknowledged" | "responded", "payment": id, "checkpoint": n, ...}

Started again after a kill it first goes on with what the one before left unfinished.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import trio

import jactl_trio as jactl

from .banks import BANKS, authorise

context = jactl.Context()


def tell(event: str, **facts: Any) -> None:
    """One line in one write: a kill leaves whole lines."""
    os.write(1, (json.dumps({"event": event, **facts}) + "\n").encode())


@context.function
async def tokenise(card: str) -> str:
    await trio.sleep(0.005)
    return hashlib.blake2b(card.encode(), digest_size=12).hexdigest()


@context.function
async def lookup(alias: str) -> dict[str, Any]:
    await trio.sleep(0.005)
    return {"alias": alias, "banks": list(BANKS)}


@context.function
def acknowledge(ctx: jactl.HostCallContext, payment_id: str) -> None:
    tell("acknowledged", payment=payment_id, checkpoint=ctx.checkpoint_id)


@context.function(name="authorise")
async def call_bank(bank: str, token: str, amount: int) -> dict[str, Any]:
    return await authorise(BANKS[bank], token, amount)


@context.function
def respond(ctx: jactl.HostCallContext, payment_id: str, answer: dict[str, Any], possible_repeat: bool) -> None:
    tell(
        "responded",
        payment=payment_id,
        checkpoint=ctx.checkpoint_id,
        status=answer["status"],
        possibleRepeat=possible_repeat,
    )


async def main(store: str) -> None:
    source = Path(__file__).with_name("payment.jactl").read_text(encoding="utf-8")
    script = context.compile(source, globals={"payment": {}}, name="payment")
    async with jactl.open_runtime(context, store=store) as runtime:
        recovered = await runtime.recover()
        tell("ready", recovered=len(recovered))
        async with trio.open_nursery() as nursery:
            async for line in _lines():
                payment = json.loads(line)
                nursery.start_soon(_start, runtime, script, payment)


async def _start(runtime: jactl.Runtime, script: jactl.Script, payment: dict[str, Any]) -> None:
    """Starting with an id that exists is no second payment: it is the one that is there."""
    instance = await runtime.start(script, {"payment": payment}, id=UUID(payment["id"]))
    if instance.status.value == "finished":
        tell("known", payment=payment["id"], status=await instance.result())


async def _lines() -> Any:
    stream = trio.lowlevel.FdStream(os.dup(0))
    rest = b""
    async for data in stream:
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line


if __name__ == "__main__":
    trio.run(main, sys.argv[1])
