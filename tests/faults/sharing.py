"""Some processes on one store, all of which start, tell, cancel and release the same instances at once -> whether
any script or caller was told of a store that is busy, and each instance ended once, and right."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import trio

import jactl_trio as jactl
from jactl_trio.errors import InstanceCancelledError, InstanceReleasedError, StaleInstanceError, StoreError
from jactl_trio.store import SQLiteStore, open_store
from tests.store.cluster import HOW_TO_GET_ONE, running_cluster

from .controls import with_controls
from .figures import Row

HOSTS, COUNT = 4, 120
SECONDS_MAX = 120.0
RECOVER_EVERY_SECONDS = 0.1
SOURCE = """
def total = 0
for (int i = 1; i <= 3; i++) {
  total += work(number * 10 + i)
  checkpoint()
}
if (waits) { total += receive('go') }
checkpoint()
total
"""
PLAIN, TOLD, CANCELLED = range(3)  # an instance's kind is its number modulo 3
_processes = multiprocessing.get_context("forkserver")


def expected(number: int) -> str:
    if number % 3 == CANCELLED:
        return "cancelled"
    return str(number * 30 + 6 + (1000 if number % 3 == TOLD else 0))


@dataclass
class Told:
    """By one process. results: by number.  cancelled: those whose cancellation it was told had come to pass."""

    results: dict[str, str] = field(default_factory=dict)
    cancelled: list[int] = field(default_factory=list)
    refused: int = 0
    recovered: int = 0
    found: list[str] = field(default_factory=list)


class Host:
    """One process, with a client for each instance."""

    def __init__(self, url: str, count: int, chance: Random, is_impatient: bool) -> None:
        self.store = open_store(url)
        if is_impatient:
            self.store = SQLiteStore(url.partition(":")[2], busy_s=0.0)
        self.count = count
        self.chance = chance
        self.told = Told()

    async def run(self) -> None:
        context = jactl.Context()
        context.function(self.work_function())
        script = context.compile(SOURCE, globals={"number": 0, "waits": False})
        environment = jactl.StoreEnvironment(self.store)
        async with jactl.open_runtime(
            context, environment=environment, recover_every=RECOVER_EVERY_SECONDS, on_recover=self.recovered
        ) as runtime:
            async with trio.open_nursery() as nursery:
                for number in range(1, self.count + 1):
                    nursery.start_soon(self.client, runtime, script, number)
            runtime.shutdown()
        if environment.statistics.failures:
            self.told.found.append(f"{environment.statistics.failures} transactions failed")
        self.store.close()

    def recovered(self, instance: jactl.Instance) -> None:
        self.told.recovered += 1

    def work_function(self) -> object:
        async def work(n: int) -> int:
            await trio.sleep(self.chance.uniform(0.0, 0.05))
            return n

        return work

    async def client(self, runtime: jactl.Runtime, script: jactl.Script, number: int) -> None:
        id = uuid.UUID(int=number)
        asks_s = self.chance.uniform(0.0, 0.5)
        is_asked = number % 3 == PLAIN
        while str(number) not in self.told.results:
            try:
                with trio.move_on_after(asks_s):
                    self.told.results[str(number)] = await self.result(runtime, script, number)
                if not is_asked:
                    is_asked = await self.asked(runtime, number)
                if self.chance.random() < 0.2 and id in runtime.instances:
                    await runtime.instances[id].release()
            except (jactl.JactlError, KeyError) as error:
                self.told.found.append(f"{number}: {error!r}")
                await trio.sleep(asks_s)

    async def result(self, runtime: jactl.Runtime, script: jactl.Script, number: int) -> str:
        globals = {"number": number, "waits": number % 3 != PLAIN}
        while True:
            try:
                instance = await runtime.start(script, globals, id=uuid.UUID(int=number), durable=True)
                return str(await instance.result())
            except InstanceCancelledError:
                return "cancelled"
            except (StaleInstanceError, InstanceReleasedError):
                await trio.sleep(self.chance.uniform(0.02, 0.1))  # another host has it, or will have

    async def asked(self, runtime: jactl.Runtime, number: int) -> bool:
        """Every host tells or cancels it; that is done once."""
        id = uuid.UUID(int=number)
        try:
            if number % 3 == TOLD:
                await runtime.send(id, "go", 1000, key="once")
            else:
                await runtime.cancel(id)
                self.told.cancelled.append(number)
        except jactl.UnknownInstanceError as error:  # not begun, or it has its message, and has ended
            return "has ended" in str(error)
        except StoreError as error:
            if "has ended: cancelled" not in str(error):
                raise
            self.told.refused += 1
        return True


def _be_host(url: str, count: int, seed: int, is_impatient: bool, answer: str) -> None:
    host = Host(url, count, Random(seed), is_impatient)
    try:
        trio.run(host.run)
    except BaseException as error:
        host.told.found.append(f"a host ended with {error!r}")
    Path(answer).write_text(json.dumps(vars(host.told)))


@dataclass
class Outcome:
    """What all processes told."""

    totals: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def shared(url: str, hosts: int, count: int, seed: int = 1, is_impatient: bool = False) -> Outcome:
    """All of them run to their end; then what they told is compared."""
    with tempfile.TemporaryDirectory() as folder:
        return _shared(url, [Path(folder) / f"told-{index}" for index in range(hosts)], count, seed, is_impatient)


def _shared(url: str, answers: Sequence[Path], count: int, seed: int, is_impatient: bool) -> Outcome:
    outcome = Outcome()
    processes = [
        _processes.Process(target=_be_host, args=(url, count, seed * 100 + index, is_impatient, str(answer)))
        for index, answer in enumerate(answers)
    ]
    for process in processes:
        process.start()
    until = time.monotonic() + SECONDS_MAX
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
            outcome.found.append("a host does not end")
    told = [Told(**json.loads(answer.read_text())) for answer in answers if answer.exists()]
    outcome.found += _compared(told, count)
    outcome.found += _of_store(url, count)
    for one in told:
        outcome.totals.update({"cancelled": len(one.cancelled), "refused": one.refused, "recovered": one.recovered})
    return outcome


def _compared(told: Iterable[Told], count: int) -> Iterable[str]:
    cancelled: Counter[int] = Counter()
    for index, one in enumerate(told):
        yield from (f"host {index}: {line}" for line in one.found)
        cancelled.update(one.cancelled)
        for number in range(1, count + 1):
            result = one.results.get(str(number))
            if result != expected(number):
                yield f"host {index}: {number} gave {result}, not {expected(number)}"
    for number in range(1, count + 1):
        if number % 3 == CANCELLED and cancelled[number] != 1:
            yield f"{number} was cancelled {cancelled[number]} times"


def _of_store(url: str, count: int) -> list[str]:
    store = open_store(url, must_exist=True)
    states = Counter(record.state for record in store.instances(limit=count + 1))
    found = store.check()
    store.close()
    cancelled = sum(number % 3 == CANCELLED for number in range(1, count + 1))
    right = {"finished": count - cancelled, "cancelled": cancelled}
    return found if states == right else [*found, f"the store has {dict(states)}, not {right}"]


def prove(given: argparse.Namespace) -> Row:
    """On a SQLite file and on PostgreSQL; then on a file, with processes that do not wait for each other."""
    seed = int(given.at[0]) if given.at else 1
    count = given.count or COUNT
    what = "processes on one store start, tell, cancel, release and recover the same instances at once"
    with tempfile.TemporaryDirectory() as folder, running_cluster() as cluster:
        if cluster is None:
            return Row("sharing", what, f"skipped: {HOW_TO_GET_ONE}", ["nothing was run"])
        outcomes = {
            "SQLite": shared(f"sqlite:{folder}/store.db", HOSTS, count, seed),
            "PostgreSQL": shared(cluster.database(), HOSTS, count, seed),
        }
    texts = [
        f"{name}: {outcome.totals['cancelled']} cancelled, once each, {outcome.totals['refused']} later cancellations "
        f"refused, {outcome.totals['recovered']} recovered from another process"
        for name, outcome in outcomes.items()
    ]
    text = f"{HOSTS} processes, {count} instances, each started by all; {'; '.join(texts)}"
    bad = [f"{name}, --at {seed}: {line}" for name, outcome in outcomes.items() for line in outcome.found]
    return with_controls(Row("sharing", what, text, bad), of_planted())


def of_planted() -> dict[str, list[str]]:
    """The negative control: nobody waits for another process that writes."""
    with tempfile.TemporaryDirectory() as folder:
        found = shared(f"sqlite:{folder}/store.db", HOSTS, 36, is_impatient=True).found
    return {"impatient": [line for line in found if "has been writing" in line or "busy" in line]}
