"""Instances of a script that save checkpoints in a store: our side of the turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

import jactl_trio as jactl

from .crowd import Crowd

_SOURCE = """int a = 1; long b = 2L; def c = 'three'; double d = 4D; boolean e = true
int n = 0
checkpoint(); n++
while (nextTurn()) {
  boolean hasTime = true
  while (hasTime) {
    for (int i = 0; i < batch; i++) { checkpoint(); n++ }
    hasTime = saved(batch)
  }
}
a == 1 && b == 2 && c == 'three' && d == 4D && e ? n : -1
"""


@dataclass
class Instances:
    crowd: Crowd
    starts_per_s: float  # until the first checkpoint of each is saved


@asynccontextmanager
async def running_instances(url: str, count: int) -> AsyncIterator[Instances]:
    """Waiting for their first turn. At the end each has said how often it has saved."""
    context, crowd = jactl.Context(), Crowd(count)
    context.function(name="nextTurn")(crowd.next_turn)
    context.function(crowd.saved)
    script = context.compile(_SOURCE, globals={"batch": 0})
    async with jactl.open_runtime(context, url) as runtime:
        started = perf_counter()
        running = [await runtime.start(script, {"batch": crowd.batch}) for _ in range(count)]
        await crowd.all_wait()
        yield Instances(crowd, count / (perf_counter() - started))
        crowd.end()
        saved = 0
        for instance in running:
            saves = await instance.result()
            assert saves == instance.checkpoint_id, (saves, instance.checkpoint_id)
            saved += saves
    assert saved == crowd.saved_in_all + count, (saved, crowd.saved_in_all)
