"""Messages and hibernation with real stores, in threads and real time: two hosts, one of which is told by the other."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.runtime.instance import Status

from .cluster import Cluster

ID = UUID(int=7)
SOURCE = "def sum = 0; for (int i = 0; i < 3; i++) { sum += receive('number', 60000); sleep(150); checkpoint() }; sum"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_instance_that_hibernates_gets_its_messages(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:{tmp_path / 'store.db'}" if kind == "sqlite" else postgres(request)
    contexts = jactl.Context(), jactl.Context()
    with trio.fail_after(20):
        async with (
            jactl.open_runtime(contexts[0], url, hibernate_after=0.1, recover_every=0.2) as first,
            jactl.open_runtime(contexts[1], url, hibernate_after=0.1, recover_every=0.2) as second,
        ):
            instance = await first.start(contexts[0].compile(SOURCE), id=ID)
            await instance.status.wait_value(lambda status: status is Status.HIBERNATED)
            for number in range(3):
                await second.send(ID, "number", number + 1, key=str(number))
            while (status := await second.keeper.call(second.keeper.store.instance, ID)).state != "finished":
                assert status.state in ("running", "hibernated")
                await trio.sleep(0.02)
            assert await (await first.start(contexts[0].compile(SOURCE), id=ID)).result() == 6
            assert await second.keeper.call(second.keeper.store.check) == []


def postgres(request: pytest.FixtureRequest) -> str:
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.database()


async def test_postgres_tells_at_once(cluster: Cluster) -> None:
    """Without waiting for the next look, which is 10 and more seconds away."""
    context, url = jactl.Context(), cluster.database()
    with trio.fail_after(5):
        async with jactl.open_runtime(context, url, recover_every=60) as second:
            async with jactl.open_runtime(context, url) as first:
                instance = await first.start(context.compile("receive('a'); checkpoint(); receive('b')"), id=ID)
                await trio.sleep(0.5)
                await second.send(ID, "a", 1)
                while instance.checkpoint_id == 0:
                    await trio.sleep(0.01)
                first.shutdown()
            while ID not in second.instances:
                await trio.sleep(0.01)
            await second.send(ID, "b", 2)
            assert await second.instances[ID].result() == 2
