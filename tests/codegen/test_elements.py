"""Elements are read and stored inside try statements; what those catch shows nowhere."""

from __future__ import annotations

import pytest

from jactl_trio import Context, JactlRuntimeError
from jactl_trio.limits import BLOCKS_MAX


@pytest.mark.parametrize(
    "script",
    [
        "List l = [1]; l[-2]",
        "def l = [1]; l[-2]",
        "int n = 1; int[] a = new int[n]; a[n]",
        "int n = 1; int[] a = new int[n]; a[n] = 2",
    ],
)
async def test_an_error_does_not_keep_the_one_that_python_raised(script: str) -> None:
    with pytest.raises(JactlRuntimeError) as raised:
        await Context().compile(script).run({})
    assert raised.value.__context__ is None


@pytest.mark.parametrize("depth", range(BLOCKS_MAX - 12, BLOCKS_MAX + 1, 2))
async def test_elements_are_used_in_loops_as_deep_as_can_be(depth: int) -> None:
    loops = "".join(f"for (int i{n} = 0; i{n} < 1; i{n}++) {{ " for n in range(depth))
    script = f"List l = [1]; int[] a = new int[1]; {loops} a[0] = l[0] + 1; l[1] = a[0] {'}' * depth}; l"
    assert await Context().compile(script).run({}) == [1, 2]
