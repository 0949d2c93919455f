"""The command serve: each script of a folder is one instance; instances that others left are recovered.

A script's instance has an id that follows from its name, source and globals, so that many processes may serve one
folder and one store: each instance runs once, on one of them. A file that changes is a new instance.
"""

from __future__ import annotations

import signal
import uuid
from pathlib import Path
from typing import Any

import trio

from ..errors import InstanceHibernatedError, InstanceReleasedError, JactlError, StaleInstanceError
from ..runtime.context import Context
from ..runtime.instance import Instance
from ..runtime.opening import open_runtime
from ..runtime.runtime import Runtime
from ..values.json import decode
from .codes import OK
from .keys import context_with
from .running import show

_NAMESPACE = uuid.UUID("6f1d3f0e-51a5-4b53-9a5c-6a0f6f0b1c11")


def serve(
    folder: str,
    store: str,
    every_s: float,
    hibernate_after_s: float | None,
    once: bool,
    as_json: bool,
    keys: str | None,
) -> int:
    """Serve until a signal; with `once` until all instances have ended."""
    trio.run(_Server(context_with(keys), Path(folder), every_s, as_json).run, store, hibernate_after_s, once)
    return OK


class _Server:
    def __init__(self, context: Context, folder: Path, every_s: float, as_json: bool) -> None:
        self.context = context
        self.folder = folder
        self.every_s = every_s
        self.as_json = as_json
        self.known: dict[tuple[str, str], uuid.UUID | None] = {}  # files as they were: their instances; None: refused
        self.running: dict[uuid.UUID, Instance] = {}  # whose end will be told
        self.waiting: set[uuid.UUID] = set()  # hibernated, for all that is known here
        self.all_have_ended = trio.Event()

    async def run(self, store: str, hibernate_after_s: float | None, once: bool) -> None:
        async with trio.open_nursery() as tellers:
            self.tellers = tellers
            async with (
                open_runtime(
                    self.context,
                    store,
                    recover_every=self.every_s,
                    hibernate_after=hibernate_after_s,
                    on_recover=self._follow,
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
        for instance in await runtime.recover():
            self._follow(instance)  # also what cannot be restored
        while True:
            are_elsewhere = [await self._is_elsewhere(runtime, file) for file in sorted(self.folder.glob("*.jactl"))]
            if once and not (any(are_elsewhere) or self.running or self.waiting):
                return
            with trio.move_on_after(self.every_s):
                await self.all_have_ended.wait()
            self.all_have_ended = trio.Event()

    async def _is_elsewhere(self, runtime: Runtime, file: Path) -> bool:
        """Start the instance of a file, if it is new; does it run at another owner?"""
        try:
            source = file.read_text(encoding="utf-8")
            given = file.with_suffix(".json")
            text = given.read_text(encoding="utf-8") if given.exists() else "{}"
        except OSError as error:
            self._refuse(file, "", f"{error.filename}: {error.strerror}")
            return False
        except UnicodeDecodeError as error:
            self._refuse(file, "", f"not UTF-8: {error.reason} at byte {error.start}")
            return False
        if (file.name, source + text) in self.known:
            return False
        try:
            globals_ = decode(text)
            script = self.context.compile(source, globals_, name=file.name)
        except JactlError as error:
            self._refuse(file, source + text, str(error))
            return False
        id = uuid.uuid5(_NAMESPACE, "\0".join((file.name, script.identity, text)))
        try:
            self._follow(await runtime.start(script, globals_, id=id, durable=True))
        except StaleInstanceError:
            return True
        self.known[file.name, source + text] = id
        return False

    def _refuse(self, file: Path, text: str, why: str) -> None:
        if (file.name, text) not in self.known:
            self.known[file.name, text] = None
            self._show(None, "refused", f"{file.name}: {why}")

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
        except (InstanceReleasedError, StaleInstanceError):  # another goes on with it, and it may come back
            self.known = {text: id for text, id in self.known.items() if id != instance.id}
        except JactlError as error:
            self._show(instance, instance.status.value, str(error))
        if self.running.get(instance.id) is instance:
            del self.running[instance.id]
        if not self.running:
            self.all_have_ended.set()

    def _show(self, instance: Instance | None, state: str, value: Any) -> None:
        show(self.as_json, instance, state, value)
