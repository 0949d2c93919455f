"""A host process for test_crashes: runs instances on a store, a line for each host call and each result; to be killed.

python -m tests.runtime.crashing URL COUNT
"""

from __future__ import annotations

import os
import sys
import uuid

import trio

import jactl_trio as jactl

SOURCE = """
def total = 0
for (int i = 1; i <= 5; i++) {
  total += work(number * 10 + i)
  checkpoint()
}
total
"""


def tell(*parts: object) -> None:
    os.write(1, (" ".join(map(str, parts)) + "\n").encode())  # whole lines, whatever kills us


async def main(url: str, count: int) -> None:
    context = jactl.Context()

    @context.function
    async def work(ctx: jactl.HostCallContext, n: int) -> int:
        tell("call", ctx.instance_id, ctx.checkpoint_id, ctx.call_ordinal, n)
        await trio.sleep(0.001)
        return n

    script = context.compile(SOURCE, globals={"number": 0})

    async def one(number: int) -> None:
        instance = await runtime.start(script, {"number": number}, id=uuid.UUID(int=number))
        tell("result", instance.id, await instance.result())

    async with jactl.open_runtime(context, store=url) as runtime:
        await runtime.recover()
        async with trio.open_nursery() as nursery:
            for number in range(1, count + 1):
                nursery.start_soon(one, number)


if __name__ == "__main__":
    trio.run(main, sys.argv[1], int(sys.argv[2]))
