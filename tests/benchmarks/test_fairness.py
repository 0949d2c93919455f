"""The Python that stands beside a script is not slowed: what never changes is made before a loop, not in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import language

SOURCES = sorted(Path(language.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_constant_is_made_in_a_loop(path: Path) -> None:
    assert list(_made_again(path.read_text())) == []


def test_one_would_be_found() -> None:
    assert list(_made_again('for i in range(3):\n  x += Decimal("1.25")')) == ["Decimal('1.25')"]
    assert list(_made_again('while x:\n  x = re.sub("a", "b", x)')) == ["re.sub('a', 'b', x)"]
    assert list(_made_again("for i in range(3):\n  for j in range(4):\n    x += f(i)")) == []


def _made_again(source: str) -> Iterator[str]:
    """Calls inside loops that make the same each time, or compile the same pattern."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.While)]
    for call in (node for loop in loops for part in loop.body for node in ast.walk(part)):
        if not isinstance(call, ast.Call):
            continue
        function, arguments = ast.unparse(call.func), [*call.args, *(one.value for one in call.keywords)]
        is_constant = bool(arguments) and all(isinstance(one, ast.Constant) for one in arguments)
        if function.startswith("re.") or (isinstance(call.func, ast.Name) and function != "range" and is_constant):
            yield ast.unparse(call)
