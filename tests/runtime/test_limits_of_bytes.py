"""Context(checkpoint_bytes_max=): what is longer is not written, the error says how long; the rest stays as it was."""

from __future__ import annotations

import re
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
        with pytest.raises(UsageError) as refused:
            await runtime.send(ID, "x", "a" * 3000)
        assert re.fullmatch(
            r"Message 'x' cannot be sent: it has 3\d\d\d bytes, more than checkpoint_bytes_max, 2000",
            refused.value.message,
        )
        await runtime.send(ID, "x", "short")
        assert await instance.result() == "short"


async def test_a_checkpoint_that_is_too_long_releases_the_instance_and_a_larger_limit_ends_it() -> None:
    store = MemoryStore(trio.current_time)
    source = "def text = 'a' * 3000\ncheckpoint()\ntext.size()"
    small = jactl.Context(checkpoint_bytes_max=2000)
    async with jactl.open_runtime(small, environment=InLine(store)) as runtime:
        instance = await runtime.start(small.compile(source), id=ID, durable=True)
        with pytest.raises(JactlError, match=r"The checkpoint has 3\d\d\d bytes, more than checkpoint_bytes_max, 2000"):
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
    assert record.error is not None
    assert re.fullmatch(
        r"The result cannot be kept: it has 3\d\d\d bytes, more than checkpoint_bytes_max, 2000", record.error
    )


async def test_globals_that_are_too_long_start_nothing_durable() -> None:
    context = jactl.Context(checkpoint_bytes_max=2000)
    script = context.compile("checkpoint()\ntext.size()", globals={"text": ""})
    store = MemoryStore(trio.current_time)
    async with jactl.open_runtime(context, environment=InLine(store)) as runtime:
        with pytest.raises(jactl.LimitError) as refused:
            await runtime.start(script, {"text": "a" * 3000}, id=ID, durable=True)
        assert re.fullmatch(
            r"The globals that the script starts with have 3\d\d\d bytes, more than checkpoint_bytes_max, 2000",
            refused.value.message,
        )
        assert store.instance(ID) is None and not runtime.instances
        instance = await runtime.start(script, {"text": "short"}, id=ID, durable=True)
        assert await instance.result() == 5


async def test_a_value_that_no_message_and_no_result_can_hold_is_called_what_it_is() -> None:
    context = jactl.Context(allow_host_access=True, allow_host_class_lookup=lambda name: name == "fractions.Fraction")
    store = MemoryStore(trio.current_time)
    async with jactl.open_runtime(context, environment=InLine(store)) as runtime:
        instance = await runtime.start(context.compile("import fractions.Fraction\n[a:new Fraction(1, 2)]"), id=ID)
        await instance.result()
    record = store.instance(ID)
    assert record is not None and record.error is not None
    assert record.error.startswith("The result cannot be kept: The value.a cannot be saved: fractions.Fraction is")


@pytest.mark.parametrize("wrong", [0, -1, CHECKPOINT_BYTES_MAX + 1])
def test_a_limit_that_could_not_be_kept(wrong: int) -> None:
    with pytest.raises(UsageError, match=f"checkpoint_bytes_max is 1 to {CHECKPOINT_BYTES_MAX}, not {wrong}"):
        jactl.Context(checkpoint_bytes_max=wrong)
