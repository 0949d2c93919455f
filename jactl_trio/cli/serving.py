"""The command serve: each script of a folder is one instance; instances that others left are recovered.

A script's instance has an id that follows from its name, source and globals, so that many processes may serve one
folder and one store: each instance runs once, on one of them. A file that changes is a new instance.
"""

from __future__ import annotations

import logging
import signal
import uuid
from pathlib import Path
from typing import Any

import trio

from ..errors import InstanceHibernatedError, InstanceReleasedError, JactlError, StaleInstanceError, StoreError
from ..runtime.context import Context
from ..runtime.instance import Instance
from ..runtime.opening import open_runtime, raise_only
from ..runtime.runtime import Runtime
from ..store.records import GOING
from .codes import OK
from .folder import Refused, Texts, shown_name, texts_of
from .keys import context_with
from .running import prints, show
from .terminal import Terminal, unwritten

_LOGGER = logging.getLogger("jactl_trio")
_NAMESPACE = uuid.UUID("6f1d3f0e-51a5-4b53-9a5c-6a0f6f0b1c11")


def serve(
    folder: str,
    store: str,
    every_s: float,
    hibernate_after_s: float | None,
    keep_outcomes_s: float | None,
    once: bool,
    as_json: bool,
    keys: str | None,
) -> int:
    """Serve until a signal; with `once` until all instances have ended."""
    try:
        server = _Server(context_with(keys), Path(folder), every_s, as_json)
        trio.run(server.run, store, hibernate_after_s, keep_outcomes_s, once)
    except BaseExceptionGroup as group:
        raise_only(group)
    return OK


class _Server:
    def __init__(self, context: Context, folder: Path, every_s: float, as_json: bool) -> None:
        self.context = context
        self.folder = folder
        self.every_s = every_s
        self.as_json = as_json
        # Files as they were, or name and reason of those that could not be read: their instances; None: refused.
        self.known: dict[Texts | tuple[str, str], uuid.UUID | None] = {}
        self.running: dict[uuid.UUID, Instance] = {}  # whose end will be told
        self.waiting: set[uuid.UUID] = set()  # hibernated, for all that is known here
        self.all_have_ended = trio.Event()

    async def run(self, store: str, hibernate_after_s: float | None, keep_outcomes_s: float | None, once: bool) -> None:
        async with trio.open_nursery() as tellers:
            self.tellers = tellers
            async with (
                open_runtime(
                    self.context,
                    store,
                    recover_every=self.every_s,
                    hibernate_after=hibernate_after_s,
                    keep_outcomes_s=keep_outcomes_s,
                    on_recover=self._go_on,
                ) as runtime,
                trio.open_nursery() as watch,
            ):
                watch.start_soon(self._stop_on_signal, runtime)
                await self._look_for_ever(runtime, once)
                watch.cancel_scope.cancel()

    async def _stop_on_signal(self, runtime: Runtime) -> None:
        """What runs is released: another process, or the next one, goes on with it at once."""
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for _ in signals:
                runtime.shutdown()

    async def _look_for_ever(self, runtime: Runtime, once: bool) -> None:
        await self._recover_first(runtime)
        while True:
            are_open = [await self._is_open(runtime, file) for file in self._files()]
            if once:
                await self._forget_ended_elsewhere(runtime)
            if once and not (any(are_open) or self.running or self.waiting):
                return
            with trio.move_on_after(self.every_s):
                await self.all_have_ended.wait()
            self.all_have_ended = trio.Event()

    async def _recover_first(self, runtime: Runtime) -> None:
        try:
            for instance in await runtime.recover():
                self._follow(instance)  # also what cannot be restored
        except StoreError as error:  # the runtime looks again
            _LOGGER.warning("Recovery failed: %s", error)

    async def _forget_ended_elsewhere(self, runtime: Runtime) -> None:
        """Whoever hibernated here may have been woken by another host, which told its end, or was cancelled."""
        keeper = runtime.keeper
        assert keeper is not None
        for id in tuple(self.waiting):
            try:
                record = await keeper.call(keeper.store.instance, id)
            except StoreError as error:  # it may work again at the next look
                _LOGGER.warning("Instance %s could not be looked at: %s", id, error)
                return
            if record is None or record.state not in GOING:
                self.waiting.discard(id)

    def _files(self) -> list[Path]:
        try:
            return sorted(file for file in self.folder.iterdir() if file.suffix == ".jactl")
        except OSError as error:
            self._refuse(self.folder.name, None, str(error.strerror))
            return []

    async def _is_open(self, runtime: Runtime, file: Path) -> bool:
        """Start the instance of a file, if it is new; is there more to do, for it runs at another owner, or could not
        be started?"""
        try:
            texts = texts_of(file)
        except Refused as why:
            self._refuse(shown_name(file), None, str(why))
            return False
        if texts in self.known:
            return False
        try:
            script, globals_ = texts.script(self.context)
        except Refused as why:
            self._refuse(texts.name, texts, str(why))
            return False
        id = uuid.uuid5(_NAMESPACE, "\0".join((texts.name, script.identity, texts.globals)))
        try:
            self._follow(await runtime.start(script, globals_, id=id, durable=True, output=Terminal()))
        except StaleInstanceError:
            return True
        except StoreError as error:  # it may work again at the next look
            _LOGGER.warning("%s could not be started: %s", texts.name, error)
            return True
        self.known[texts] = id
        return False

    def _refuse(self, name: str, texts: Texts | None, why: str) -> None:
        """Told once for each of its texts; None: it could not be read."""
        key = texts or (name, why)
        if key not in self.known:
            self.known[key] = None
            self._show(None, "refused", f"{name}: {why}")

    def _go_on(self, instance: Instance) -> None:
        prints(instance)
        self._follow(instance)

    def _follow(self, instance: Instance) -> None:
        """Tell its end."""
        if self.running.get(instance.id) is not instance:
            self.running[instance.id] = instance
            self.waiting.discard(instance.id)
            self.tellers.start_soon(self._tell, instance)

    async def _tell(self, instance: Instance) -> None:
        try:
            self._show(instance, "finished", await instance.result())
        except InstanceHibernatedError:
            self.waiting.add(instance.id)
        except (InstanceReleasedError, StaleInstanceError) as error:  # another goes on with it, and it may come back
            if (failure := unwritten(error)) is not None:
                raise failure from None
            self.known = {text: id for text, id in self.known.items() if id != instance.id}
        except JactlError as error:
            self._show(instance, instance.status.value, str(error))
        if self.running.get(instance.id) is instance:
            del self.running[instance.id]
        if not self.running:
            self.all_have_ended.set()

    def _show(self, instance: Instance | None, state: str, value: Any) -> None:
        show(self.as_json, instance, state, value)
