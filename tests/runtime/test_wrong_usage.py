"""What an embedder gives by mistake is refused before anything happens, by a UsageError that names the argument."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest

import jactl_trio as jactl
from jactl_trio.store import MemoryStore, SQLiteStore, open_store

CONTEXT = jactl.Context()
ID = uuid.uuid4()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: CONTEXT.compile("1", globals=["x"]), "globals is a dict"),
        (lambda: CONTEXT.compile("1", globals={1: 2}), "globals has a name that is no str: 1"),
        (lambda: CONTEXT.compile("1", name=None), "name is a str"),
        (lambda: CONTEXT.compile("1", package=3), "package is a str"),
        (lambda: CONTEXT.compile_class("class X {}", package=3), "package is a str"),
        (lambda: CONTEXT.function(3), "is a function, not 3"),
        (lambda: CONTEXT.function(name="a b")(print), "the name 'a b'"),
        (lambda: CONTEXT.function(lambda: 1), "the name '<lambda>'"),
        (lambda: CONTEXT.register_class(3), "python_class is a class"),
        (lambda: jactl.Context(min_scale=-1), "min_scale is at least 0, not -1"),
        (lambda: jactl.Context(max_loop_iterations="many"), "max_loop_iterations is an int, not 'many'"),
        (lambda: jactl.Context(max_execution_time=True), "max_execution_time is an int, not True"),
        (lambda: jactl.Context(allow_host_class_lookup={"a"}), "allow_host_class_lookup is a function"),
        (lambda: jactl.Context(disable_eval="no"), "disable_eval is True or False, not 'no'"),
        (lambda: jactl.Context(checkpoint_bytes_max="1 MB"), "checkpoint_bytes_max is an int, not '1 MB'"),
        (lambda: CONTEXT.register_class(Exception, name=3), "name is a str"),
        (lambda: CONTEXT.register_class(Exception, methods=3), "methods is names, or a dict"),
        (lambda: CONTEXT.register_class(Exception, encode=3, decode=4), "encode is a function, not 3"),
        (lambda: jactl.Key(3, bytes(32)), "id is a str, not 3"),
        (lambda: jactl.KeyRing(b"secret"), "A key of a ring is a Key, not b'secret'"),
        (lambda: jactl.StoreEnvironment(MemoryStore(), lease_s=math.inf), "lease_s is finite"),
        (lambda: jactl.StoreEnvironment("memory:"), "store is a CheckpointStore, not 'memory:'"),
        (lambda: SQLiteStore(3), "path is a file's name, not 3"),
        (lambda: SQLiteStore("no.db", busy_s=math.nan), "busy_s is a number of seconds, not nan"),
        (lambda: open_store("memory:orders"), "names no file"),
    ],
)
def test_what_makes_scripts(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(jactl.UsageError) as caught:
        call()
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"context": None}, "context is a Context"),
        ({"store": 3}, "store is a URL or a CheckpointStore"),
        ({"store": None, "environment": 3}, "environment is an Environment"),
        ({"on_recover": 3}, "on_recover is a function"),
        ({"lease_s": -1}, "lease_s is a number of seconds above 0, not -1"),
        ({"lease_s": math.nan}, "lease_s is a number"),
        ({"recover_every": 0}, "recover_every is a number of seconds above 0, not 0"),
        ({"recover_every": True}, "recover_every is a number"),
        ({"keep_outcomes_s": 0}, "keep_outcomes_s is a number of seconds above 0, not 0"),
        ({"store": None, "keep_outcomes_s": 60}, "keep_outcomes_s needs a store"),
        ({"hibernate_after": "1h"}, "hibernate_after is a number of seconds, not '1h'"),
    ],
)
async def test_open_runtime(arguments: dict[str, Any], told: str) -> None:
    given = {"context": CONTEXT, "store": "memory:", **arguments}
    with pytest.raises(jactl.UsageError) as caught:
        async with jactl.open_runtime(**given):
            pytest.fail("it was opened")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda runtime: runtime.start("1 + 1"), "script is what Context.compile gives"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), id=str(ID)), "id is a UUID"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), ["x"]), "globals is a dict"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), durable=1), "durable is True or False, not 1"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), keep_outcome="no"), "keep_outcome is True or False"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), input="text"), "input has a method readline"),
        (lambda runtime: runtime.start(CONTEXT.compile("1"), output=3), "output has a method write"),
        (lambda runtime: runtime.send(str(ID), "paid"), "id is a UUID"),
        (lambda runtime: runtime.send(ID, None), "name is a str"),
        (lambda runtime: runtime.send(ID, "paid", key=7), "key is a str"),
        (lambda runtime: runtime.send(ID, "paid", key="k" * 1001), "key of message 'paid' has more than 1000 bytes"),
        (lambda runtime: runtime.cancel(str(ID)), "id is a UUID"),
        (lambda runtime: runtime.retry(None), "id is a UUID"),
        (lambda runtime: runtime.delete(b""), "id is a UUID"),
        (lambda runtime: runtime.recover_checkpoint("text"), "checkpoint is bytes"),
    ],
)
async def test_a_runtime(call: Callable[[jactl.Runtime], Any], told: str) -> None:
    store = MemoryStore()
    async with jactl.open_runtime(CONTEXT, store) as runtime:
        with pytest.raises(jactl.UsageError) as caught:
            await call(runtime)
    assert told in str(caught.value)
    assert store.instances() == []


async def test_a_run_without_a_runtime() -> None:
    with pytest.raises(jactl.UsageError, match="globals is a dict"):
        await CONTEXT.compile("1").run([1])  # type: ignore[arg-type]
