"""Context(checkpoint_bytes_max=): what is longer is not written, the error says how long; the rest stays as it was."""

from __future__ import annotations

from uuid import UUID

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.errors import JactlError, UsageError
from jactl_trio.limits import CHECKPOINT_BYTES_MAX
from jactl_trio.store import MemoryStore
from jactl_trio.store.records import FINISHED

from .inline import InLine

ID = UUID(int=7)


async def test_a_message_that_is_too_long_is_refused_and_the_next_one_arrives() -> None:
    context = jactl.Context(checkpoint_bytes_max=2000)
    script = context.compile("def got = receive('x')\ncheckpoint()\ngot")
    async with jactl.open_runtime(context, environment=InLine(MemoryStore(trio.current_time))) as runtime:
        instance = await runtime.start(script, id=ID, durable=True)
        with pytest.raises(UsageError, match=r"The message cannot be sent: .* of \d{4} bytes is larger than 2000"):
            await runtime.send(ID, "x", "a" * 3000)
        await runtime.send(ID, "x", "short")
        assert await instance.result() == "short"


async def test_a_checkpoint_that_is_too_long_releases_the_instance_and_a_larger_limit_ends_it() -> None:
    store = MemoryStore(trio.current_time)
    source = "def text = 'a' * 3000\ncheckpoint()\ntext.size()"
    small = jactl.Context(checkpoint_bytes_max=2000)
    async with jactl.open_runtime(small, environment=InLine(store)) as runtime:
        instance = await runtime.start(small.compile(source), id=ID, durable=True)
        with pytest.raises(JactlError, match=r"of \d{4} bytes is larger than 2000"):
            await instance.result()
    record = store.instance(ID)
    assert record is not None and not record.is_owned
    large = jactl.Context()
    async with jactl.open_runtime(large, environment=InLine(store)) as runtime:
        (recovered,) = await runtime.recover()
        assert await recovered.result() == 3000


async def test_a_result_that_is_too_long_is_given_and_not_kept() -> None:
    context = jactl.Context(checkpoint_bytes_max=2000)
    store = MemoryStore(trio.current_time)
    async with jactl.open_runtime(context, environment=InLine(store)) as runtime:
        instance = await runtime.start(context.compile("'a' * 3000"), id=ID, durable=True)
        assert await instance.result() == "a" * 3000
    record = store.instance(ID)
    assert record is not None and record.state == FINISHED and record.outcome is None
    assert record.error is not None and record.error.startswith("The result cannot be kept: A checkpoint of 3")


@pytest.mark.parametrize("wrong", [0, -1, CHECKPOINT_BYTES_MAX + 1])
def test_a_limit_that_could_not_be_kept(wrong: int) -> None:
    with pytest.raises(UsageError, match=f"checkpoint_bytes_max is 1 to {CHECKPOINT_BYTES_MAX}, not {wrong}"):
        jactl.Context(checkpoint_bytes_max=wrong)
