"""A loop that counts knows before whether the lists that it appends to stay within the limit; the limit is exact."""

from __future__ import annotations

from typing import Any

import pytest
import trio

from jactl_trio import Context, LimitError
from jactl_trio.builtins import lists
from jactl_trio.codegen import builtin_calls, counting, variables
from jactl_trio.values import arithmetic

from ..slicing import give_way_always


@pytest.fixture
def ten_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (counting, variables, builtin_calls, arithmetic, lists):
        monkeypatch.setattr(module, "COLLECTION_ITEMS_MAX", 10)


THREE = "List l = [0, 0, 0]; out.l = l"
LOOPS = {
    "for (int i = 0; i < n; i++) { l <<= i }": 7,
    "for (int i = n; i > 0; i--) { l <<= i }": 7,
    "for (int i = 0; i <= n; i++) { l <<= i }": 6,
    "for (int i = 0; i < n; i++) { l <<= i; l <<= i }": 3,
    "for (int i = 0; i < n; i += 2) { l <<= i }": 14,
    "List m = l; for (int i = 0; i < n; i++) { l <<= i; m <<= i }": 3,
    "for (int i = 0; i < n; i++) { for (int j = 0; j < n; j++) { l <<= j } }": 2,
    "for (int i = 0; i < n; i++) { for (int j = 0; j < n; j++) { l <<= j }; l <<= 1; l <<= 2 }": 1,
    "List m = l; for (int i = 0; i < m.size(); i++) { if (i < n) { l <<= i } }": 7,
    "def f(List x) { x <<= 1 }; for (int i = 0; i < n; i++) { f(l); l <<= i }": 3,
    f"def f(List x) {{ x }}; def g(int m) {{ {THREE}; for (int i = 0; i < m; i++) {{ l <<= i }}; f(l) }}; g(n)": 7,
    "for (int i = 0; i < n; i++) { l.add(i) }": 7,
    "for (int i = 0; i < n; i++) { l += i }": 7,
    "int i = 0; while (i < n) { l <<= i; i++ }": 7,
}


@pytest.mark.parametrize("slices", ["long slices", "short slices"])
@pytest.mark.parametrize("loop", LOOPS)
async def test_a_list_ends_at_the_limit(
    loop: str, slices: str, ten_elements: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if slices == "short slices":
        give_way_always(monkeypatch)
    script = Context().compile(f"int n = rounds; {THREE}; {loop}; l.size()", globals=GLOBALS)
    room = LOOPS[loop]
    assert await script.run({"rounds": room, "out": {}}) <= 10
    out: dict[str, Any] = {}
    with pytest.raises(LimitError, match="List of more than 10 elements"):
        await script.run({"rounds": room + 1, "out": out})
    assert len(out["l"]) == 10


GLOBALS = {"rounds": 0, "out": {}}


async def test_a_list_that_another_appends_to_meanwhile_ends_at_the_limit(
    ten_elements: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_way_always(monkeypatch)
    loop = "for (int i = 0; i < 5; i++) { l <<= i }"
    script = Context().compile(f"List l = [0]; out.l = l; {loop}; l.size()", globals=GLOBALS)
    out: dict[str, Any] = {}

    async def append() -> None:
        for _ in range(20):
            await trio.lowlevel.checkpoint()
            if "l" in out and len(out["l"]) < 10:
                out["l"].append("mine")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(append)
        with pytest.raises(LimitError):
            await script.run({"rounds": 0, "out": out})
        nursery.cancel_scope.cancel()
    assert len(out["l"]) == 10
    assert out["l"].count("mine") > 4
