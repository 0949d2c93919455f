"""Damaged files of a closed SQLite store -> each instance has the right answer or is refused: never a wrong one.

A damage's number is all it takes to make it again.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from random import Random

import trio
import trio.testing

import jactl_trio as jactl
from jactl_trio.verify.quiet import quiet

from .figures import Row
from .telling import TellingEnvironment

SOURCE = """
class Order { String id; List lines = [] }
def order = new Order("order ${number}")
def total = 0
for (int i = 1; i <= 4; i++) {
  order.lines <<= [item:i, text:'x' * 200 * i]
  total += work(number * 100 + i)
  checkpoint()
}
def word = receive('go')
"${order.id}: ${word} ${total} ${order.lines.map{ it.item }.sum()} ${order.lines.map{ it.text.size() }.sum()}"
"""
INSTANCES = 8
COUNT = 2_000
OF_A_JOB = 100
SECTOR_BYTES, PAGE_BYTES = 512, 4096
SECONDS_MAX = 600  # of virtual time
LIMITS = {"max_loop_iterations": 10_000, "max_execution_time": 10_000}


def expected(number: int) -> str:
    return f"order {number}: go {number} {number * 400 + 10} 10 2000"


@cache
def files() -> tuple[bytes, bytes]:
    """A store with instances that have ended and others that wait at a checkpoint; and as it was a little earlier."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        return _advanced(path, 1.5), _advanced(path, 1.5)


@asynccontextmanager
async def opened(context: jactl.Context, path: Path) -> AsyncIterator[jactl.Runtime]:
    """In one thread, for the clock is a virtual one."""
    store = jactl.SQLiteStore(path)
    environment = TellingEnvironment(store, lambda event: None, lease_s=30.0, is_in_line=True)
    try:
        async with jactl.open_runtime(context, environment=environment) as runtime:
            yield runtime
    finally:
        store.close()


def _advanced(path: Path, seconds: float) -> bytes:
    """Run for so long: those with an odd number are quick, and come to their end in time."""

    async def run() -> None:
        context = jactl.Context(**LIMITS)

        @context.function
        async def work(n: int) -> int:
            number = n // 100
            await trio.sleep(number / 10 if number % 2 else 1.0)
            return n

        script = context.compile(SOURCE, globals={"number": 0})
        async with opened(context, path) as runtime:
            await runtime.recover()
            for number in range(1, INSTANCES + 1):
                instance = await runtime.start(script, {"number": number}, id=uuid.UUID(int=number))
                with suppress(jactl.UnknownInstanceError):  # it has ended
                    await runtime.send(instance.id, "gn", f"gone {number}", key="gn")
                    await runtime.send(instance.id, "go", f"go {number}", key="go")
            await trio.sleep(seconds)
            runtime.shutdown()

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
    return path.read_bytes()


def damaged(number: int) -> bytes:
    """The file with one damage."""
    chance = Random(number)
    earlier, whole = files()
    content = bytearray(whole)
    how = chance.choice(("bit", "bits", "sector", "truncated", "misdirected", "lost"))
    if how in ("bit", "bits"):
        for _ in range(1 if how == "bit" else 20):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif how == "sector":
        at = chance.randrange(len(content) // SECTOR_BYTES) * SECTOR_BYTES
        content[at : at + SECTOR_BYTES] = chance.choice((bytes(SECTOR_BYTES), chance.randbytes(SECTOR_BYTES)))
    elif how == "truncated":
        del content[chance.randrange(len(content)) :]
    else:
        size = chance.choice((SECTOR_BYTES, PAGE_BYTES))
        source = whole if how == "misdirected" else earlier
        at = chance.randrange(len(content) // size) * size
        came_from = chance.randrange(len(source) // size) * size if how == "misdirected" else at
        if came_from < len(source):
            content[at : at + size] = source[came_from : came_from + size]
    return bytes(content)


async def fates_of(path: Path, asks: bool = True) -> Counter[str]:
    """What comes of the instances of a file: "right", "refused", "waits" (for a message that is lost), "wrong: ...".

    asks: clients ask for them by their ids; else only those are counted that the host recovers by itself.
    """
    context = jactl.Context(**LIMITS)
    context.function(work)
    script = context.compile(SOURCE, globals={"number": 0})
    fates: Counter[str] = Counter()
    try:
        async with opened(context, path) as runtime:
            recovered = {instance.id.int: instance for instance in await runtime.recover()}
            for number in range(1, INSTANCES + 1) if asks else list(recovered):
                try:
                    if number not in recovered:
                        recovered[number] = await runtime.start(script, {"number": number}, id=uuid.UUID(int=number))
                    with suppress(jactl.UnknownInstanceError):  # it has ended
                        await runtime.send(uuid.UUID(int=number), "go", f"go {number}", key="go")
                    with trio.move_on_after(SECONDS_MAX) as waits:
                        value = await recovered[number].result()
                        fates["right" if value == expected(number) else f"wrong: {number} gave {value!r}"] += 1
                    fates["waits"] += waits.cancelled_caught
                except jactl.JactlError:
                    fates["refused"] += 1
            runtime.shutdown()
    except jactl.StoreError:
        fates["refused"] += INSTANCES - fates.total()
    return fates


async def work(n: int) -> int:
    await trio.sleep(1)
    return n


def fates_at(number: int) -> tuple[int, Counter[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        path.write_bytes(damaged(number))

        async def run() -> Counter[str]:
            with trio.fail_after(100 * SECONDS_MAX):
                return await fates_of(path)

        try:
            return number, trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
        except Exception as error:
            return number, Counter({f"wrong: {type(error).__name__}: {error}": 1})


@quiet()
def met(numbers: range) -> list[tuple[int, Counter[str]]]:
    return [fates_at(number) for number in numbers]


def faults(told: list[tuple[int, Counter[str]]]) -> list[str]:
    return [f"--at {number}: {fate}" for number, fates in told for fate in fates if fate.startswith("wrong")]


def prove(given: argparse.Namespace) -> Row:
    """Thousands of damages; then rows that were made to lie in ways that no checksum of SQLite's could show."""
    count = given.count or COUNT
    jobs = [range(first, min(first + OF_A_JOB, count)) for first in range(0, count, OF_A_JOB)]
    if given.at:
        jobs = [range(int(number), int(number) + 1) for number in given.at]
    with ProcessPoolExecutor(given.workers) as pool:
        told = [one for some in pool.map(met, jobs) for one in some]
    fates: Counter[str] = Counter()
    for _, some in told:
        fates.update({name.partition(":")[0]: number for name, number in some.items()})
    text = f"{len(told):,} files of {INSTANCES} instances: " + ", ".join(f"{fates[k]:,} {k}" for k in sorted(fates))
    what = f"bits flipped, sectors and pages lost or misplaced, files cut off (SQLite {sqlite3.sqlite_version})"
    return Row("damage", what, text, faults(told))
