"""Chains whose closures run in the loop of the function around them, and those whose closures stay functions."""

from __future__ import annotations

import pytest

import jactl_trio as jactl
from jactl_trio.codegen.dump import python_text

FUSED = (
    "int t = 0; 9.each{ t += it }; t",
    "[1, 2].map{ it + 1 }.filter{ it > 2 }",
    "def f(List l) { l.map{ it.size() }.sum() }; f(['a'])",
    "def f(x) { x + 1 }; [1].map{ f(it) }.join(',')",
    "def text = 'a,b'; text.split(/,/).map{ it.toUpperCase() }.join('-')",
    "[a:1].each{ k, v -> println k }",
    "3.map{ i -> 3.map{ j -> i * j }.sum() }.reduce(0){ a, b -> a + b }",
)
CALLED = (
    "[1].map{ checkpoint(); it }",
    "def f() { checkpoint() }; [1].map{ f(); it }",
    "def f(n) { n > 0 ? f(n - 1) : sleep(0) }; [1].each{ f(it) }",
    "class A { def size() { checkpoint(); 1 } }; [new A()].map{ it.size() }",
    "[1].map{ it.anything() }",
    "[1].map{ if (it > 0) { return 1 }; 2 }",
    "[1].map{ x -> def c = { x }; c }",
    "def c = { it }; [1].map(c)",
    "for (x in [1].map{ it }) { println x }",
    "[1].map{ it }.limit(1)",
    "def f(x) { x.map{ it } }; f([1]) + f('a')",
    "List l = null; l?.map{ it }",
    "[[1, 2]].map{ a, b -> a }",
    "[1].map{ x, y = 2 -> x }",
    "['a=b'].map{ it =~ /=/ }",
    "[1].map{ eval('it', [it:it]) }",
)


def text_of(source: str) -> str:
    return python_text(jactl.Context().compile(source).unit)


@pytest.mark.parametrize("source", FUSED)
def test_no_function_is_made_of_a_closure_that_can_be_fused(source: str) -> None:
    text = text_of(source)
    assert "MethodType(" not in text
    assert "if TICK:" in text


@pytest.mark.parametrize("source", CALLED)
def test_other_closures_stay_functions(source: str) -> None:
    assert "MethodType(" in text_of(source)


@pytest.mark.parametrize(
    "source",
    (
        "def same = { it }; same([1]).map{ it }.sum()",
        "def same = { it }; def l = same([1]); l.each{ checkpoint() }",
        "def f(x) { x.map{ it } }; f([1]) + f('a')",
    ),
)
def test_beside_the_calls_stands_a_loop_for_lists(source: str) -> None:
    text = text_of(source)
    assert " is list:" in text
    assert "find_method(" in text


def test_a_host_method_of_lists_is_called() -> None:
    context = jactl.Context()

    @context.method(list)
    def map(items: list, f: object) -> int:
        return 42

    text = python_text(context.compile("def same = { it }; same([1]).map{ it }").unit)
    assert " is list:" not in text


def test_blocks_never_stand_too_deep() -> None:
    source = "int t = 0\n" + "2.each{ " * 12 + "t++" + " }" * 12 + "\nt"
    assert "MethodType(" in text_of(source)


def test_a_variable_that_another_closure_has_stays_in_its_cell() -> None:
    assert "Cell(0)" in text_of("int t = 0; def c = { t++ }; 3.each{ t += it }; c(); t")
    assert "Cell(" not in text_of("int t = 0; 3.each{ t += it }; t")


async def test_the_time_of_a_fused_loop_is_limited() -> None:
    context = jactl.Context(max_execution_time=30)
    with pytest.raises(jactl.LimitError, match="exceeded max time"):
        await context.compile("2000000000.map{ it }.filter{ it < 0 }.size()").run()


async def test_what_a_fused_chain_makes_is_limited() -> None:
    with pytest.raises(jactl.LimitError, match="String of more than"):
        await jactl.Context().compile("1000000.map{ 'x' * 100000 }.join()").run()
    with pytest.raises(jactl.LimitError, match="List of more than"):
        await jactl.Context().compile("2000000000.map{ null }").run()


async def test_loop_iterations_are_those_of_loops_alone() -> None:
    context = jactl.Context(max_loop_iterations=10)
    assert await context.compile("int t = 0; 100.each{ t += it }; t").run() == 4950
    with pytest.raises(jactl.LimitError):
        await context.compile("6.each{ for (int i = 0; i < 2; i++) {} }").run()


@pytest.mark.parametrize("items", ["[1, 2, 3]", "3.map{ it * 2 }", "[a:1, b:2, c:3]", "'abc'", "[1, 2, 3].filter()"])
async def test_the_end_of_what_a_loop_walks_is_no_iteration(items: str) -> None:
    source = f"for (x in {items}) {{}}"
    assert await jactl.Context(max_loop_iterations=3).compile(source).run() is None
    with pytest.raises(jactl.LimitError):
        await jactl.Context(max_loop_iterations=2).compile(source).run()


async def test_errors_stand_where_they_stood() -> None:
    with pytest.raises(jactl.JactlRuntimeError) as caught:
        await jactl.Context().compile("def l = ['a']\nl.map{ it }.\n  sum()").run()
    assert (caught.value.line, caught.value.column) == (3, 3)
    with pytest.raises(jactl.JactlRuntimeError) as caught:
        await jactl.Context().compile("[1].map{ it }.filter{\n it.x.y }").run()
    assert caught.value.line == 2
