"""Messages and hibernation with real stores, in threads and real time: two hosts, one of which is told by the other."""

from __future__ import annotations

import math
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


async def test_hosts_share_what_another_has_left_and_are_told_of_it(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them looks by itself within the hour."""
    monkeypatch.setattr("jactl_trio.runtime.recovery.CLAIMS_MAX", 5)
    url, count = cluster.database(), 60
    source = "def n = receive('go'); checkpoint(); n"
    contexts = [jactl.Context() for _ in range(4)]
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            hosts = [await nursery.start(_serve, context, url, name="host") for context in contexts[1:]]
            async with jactl.open_runtime(contexts[0], url) as first:
                script = contexts[0].compile(source)
                ids = [UUID(int=number) for number in range(1, count + 1)]
                for id in ids:
                    await first.start(script, id=id, durable=True)
                first.shutdown()
            while sum(len(host.instances) for host in hosts) < count:
                await trio.sleep(0.01)
            assert sorted(id for host in hosts for id in host.instances) == ids, "each has one owner"
            for number, id in enumerate(ids):
                await hosts[0].send(id, "go", number)
            store = hosts[0].keeper.store
            while any(record.state == "running" for record in await hosts[0].keeper.call(store.instances)):
                await trio.sleep(0.02)
            states = {record.state for record in await hosts[0].keeper.call(store.instances)}
            assert states == {"finished"}
            nursery.cancel_scope.cancel()


async def _serve(context: jactl.Context, url: str, *, task_status: trio.TaskStatus[jactl.Runtime]) -> None:
    async with jactl.open_runtime(context, url, recover_every=3600) as runtime:
        await trio.sleep(0.3)  # until it listens
        task_status.started(runtime)
        await trio.sleep_forever()


async def test_who_waits_for_a_message_alone_is_not_looked_for(cluster: Cluster) -> None:
    """A host with nothing to wake but by a message sleeps until it is told of one."""
    context, url = jactl.Context(), cluster.database()
    async with jactl.open_runtime(context, url, hibernate_after=0.05, recover_every=3600) as runtime:
        instance = await runtime.start(context.compile("receive('go')"), id=ID)
        await instance.status.wait_value(lambda status: status is Status.HIBERNATED)
        assert await runtime._recovery._wake_in_s() == math.inf
        with trio.fail_after(20):
            await runtime.send(ID, "go", 5)
            while (await runtime.keeper.call(runtime.keeper.store.instance, ID)).state != "finished":
                await trio.sleep(0.01)
