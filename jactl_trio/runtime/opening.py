"""open_runtime: a Runtime with all that works for it, for one block of the embedding program."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import NoneType
from typing import NoReturn

import trio

from ..errors import UsageError
from ..store import CheckpointStore, open_store
from ..wanted import wanted, wanted_function, wanted_seconds
from .context import Context
from .environment import Environment
from .instance import Instance
from .listening import listen_for_ever
from .retention import purge_for_ever
from .runtime import Runtime
from .store_environment import LEASE_SECONDS, StoreEnvironment, patience_s

RECOVER_EVERY_SECONDS = 10.0  # where instances hibernate, and nothing else is said


@asynccontextmanager
async def open_runtime(
    context: Context,
    store: str | CheckpointStore | None = None,
    *,
    environment: Environment | None = None,
    recover_every: float | None = None,
    hibernate_after: float | None = None,
    lease_s: float = LEASE_SECONDS,
    keep_outcomes_s: float | None = None,
    on_recover: Callable[[Instance], None] | None = None,
) -> AsyncIterator[Runtime]:
    """A runtime for one block. Leaving it waits for its instances; an exception or a cancellation releases them.

        async with open_runtime(context, store="sqlite:payments.db") as runtime:
            await runtime.recover()

    store: a URL or a CheckpointStore; or environment: your own; with neither nothing is kept.  recover_every: seconds
    between looks for instances whose owner is gone (default: only recover() does).  hibernate_after: seconds; an
    instance that sleeps, or waits for a message, for longer than that waits in the store, without a task or memory
    here, and goes on at any host that looks for such ones (recover_every, which is then 10 by default).  lease_s: how
    long other hosts wait for a sign of life of this one.  keep_outcomes_s: for how long the store keeps outcomes; older
    ones, of whichever host, are purged from time to time (default: they stay until `delete` or `jactl-trio
    store purge`).  on_recover: called with each recovered instance before it goes on, to give it its input, output and
    invocation context.
    A store that does not answer holds nobody up who leaves: it is given 10 seconds, then the leases have to run out.
    Raises StoreError where the store cannot be opened, UsageError for arguments that are none, for both a store and an
    environment, and for hibernate_after or keep_outcomes_s without a store.
    """
    wanted("context", context, Context, "a Context")
    wanted("store", store, (str, CheckpointStore, NoneType), "a URL or a CheckpointStore")
    wanted("environment", environment, (Environment, NoneType), "an Environment")
    if on_recover is not None:
        wanted_function("on_recover", on_recover)
    if recover_every is not None:
        wanted_seconds("recover_every", recover_every)
    if hibernate_after is not None:
        wanted_seconds("hibernate_after", hibernate_after, or_none=True)
    if keep_outcomes_s is not None:
        wanted_seconds("keep_outcomes_s", keep_outcomes_s)
    if store is not None and environment is not None:
        raise UsageError("Give a store or an environment, not both")
    opened = open_store(store) if isinstance(store, str) else store
    if store is None and not isinstance(environment, StoreEnvironment):
        if hibernate_after is not None:
            raise UsageError("hibernate_after needs a store: there is nowhere else to wait")
        if keep_outcomes_s is not None:
            raise UsageError("keep_outcomes_s needs a store: there is nowhere else to keep them")
    if hibernate_after is not None and recover_every is None:
        recover_every = RECOVER_EVERY_SECONDS
    after_s = math.inf if hibernate_after is None else hibernate_after
    chosen = environment or (Environment() if opened is None else StoreEnvironment(opened, lease_s=lease_s))
    try:
        async with _open_environment(chosen), trio.open_nursery() as services:
            async with trio.open_nursery() as nursery:
                runtime = Runtime(context, chosen, nursery, on_recover, after_s)
                services.start_soon(runtime.post.deliver_for_ever)
                services.start_soon(listen_for_ever, runtime)
                async with trio.open_nursery() as watch:
                    if recover_every is not None:
                        watch.start_soon(runtime.recover_for_ever, recover_every)
                    if keep_outcomes_s is not None and isinstance(chosen, StoreEnvironment):
                        watch.start_soon(purge_for_ever, chosen, keep_outcomes_s)
                    yield runtime
                    watch.cancel_scope.cancel()
            services.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise_only(group)
    finally:
        if isinstance(store, str) and opened is not None:
            with trio.move_on_after(patience_s(chosen), shield=True):
                await trio.to_thread.run_sync(opened.close, abandon_on_cancel=True)


@asynccontextmanager
async def _open_environment(environment: Environment) -> AsyncIterator[None]:
    """For a store: the writer and the lease. The writer outlives a cancellation: who is released still needs it."""
    if not isinstance(environment, StoreEnvironment):
        yield
        return
    await environment.open()
    written = trio.Event()

    async def write() -> None:
        try:
            with scope:
                await environment.write_for_ever()
        except BaseException:  # a KeyboardInterrupt, say: those who wait for an answer are shielded from it
            environment.abandon()
            raise
        finally:
            written.set()

    scope = trio.CancelScope(shield=True)
    async with trio.open_nursery() as services:
        services.start_soon(write)
        services.start_soon(environment.renew_for_ever)
        try:
            yield
        finally:
            environment.stop_writing()
            with trio.move_on_after(environment.patience_s, shield=True):
                await written.wait()
                await environment.close()
            environment.abandon()
            scope.cancel()
            services.cancel_scope.cancel()


def raise_only(group: BaseException) -> NoReturn:
    """The block's own exception rather than a group of it alone: instances never raise here."""
    while isinstance(group, BaseExceptionGroup) and len(group.exceptions) == 1:
        group = group.exceptions[0]
    raise group
