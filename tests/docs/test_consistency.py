"""The code of docs/consistency.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import jactl_trio as jactl

PAGE = (Path(__file__).parents[2] / "docs" / "consistency.md").read_text(encoding="utf-8")


async def test_a_payment_that_is_repeated_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    page: dict[str, Any] = {}
    exec(compile(block, "docs/consistency.md", "exec", dont_inherit=True), page)
    assert await page["main"]() == [("Ann", 500)]
    page["bank"].close()


async def test_what_is_saved_first_is_not_asked_for_again() -> None:
    (script,) = re.findall(r"```groovy\n(.*?)```", PAGE, re.DOTALL)
    prices, paid = iter([3, 4]), []
    saved: list[bytes] = []

    class Keeping(jactl.Environment):
        def save_checkpoint(self, id: Any, checkpoint_id: int, checkpoint: bytes, *rest: Any) -> None:
            saved.append(checkpoint)
            super().save_checkpoint(id, checkpoint_id, checkpoint, *rest)

    context = jactl.Context()
    context.function(lambda: next(prices), name="price")
    context.function(paid.append, name="pay")
    async with jactl.open_runtime(context, environment=Keeping()) as runtime:
        await (await runtime.start(context.compile(script))).result()
        await (await runtime.recover_checkpoint(saved[0])).result()
    assert paid == [3, 3]
