"""The code of docs/embedding.md does what the page says."""

from __future__ import annotations

import re
import textwrap
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import jactl_trio as jactl

from ..encryption import needs_cryptography

PAGE = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


async def _pay(amount: float, idempotency_key: str) -> str:
    return f"{amount} once: {idempotency_key.partition(':')[2]}"


@pytest.fixture
def page() -> dict[str, Any]:
    """What the page defines."""
    defined: dict[str, Any] = {"bank": SimpleNamespace(pay=_pay), "order_id": uuid.uuid4()}
    for block in BLOCKS:
        if "async with" not in block and "KeyRing" not in block:
            exec(compile(block, "docs/embedding.md", "exec", dont_inherit=True), defined)
    return defined


@pytest.mark.parametrize(
    "source, value",
    [
        ("lookup('ada').region", "eu"),
        ("lookup(alias:'ada', region:'us').region", "us"),
        ("roundUp(1.2)", 2.0),
        ("checkpoint(); pay(2.5)", "2.5 once: 1:0"),
        ("'hello'.shout()", "HELLO!"),
        ("import shop.Order; new Order(id:'a', lines:[[price:2], [price:3]]).total()", 5),
    ],
)
async def test_scripts_use_what_it_registers(page: dict[str, Any], source: str, value: Any) -> None:
    assert await page["context"].compile(source).run() == value


async def test_scripts_use_the_python_classes_that_it_allows(page: dict[str, Any]) -> None:
    assert await page["thirds"].run() == [2, 1, 29]
    with pytest.raises(jactl.CompileError, match="Unknown package"):
        page["open_context"].compile("import decimal.Context; new Context()")


async def test_registered_types_pass_through_checkpoints(page: dict[str, Any]) -> None:
    saved: list[bytes] = []

    class Kept(jactl.Environment):
        def save_checkpoint(self, id: uuid.UUID, *rest: Any) -> None:
            saved.append(rest[1])
            super().save_checkpoint(id, *rest)

    script = page["context"].compile("def m = Money.of(3); checkpoint(); m.plus(Money.of(4))")
    async with jactl.open_runtime(page["context"], environment=Kept()) as runtime:
        first = await (await runtime.start(script)).result()
        again = await (await runtime.recover_checkpoint(saved[0])).result()
    assert (first.cents, again.cents) == (7, 7)


async def test_its_runtime(page: dict[str, Any], tmp_path: Path) -> None:
    assert await value_of("recover_every", page, tmp_path) == 8


async def test_its_messages(page: dict[str, Any], tmp_path: Path) -> None:
    (source,) = re.findall(r"```groovy\n(.*?)```", PAGE, re.DOTALL)
    page |= {"approval": page["context"].compile(source), "approval_id": uuid.uuid4()}
    assert await value_of("runtime.send", page, tmp_path) == "approved by Ann"


@needs_cryptography
async def test_its_keys() -> None:
    defined: dict[str, Any] = {"jactl": jactl, "store": jactl.MemoryStore()}
    first, then = (block for block in BLOCKS if "KeyRing" in block)
    exec(compile(first, "docs/embedding.md", "exec", dont_inherit=True), defined)
    older = jactl.Context(checkpoint_key=jactl.KeyRing(defined["old"]))
    for context in (older, defined["sealed"]):
        async with jactl.open_runtime(context, defined["store"]) as runtime:
            instance = await runtime.start(context.compile("checkpoint(); 'kept'"), id=uuid.UUID(int=7))
            assert await instance.result() == "kept"
    exec(compile(then, "docs/embedding.md", "exec", dont_inherit=True), defined)
    assert defined["found"].resealed == 1


async def value_of(words: str, page: dict[str, Any], folder: Path) -> Any:
    """What `value` is after the one block of the page that opens a runtime and has these words."""
    (block,) = [block for block in BLOCKS if "async with" in block and words in block]
    body = block.replace("orders.db", str(folder / "orders.db"))
    exec(f"async def main():\n{textwrap.indent(body, '    ')}\n    return value\n", page)
    return await page["main"]()
