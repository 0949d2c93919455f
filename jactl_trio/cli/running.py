"""The commands run and recover: scripts in a Trio loop of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ..errors import JactlError
from ..runtime.outside import run_outside
from ..runtime.script import Script
from ..values.json import encode
from ..values.text import to_text
from .codes import OK, SCRIPT_FAILED
from .keys import context_with
from .terminal import Terminal, unwritten

if TYPE_CHECKING:
    from ..runtime.instance import Instance


def compiled(source: str, file: str, globals_: dict[str, Any], keys: str | None = None) -> Script:
    """The script of a file; "-": of standard input, "": of the command line."""
    return context_with(keys).compile(source, globals=globals_, name="" if file in ("", "-") else file)


def run(script: Script, file: str, globals_: dict[str, Any], store: str | None, id_: UUID | None, as_json: bool) -> int:
    """Run one script; print its value unless that is null."""
    lines = None if file == "-" else sys.stdin
    value = run_outside(script, globals_, lines) if store is None else _run_durably(script, globals_, lines, store, id_)
    sys.stdout.flush()
    if as_json:
        print(encode(value))
    elif value is not None:
        print(to_text(value))
    return OK


def _run_durably(script: Script, globals_: dict[str, Any], lines: Any, store: str, id_: UUID | None) -> Any:
    import trio

    from ..runtime.opening import open_runtime

    async def durable() -> Any:
        async with open_runtime(script.context, store=store, on_recover=prints) as runtime:
            instance = await runtime.start(script, globals_, id=id_, input=lines, output=Terminal())
            return await instance.result()

    return trio.run(durable)


def recover(store: str, as_json: bool, keys: str | None) -> int:
    """Recover all that is left in a store; one line for each instance."""
    import trio

    from ..runtime.opening import open_runtime
    from ..store import open_store

    failures = 0
    context = context_with(keys)

    async def main() -> None:
        nonlocal failures
        opened = open_store(store, must_exist=True)
        async with open_runtime(context, store=opened, on_recover=prints) as runtime:
            for instance in await runtime.recover():
                try:
                    show(as_json, instance, "finished", await instance.result())
                except JactlError as error:
                    if (failure := unwritten(error)) is not None:
                        raise failure from None
                    failures += 1
                    show(as_json, instance, instance.status.value, str(error))

    trio.run(main)
    return SCRIPT_FAILED if failures else OK


def prints(instance: Instance) -> None:
    """A recovered instance prints where one that starts here does."""
    instance.output = Terminal()


def show(as_json: bool, instance: Any, state: str, value: Any) -> None:
    """One line of what became of an instance; None: of something that is none yet."""
    id, checkpoint = (None, None) if instance is None else (str(instance.id), instance.checkpoint_id)
    if as_json:
        print(encode({"id": id, "checkpoint": checkpoint, "state": str(state), "value": value}), flush=True)
    elif id is None:
        print(f"{state}  {to_text(value)}", flush=True)
    else:
        print(f"{id}  checkpoint {checkpoint}  {state}  {to_text(value)}", flush=True)
