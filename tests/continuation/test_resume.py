"""Functions go on where they were suspended, with the answer a plain run gives."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from jactl_trio.continuation.current import RunState
from jactl_trio.continuation.machine import Done, Machine, Waiting
from jactl_trio.continuation.resume import make_resume_entry, resume_tree
from jactl_trio.continuation.unit import Code
from jactl_trio.errors import InternalError, LimitError, RuntimeError

from .handmade import copied, run, unit_of

PROGRAMS = {
    "straight": """
def main(x):
    a = wait(x)
    b = a + 1
    c = wait(b)
    return [a, b, c]
""",
    "branches": """
def main(x):
    out = []
    i = 0
    while i < 6:
        if i % 3 == 0:
            t = wait(i)
            out.append(t)
        elif i % 3 == 1:
            out.append(-1)
            u = wait(i * 10)
            out.append(u)
        else:
            out.append("plain")
        i = i + 1
    return out
""",
    "loops": """
def main(n):
    out = []
    i = 0
    while i < n:
        i = i + 1
        t = wait(i)
        if t % 2 == 0:
            continue
        j = 0
        while True:
            j = j + 1
            u = wait(j)
            if u > t:
                break
            if u == 2:
                out.append("two")
                continue
            k = wait(u * 100 + t)
            out.append(k)
            if k > 500:
                return [out, "early"]
        else:
            out.append("never")
        out.append(j)
    else:
        v = wait("ended")
        out.append(v)
    return [out, i]
""",
    "recursion": """
def fib(n):
    if n < 2:
        return wait(n)
    a = fib(n - 1)
    b = fib(n - 2)
    return a + b

def main(n):
    x = fib(n)
    return x
""",
    "while without else": """
def main(n):
    total = 0
    while n > 0:
        n = n - 1
        inner = n
        while inner > 0:
            inner = inner - 1
            if inner == 3:
                break
            wait(inner)
            total = total + inner
        wait("x")
    return total
""",
    "try": """
def main(n):
    out = []
    i = 0
    while i < n:
        i = i + 1
        try:
            t = wait(i)
            if t == 2:
                raise ValueError("two")
            out.append(t)
            u = wait(t + 10)
        except ValueError as error:
            out.append(str(error))
            continue
        out.append(u)
    return out
""",
    "attribute targets": """
def main(n):
    box = [0, 0]
    i = 0
    box[i] = wait(n)
    box[i + 1] = wait(box[0] + 1)
    return box
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_suspended_run_gives_the_plain_runs_answer(name: str) -> None:
    plain = unit_of(PROGRAMS[name])
    plain.namespace["wait"] = lambda x: x
    wanted = plain.namespace["main"](5)
    assert run(unit_of(PROGRAMS[name]), 5) == wanted
    assert run(unit_of(PROGRAMS[name]), 5, through=copied) == wanted


def test_only_live_variables_are_kept() -> None:
    unit = unit_of("""
def main(a, b):
    c = a + b
    d = c * 2
    e = wait(d)
    return e + c
""")
    machine = Machine(RunState())
    step = machine.start(unit.namespace["main"], 1, 2)
    assert isinstance(step, Waiting) and step.request == 6
    (frame,) = machine.frames
    assert frame.locals == {"c": 3}
    assert machine.resume(10) == Done(13)


def test_a_name_unset_on_one_way_may_be_missing() -> None:
    unit = unit_of("""
def main(a):
    if a > 1:
        b = 5
    wait(1)
    if a > 1:
        return b
    return a
""")
    assert run(unit, 1, through=copied) == 1
    assert run(unit, 2, through=copied) == 5


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_local_of_a_resume_entry_is_unset(name: str) -> None:
    """What is unset is slow to be told of: f_locals looks for it in vain."""
    for code in unit_of(PROGRAMS[name]).codes.values():
        entry = make_resume_entry(code).__code__
        first = resume_tree(code).body[0]
        written = {node.id for node in ast.walk(first) if isinstance(node, ast.Name)}
        assert set(entry.co_varnames[entry.co_argcount :]) <= written | _caught(code)


def _caught(code: Code) -> set[str]:
    return {node.name for node in ast.walk(code.tree) if isinstance(node, ast.ExceptHandler) and node.name}


def test_handlers_keep_what_they_need() -> None:
    unit = unit_of("""
def main(a):
    x = "old"
    try:
        x = wait(1)
        x = "new"
    except ValueError:
        return x
    return x
""")
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 1)
    assert machine.frames[0].locals == {"x": "old"}


def test_new_frames_only_are_captured() -> None:
    unit = unit_of(PROGRAMS["recursion"])
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 10)
    outer = machine.frames[:8]
    assert len(machine.frames) == 11
    machine.resume(1)
    assert machine.frames[:8] == outer


def test_errors_pass_frames_without_try_and_are_caught() -> None:
    unit = unit_of(
        """
def inner(x):
    y = wait(x)
    return y

def middle(x):
    y = inner(x)
    return y

def main(x):
    try:
        y = middle(x)
    except Failed as e:
        y = wait(e.message)
    return y
""".replace("        y = wait(e.message)", "        y = e.message"),
        Failed=RuntimeError,
    )
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 1)
    error = RuntimeError("broken")
    assert machine.throw(error) == Done("broken")
    assert error.location is not None and error.location.offset == 3  # the site in `inner`


def test_an_error_is_raised_with_the_innermost_place() -> None:
    unit = unit_of("""
def inner(x):
    return x / 0

def main(x):
    wait(1)
    y = inner(x)
    return y
""")
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 1)
    with pytest.raises(RuntimeError, match="Divide by zero") as caught:
        machine.resume(None)
    assert caught.value.location is not None and caught.value.location.offset == 3
    assert machine.frames == []


def test_unknown_exceptions_are_internal_errors() -> None:
    unit = unit_of("""
def main(x):
    return x.nothing
""")
    with pytest.raises(InternalError, match="AttributeError"):
        Machine(RunState()).start(unit.namespace["main"], 1)


DEEP = """
def deep(n):
    if n == 0:
        return wait(0)
    t = deep(n - 1)
    return t + 1

def main(n):
    t = deep(n)
    return t
"""


def test_recursion_100_000_deep() -> None:
    unit = unit_of(DEEP)
    machine = Machine(RunState())
    machine.start(unit.namespace["main"], 100_000)
    assert len(machine.frames) == 100_002
    assert machine.resume(0) == Done(100_000)


def test_endless_recursion_is_a_limit_error() -> None:
    unit = unit_of(DEEP)
    with pytest.raises(LimitError, match="too deeply"):
        Machine(RunState()).start(unit.namespace["main"], 10_000_000)


def test_frames_on_the_heap_count_too() -> None:
    unit = unit_of("""
def main(n):
    wait(n)
    t = main(n + 1)
    return t
""")
    machine = Machine(RunState())
    step: Any = machine.start(unit.namespace["main"], 0)
    with pytest.raises(LimitError, match="too deeply") as caught:
        while True:
            step = machine.resume(None)
    assert isinstance(step, Waiting)
    assert caught.value.location is not None


def test_function_of_20_000_statements() -> None:
    lines = [f"    x{i} = wait({i})" for i in range(20_000)]
    unit = unit_of("def main(n):\n" + "\n".join(lines) + "\n    return x19999 + x0\n")
    machine = Machine(RunState())
    step: Any = machine.start(unit.namespace["main"], 0)
    for _ in range(200):
        step = machine.resume(step.request)
    machine.frames[0].site = unit.codes["main"].sites[20_001]
    assert machine.resume(7) == Done(7)
