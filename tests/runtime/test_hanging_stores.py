"""A store whose calls never return: who leaves is not held up, whichever call it is."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trio

import jactl_trio as jactl
from jactl_trio.runtime import opening, store_environment

METHODS = (
    "register",
    "renew",
    "retire",
    "owners",
    "held",
    "write",
    "free",
    "wake_in_s",
    "messages",
    "instance",
    "close",
)


class Hanging(jactl.MemoryStore):
    """From some time on these methods never return, until the test has ended."""

    def __init__(self, *methods: str) -> None:
        super().__init__()
        self.hangs = threading.Event()
        self.is_over = threading.Event()
        for name in METHODS if "everything" in methods else methods:
            setattr(self, name, self._hanging(getattr(self, name)))

    def _hanging(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            if self.hangs.is_set():
                self.is_over.wait()
            return method(*arguments)

        return called


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_environment, "CLOSE_SECONDS", 0.1)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[Hanging]:
    made = Hanging(request.param)
    yield made
    made.is_over.set()


@pytest.mark.parametrize("store", [*METHODS, "everything"], indirect=True)
@pytest.mark.parametrize("source", ["hang(); checkpoint(); 1", "hang(); 1", "checkpoint(); hang(); receive('never')"])
@pytest.mark.parametrize("how", ["shutdown", "cancelled", "raised"])
async def test_leaving_ends(store: Hanging, source: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "open_store", lambda url: store)  # closed by the runtime then
    context, reached = jactl.Context(), trio.Event()

    @context.function
    def hang() -> None:
        store.hangs.set()
        reached.set()

    with trio.fail_after(30), trio.CancelScope() as scope:
        try:
            async with jactl.open_runtime(context, "memory:", lease_s=0.1, recover_every=0.01) as runtime:
                instance = await runtime.start(context.compile(source), id=uuid.uuid4())
                await reached.wait()
                await trio.sleep(0.05)  # the other tasks of the runtime ask the store, too
                if how == "raised":
                    raise ZeroDivisionError
                if how == "shutdown":
                    runtime.shutdown()
                scope.cancel()
                await trio.sleep_forever()
        except ZeroDivisionError:
            pass
    assert instance.status.value.is_ended


@pytest.mark.parametrize("store", ["write"], indirect=True)
async def test_an_instance_whose_end_cannot_be_told_is_released_with_the_error(store: Hanging) -> None:
    context = jactl.Context()
    with trio.fail_after(30):
        async with jactl.open_runtime(context, store) as runtime:
            instance = await runtime.start(context.compile("receive('never')"), id=uuid.uuid4(), durable=True)
            store.hangs.set()
            await instance.cancel()
            assert instance.status.value is jactl.Status.RELEASED
            with pytest.raises(jactl.StoreError, match="did not answer in time"):
                await instance.result()
            runtime.shutdown()
