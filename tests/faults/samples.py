"""The corpus' scripts -> checkpoints of them, some of each, taken where they wait and at expressions in between."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import Any

import trio.testing

import jactl_trio as jactl
from jactl_trio.continuation.machine import Step
from jactl_trio.runtime.driver import Driver
from tests.corpus_scripts import corpus

LIMITS: dict[str, Any] = {"max_loop_iterations": 100_000, "max_execution_time": 2_000}
OF_EACH = 4
OF_A_HOST = """
class Order { String id; Map lines = [:]; Order parent; def total() { lines.map{ it[1] }.sum() } }
def o = new Order('a')
o.lines.b = 2
o.parent = o
def list = [o, o.lines]
list << list
long n = 5L
def add = { x -> charge(x as int, 'eur') + n }
def sums = [1, 2, 3].map{ add(it) }.filter{ checkpoint(); it > 6 }
checkpoint({ 'saved' }, { 'recovered' }) + sums.size() + o.total() + (list[2] is list)
"""


@dataclass(frozen=True)
class Sample:
    """A script that waits: go on with `script`, from the bytes."""

    name: str
    script: jactl.Script
    checkpoint: bytes


class Silent:
    """Takes what scripts print."""

    def write(self, text: str, /) -> None:
        pass


class Taking(Driver):
    """Keeps the bytes of all checkpoints, also of those that the stress mode makes."""

    __slots__ = ("taken",)

    taken: list[bytes]

    def encoded(self, checkpoint_id: int, value: Any = None) -> bytes:
        checkpoint = super().encoded(checkpoint_id, value)
        self.taken.append(checkpoint)
        return checkpoint

    async def save(self) -> Step:
        self.encoded(self.run_state.checkpoint_id + 1)
        return await super().save()


async def charge(ctx: jactl.HostCallContext, amount: int, currency: str) -> int:
    await trio.lowlevel.checkpoint()
    return amount + len(currency)


def samples() -> list[Sample]:
    """The same ones each time."""
    sources = [(one.name, one.source) for one in corpus()] + [("host", OF_A_HOST)]
    found: list[Sample] = []
    for stress in (None, "checkpoint"):
        context = jactl.Context(stress=stress, **LIMITS)
        context.function(charge)
        for name, source in sources:
            found += _of_script(f"{name} {stress or 'plain'}", context, source)
    return found


def _of_script(name: str, context: jactl.Context, source: str) -> list[Sample]:
    try:
        script = context.compile(source)
    except jactl.JactlError:  # a fault of the source, or a constant that cannot be shifted
        return []
    driver = Taking(script.unit, script.new_run({}, output=Silent(), id=uuid.UUID(int=1)))
    driver.taken = []
    run_until_done(driver)
    step = max(1, len(driver.taken) // OF_EACH)
    chosen = [*driver.taken[step // 2 :: step][:OF_EACH], *sorted(driver.taken, key=len)[-1:]]
    return [Sample(name, script, checkpoint) for checkpoint in chosen]


def run_until_done(driver: Driver) -> None:
    async def run() -> None:
        with contextlib.suppress(jactl.JactlError):  # some are made to fail
            await driver.run()

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
