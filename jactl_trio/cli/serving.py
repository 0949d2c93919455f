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

from ..errors import InstanceReleasedError, JactlError, StaleInstanceError
from ..runtime.context import Context
from ..runtime.instance import Instance
from ..runtime.opening import open_runtime
from ..runtime.runtime import Runtime
from ..values.json import decode
from .codes import OK
from .running import show

_NAMESPACE = uuid.UUID("6f1d3f0e-51a5-4b53-9a5c-6a0f6f0b1c11")


def serve(folder: str, store: str, every_s: float, once: bool, as_json: bool) -> int:
    """Serve until a signal; with `once` until all instances have ended."""
    trio.run(_Server(Path(folder), every_s, as_json).run, store, once)
    return OK


class _Server:
    def __init__(self, folder: Path, every_s: float, as_json: bool) -> None:
        self.folder = folder
        self.every_s = every_s
        self.as_json = as_json
        self.context = Context()
        self.told: set[uuid.UUID] = set()  # instances whose end is told, or will be
        self.refused: set[tuple[str, str]] = set()  # files that do not compile, as they were

    async def run(self, store: str, once: bool) -> None:
        async with open_runtime(self.context, store) as runtime, trio.open_nursery() as watch:
            watch.start_soon(self._stop_on_signal, runtime)
            async with trio.open_nursery() as tellers:
                while await self._look(runtime, tellers) or not once:
                    await trio.sleep(self.every_s)
            watch.cancel_scope.cancel()

    async def _stop_on_signal(self, runtime: Runtime) -> None:
        """What runs is released: another process, or the next one, goes on with it at once."""
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for _ in signals:
                runtime.shutdown()

    async def _look(self, runtime: Runtime, tellers: trio.Nursery) -> bool:
        """Recover, and start what is new; whether any instance runs at another owner."""
        found = await runtime.recover()
        others = False
        for file in sorted(self.folder.glob("*.jactl")):
            try:
                found += await self._started(runtime, file)
            except StaleInstanceError:
                others = True
        for instance in found:
            if instance.id not in self.told:
                self.told.add(instance.id)
                tellers.start_soon(self._tell, instance)
        return others

    async def _started(self, runtime: Runtime, file: Path) -> list[Instance]:
        try:
            source = file.read_text(encoding="utf-8")
            given = file.with_suffix(".json")
            text = given.read_text(encoding="utf-8") if given.exists() else "{}"
        except OSError as error:
            self._refuse(file, "", f"{error.filename}: {error.strerror}")
            return []
        if (file.name, source + text) in self.refused:
            return []
        try:
            globals_ = decode(text)
            script = self.context.compile(source, globals_, name=file.name)
        except JactlError as error:
            self._refuse(file, source + text, str(error))
            return []
        id = uuid.uuid5(_NAMESPACE, "\0".join((file.name, script.identity, text)))
        return [] if id in self.told else [await runtime.start(script, globals_, id=id, durable=True)]

    def _refuse(self, file: Path, text: str, why: str) -> None:
        if (file.name, text) not in self.refused:
            self.refused.add((file.name, text))
            self._show(None, "refused", f"{file.name}: {why}")

    async def _tell(self, instance: Instance) -> None:
        try:
            self._show(instance, "finished", await instance.result())
        except (InstanceReleasedError, StaleInstanceError):
            self.told.discard(instance.id)  # another goes on with it
        except JactlError as error:
            self._show(instance, instance.status.value, str(error))

    def _show(self, instance: Instance | None, state: str, value: Any) -> None:
        show(self.as_json, instance, state, value)
