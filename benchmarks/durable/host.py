"""A process that is killed, and one that goes on with what it left.

    python -m benchmarks.durable.host begin | go_on URL COUNT

begin: says "waiting" once all instances wait behind their checkpoint.  go_on: says after how many seconds, from
opening the store, all of them ran again.
"""

from __future__ import annotations

import sys
from time import perf_counter

import trio

import jactl_trio as jactl

_SOURCE = "def items = 100.map{ [id: it] }; checkpoint(); wait(); items.size()"


async def begin(url: str, count: int) -> None:
    context, waiting = jactl.Context(), 0

    @context.function
    async def wait() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == count:
            print("waiting", flush=True)
        await trio.sleep_forever()

    script = context.compile(_SOURCE)
    async with jactl.open_runtime(context, url) as runtime:
        for _ in range(count):
            await runtime.start(script)


async def go_on(url: str, count: int) -> None:
    started = perf_counter()
    context, running = jactl.Context(), 0

    @context.function
    async def wait() -> None:
        nonlocal running
        running += 1
        if running == count:
            print(perf_counter() - started, flush=True)

    async with jactl.open_runtime(context, url) as runtime:
        instances = await runtime.recover()
        results = [await one.result() for one in instances]
    assert results == [100] * count, results


if __name__ == "__main__":
    trio.run({"begin": begin, "go_on": go_on}[sys.argv[1]], sys.argv[2], int(sys.argv[3]))
