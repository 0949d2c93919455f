"""A host process for the fault proofs: runs its share of instances on a store until all have ended; to be killed.

python -m tests.faults.host URL [--share 0/1] [--count N] [--rounds R] ...
"""

from __future__ import annotations

import argparse
import os
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import trio

import jactl_trio as jactl
from jactl_trio.store import CheckpointStore, open_store
from jactl_trio.store.processes import leave
from tests.store.planted import PLANTED

from .events import CALLED, FAILED, OVER, RESULT, SENT, Event, Tell
from .probes import ProbeStore, die, end_server
from .telling import TellingEnvironment

SOURCE = """
def total = 0
for (int i = 1; i <= rounds; i++) {
  total += work(number * 100 + i)
  checkpoint()
}
total
"""

SOURCE_OF_MESSAGES = """
def total = 0
for (int i = 1; i <= rounds; i++) {
  total += work(number * 100 + (receive('n', patience) ?: 1000000))
  checkpoint()
}
total
"""
PATIENCE_MS = 20_000  # for a message that was acknowledged; one that is lost gives a wrong result


CRASH_AFTER_SECONDS = 0.2


def line_of(error: jactl.JactlError) -> int:
    """Of the script that was told; 0 where it is no error of a place."""
    return 0 if error.location is None else error.location.line


def expected(count: int, rounds: int) -> dict[uuid.UUID, str]:
    """The result of each instance."""
    sums = {n: sum(n * 100 + i for i in range(1, rounds + 1)) for n in range(1, count + 1)}
    return {uuid.UUID(int=n): str(total) for n, total in sums.items()}


def tell(event: Event) -> None:
    os.write(1, event.line().encode())  # a whole line, whatever kills us


class Host:
    """One process: the instances n of 1..count with n % hosts == index are its clients', all others it may recover."""

    def __init__(self, arguments: argparse.Namespace, tell: Tell) -> None:
        self.given = arguments
        self.chance = Random(os.getpid())
        index, _, hosts = arguments.share.partition("/")
        self.numbers = [n for n in range(1, arguments.count + 1) if n % int(hosts) == int(index)]
        pairs = (pair.split("=") for pair in (arguments.messages or "").split(",") if pair)
        self.sent = {int(number): int(count) for number, count in pairs}
        self.store: CheckpointStore = open_store(arguments.url)
        if arguments.probe is not None:
            strike = die if arguments.server is None else partial(end_server, Path(arguments.server))
            self.store = ProbeStore(self.store, arguments.probe, strike)
        if arguments.planted is not None:
            self.store = PLANTED[arguments.planted](self.store)
        self.environment = TellingEnvironment(
            self.store, tell, lease_s=arguments.lease, host=str(os.getpid()), is_in_line=arguments.in_line
        )
        if arguments.elsewhere:
            leave(self.environment.owner)
            self.environment.owner = replace(self.environment.owner, host=f"elsewhere {os.getpid()}")

    async def run(self) -> None:
        context = jactl.Context()
        context.function(self.work_function())
        source = SOURCE_OF_MESSAGES if self.given.messages is not None else SOURCE
        script = context.compile(source, globals={"number": 0, "rounds": 0, "patience": 0})
        every = self.given.recover_every
        async with jactl.open_runtime(context, environment=self.environment, recover_every=every) as runtime:
            await runtime.recover()
            async with trio.open_nursery() as nursery:
                for number in self.numbers:
                    nursery.start_soon(self.client, runtime, script, number)
        slowest_ms = self.environment.slowest_ns // 1_000_000
        failures = self.environment.statistics.failures
        self.environment.tell(Event(OVER, uuid.UUID(int=0), 0, slowest_ms, str(failures)))
        self.store.close()  # here: system calls are counted in each thread by itself

    def work_function(self) -> Callable[..., object]:
        async def work(ctx: jactl.HostCallContext, n: int) -> int:
            id = ctx.instance_id
            assert id is not None
            event = Event(CALLED, id, self.environment.token(id), ctx.checkpoint_id, f"{ctx.call_ordinal}={n}")
            self.environment.tell(event)
            if id.int == self.given.crashing and ctx.checkpoint_id > 0:
                await trio.sleep(CRASH_AFTER_SECONDS)  # the others get on
                die()
            await trio.sleep(self.given.pace * self.chance.uniform(0.5, 1.5))
            return n

        return work

    async def send_all(self, runtime: jactl.Runtime, id: uuid.UUID) -> None:
        """The messages 1, 2, ... one for each round, but for those that were acknowledged already: these are not sent
        again, so that one that is lost is missed."""
        if self.given.messages is None:
            return
        for n in range(self.sent.get(id.int, 0) + 1, self.given.rounds + 1):
            try:
                await runtime.send(id, "n", n, key=str(n))
            except jactl.UnknownInstanceError:
                return  # it has ended
            self.sent[id.int] = n
            self.environment.tell(Event(SENT, id, 0, n))

    async def client(self, runtime: jactl.Runtime, script: jactl.Script, number: int) -> None:
        """Ask for the result until there is one: whoever it is that runs the instance."""
        id = uuid.UUID(int=number)
        await trio.sleep(max(0.0, self.given.begin + self.given.spread * Random(number).random() - time.monotonic()))
        while True:
            try:
                globals = {"number": number, "rounds": self.given.rounds, "patience": PATIENCE_MS}
                instance = await runtime.start(script, globals, id=id)
                await self.send_all(runtime, id)
                value = await instance.result()
            except (jactl.CheckpointError, jactl.StoreError, jactl.InstanceReleasedError) as error:
                self.environment.tell(Event(FAILED, id, 0, line_of(error), type(error).__name__))
                if number == self.given.crashing and "parked" in str(error):
                    return
                if self.given.recover_every is None:
                    raise
                assert "parked" not in str(error), error
                await trio.sleep(self.given.ask_every)
            else:
                self.environment.tell(Event(RESULT, id, 0, text=str(value)))
                return


def main(options: Sequence[str] | None = None, tell: Tell = tell) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--share", default="0/1", help="index/hosts")
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pace", type=float, default=0.0, help="seconds that a host function takes, about")
    parser.add_argument(
        "--begin", type=float, default=0.0, help="by the clock that all processes share, time.monotonic"
    )
    parser.add_argument("--spread", type=float, default=0.0, help="seconds from then on in which clients come")
    parser.add_argument("--ask-every", type=float, default=1.0, help="seconds until a client asks again")
    parser.add_argument("--elsewhere", action="store_true", help="on a host of its own, as far as others can see")
    parser.add_argument("--planted", choices=PLANTED, default=None, help="a fault of the store that is to be found")
    parser.add_argument("--lease", type=float, default=30.0)
    parser.add_argument("--recover-every", type=float, default=None)
    parser.add_argument("--messages", default=None, help="number=count of those that were acknowledged, ...")
    parser.add_argument("--in-line", action="store_true")
    parser.add_argument("--probe", default=None, help="NAME:K, where to die")
    parser.add_argument("--server", default=None, help="postmaster.pid of a server that is to end there instead")
    parser.add_argument("--crashing", type=int, default=None, help="an instance that ends its host after a checkpoint")
    trio.run(Host(parser.parse_args(options), tell).run)


if __name__ == "__main__":
    main()
