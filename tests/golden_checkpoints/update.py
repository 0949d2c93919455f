"""Write golden checkpoints of the present format: `python -m tests.golden_checkpoints.update [NAME...]`.

Only for new cases, or when the format's version was raised. Those of a version that was released are never written
again: that they can still be read is what they are there to show.
"""

from __future__ import annotations

import sys
import uuid
from typing import Any

import trio

import jactl_trio as jactl
from jactl_trio.checkpoint.envelope import FORMAT_VERSION

from .cases import GOLDENS, Golden


class _FirstSave(jactl.Environment):
    def __init__(self) -> None:
        self.first: bytes | None = None

    def save_checkpoint(
        self, id: uuid.UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        self.first = self.first or checkpoint
        resumer(result)


async def first_checkpoint(golden: Golden) -> bytes:
    environment = _FirstSave()
    context = jactl.Context(checkpoint_key=golden.keys())
    async with jactl.open_runtime(context, environment=environment) as runtime:
        instance = await runtime.start(context.compile(golden.source), id=uuid.UUID(int=1))
        await instance.result()
    assert environment.first is not None, golden.name
    return environment.first


def main(names: list[str]) -> None:
    for golden in GOLDENS:
        path = golden.path(FORMAT_VERSION)
        if golden.name in names or not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(trio.run(first_checkpoint, golden))
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
