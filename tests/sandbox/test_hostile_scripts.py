"""Scripts that try to get out, to hold the loop, or to eat the memory: each ends in an error of the language, soon."""

from __future__ import annotations

import io

import pytest
import trio

import jactl_trio as jactl

PYTHON_NAMES = (
    "__class__", "__dict__", "__globals__", "__builtins__", "__subclasses__", "__mro__", "__code__", "__func__",
    "__self__", "__init__", "__reduce__", "__getattribute__", "gi_frame", "f_globals", "tb_frame", "co_code", "mro",
    "_jactl", "jactl", "items", "append", "format", "__slots__",
)  # fmt: skip
HOLDERS = ("1", "'text'", "[1]", "[a:1]", "{ it }", "new int[1]", "1.5", "LocalDate.now()", "new X(1)", "X", "sprintf")
FORMS = (
    "def v = {holder}; v.{name}",
    "def v = {holder}; v.{name}()",
    "def v = {holder}; v['{name}']",
    'def v = {holder}; v?."{name}"',
    "def v = {holder}; v.{name} = 1; v.{name}",
    "{holder}.{name}",
)


async def outcome(source: str, **options: object) -> object:
    """The value of a script, or its error's text."""
    context = jactl.Context(**options)
    try:
        return await context.compile(source).run({}, output=io.StringIO())
    except jactl.JactlError as error:
        return str(error)


@pytest.mark.parametrize("name", PYTHON_NAMES)
async def test_no_python_attribute_is_reached(name: str) -> None:
    for holder in HOLDERS:
        for form in FORMS:
            source = "class X { int i }\n" + form.format(holder=holder, name=name)
            value = await outcome(source)
            assert _is_plain(value), f"{source}: {value!r}"


def _is_plain(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    return value is None or isinstance(value, (str, int, float)) or jactl.type_name(value) in ("Decimal", "Function")


@pytest.mark.parametrize(
    "name", ["None", "True", "lambda", "print_", "Exception", "open", "exec", "T", "TICK", "env", "self", "ﬁ", "ª"]
)
async def test_names_do_not_collide_with_generated_ones(name: str) -> None:
    value = await outcome(f"def {name} = 5; def f() {{ {name} + 1 }}; f()")
    assert value == 6 or isinstance(value, str)


ENDLESS = {
    "loop": "while (true) {}",
    "for loop": "for (int i = 0; i >= 0; ) { i = 1 }",
    "recursion": "def f(n) { f(n + 1) + 1 }; f(0)",
    "mutual recursion": "def f(n) { g(n) }; def g(n) { f(n) }; f(0)",
    "closure recursion": "def f; f = { f(it) + 1 }; f(1)",
    "pipeline": "stream{ 1 }.map{ it }.filter{ false }.size()",
    "stream without stages": "stream{ 1 }.each{ }",
    "stream that is skipped": "stream{ 1 }.skip(-1).size()",
    "stream that is searched": "stream{ 1 }.anyMatch{ false }",
    "stream that is reduced": "stream{ 1 }.reduce(0){ a, b -> b }",
    "stream of groups": "stream{ 1 }.grouped(2).filter().skip(1000000000).size()",
    "stream of windows": "stream{ 1 }.windowSliding(3).unique().limit(5).size()",
    "stream of maps": "stream{ [1, 1] }.collectEntries().size()",
    "stream that is flattened": "stream{ [] }.flatMap{ it }.size()",
    "stream with an index": "stream{ 1 }.mapWithIndex{ 1 }.max{ 1 }",
    "stream without an end": "stream{ 1 }.limit(-3).unique().size()",
    "numbers": "1000000000000L.each{ }",
    "numbers in groups": "1000000000000L.groupBy{ 1 }.size()",
    "numbers in one group": "1000000000000L.grouped(60000000).size()",
    "numbers that are skipped": "1000000000000L.skip(2000000000).size()",
    "numbers that are joined": "1000000000000L.map{ '' }.join().size()",
    "list": "def l = [1]; 19.each{ l += l }; while (true) { l.each{ } }",
    "substitution": "def s = 'a'; 21.each{ s += s }; s =~ s/a/bb/g; s.size()",
    "split": "def s = ','; 21.each{ s += s }; s.split(',').size()",
    "eval": "eval('while (true) {}')",
    "sort": "1000000.map{ it }.sort{ a, b -> while (true) {} }",
    "text of shared data": 'def l = [1]; 60.each{ l = [l, l] }; "$l"',
    "JSON of shared data": "def l = [1]; 60.each{ l = [a:l, b:l] }; l.toJson()",
    "toString": 'class X { String toString() { while (true) {} } }; "${new X()}"',
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_endless_scripts_end_at_their_limit_and_let_the_loop_turn(name: str) -> None:
    context = jactl.Context(max_execution_time=300)
    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            await trio.sleep(0.01)
            turns += 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(tick)
        with trio.fail_after(20):
            try:
                value = await context.compile(ENDLESS[name]).run({}, output=io.StringIO())
                assert name == "eval" and value is None  # eval gives null where its script fails
            except jactl.LimitError:
                pass
        nursery.cancel_scope.cancel()
    assert turns >= 2 or "recursion" in name  # calls nested too deeply may end it within few slices


BOMBS = (
    "def x = 'a'; while (true) { x += x }",
    "'a' * 2000000000",
    "def l = [1]; while (true) { l += l }",
    "'x'.padLeft(2000000000)",
    "sprintf('%2000000000d', 1)",
    "sprintf('%.2000000000f', 1.5)",
    "def d = 2.5; while (true) { d *= d }",
    "10.0.pow(100000000)",
    "new int[2000000000]",
    "new int[100000][100000]",
    "def l = []; l[2000000000] = 1",
    'def l = [1]; 60.each{ l = [l, l] }; "$l".size()',
    "def l = [1]; 60.each{ l = [l, l] }; l.toJson().size()",
    'def l = [1]; 60.each{ l = [l, l] }; def m = [(l):1]; "$m"',
    "def l = [1]; 60.each{ l = [l, l] }; sprintf('%s', l)",
    "'ab'.map{ it }.join('x' * 200000000)",
)


@pytest.mark.parametrize("source", BOMBS)
async def test_memory_is_refused_before_it_is_taken(source: str) -> None:
    with trio.fail_after(60):
        value = await outcome(source, max_execution_time=3000)
    assert isinstance(value, str), value


@pytest.mark.parametrize(
    "source",
    [
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ /^(a+)+$/",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ /^(a|a)*$/",
        "def s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'; s =~ s/^(a|aa)+$/x/",
    ],
)
async def test_regular_expressions_give_up_in_time(source: str) -> None:
    with trio.fail_after(10):
        value = await outcome(source)
    assert value is False or isinstance(value, str)


DEEP = (
    'def l = []; 200000.each{ l = [l] }; "$l".size()',
    "def l = []; 200000.each{ l = [l] }; def m = []; 200000.each{ m = [m] }; l == m",
    "def l = []; 200000.each{ l = [l] }; l.toJson().size()",
    "def l = []; 200000.each{ l = [l] }; def m = [(l):1]; m[l]",
    "('[' * 200000 + ']' * 200000).fromJson().size()",
    "def m = [:]; 200000.each{ m = [m:m] }; checkpoint(); m.size()",
    "eval('(' * 100000 + '1' + ')' * 100000)",
    "eval('1' + '+1' * 20000)",
    "eval('[' * 100000)",
    "eval('def x = null; x' + '?.a' * 20000)",
    "eval('[1]' + '.map{ it }' * 20000)",
    "def f(n) { n == 0 ? 0 : 1 + f(n - 1) }; f(100000)",
    "class X { X x = null }; X.fromJson('{\"x\":' * 20000 + 'null' + '}' * 20000)",
)


@pytest.mark.parametrize("source", DEEP)
async def test_deep_data_and_deep_source_do_not_break_the_interpreter(source: str) -> None:
    with trio.fail_after(60):
        await outcome(source)


async def test_deep_recursion_gives_its_answer() -> None:
    assert await outcome("def f(n) { n == 0 ? 0 : 1 + f(n - 1) }; f(100000)") == 100_000


async def test_host_errors_show_scripts_their_text_only() -> None:
    context = jactl.Context()

    @context.function
    def leak() -> int:
        secret = "the password is swordfish"
        raise ValueError(f"no luck {len(secret)}")

    with pytest.raises(jactl.JactlRuntimeError) as caught:
        await context.compile("leak()").run({})
    assert "swordfish" not in str(caught.value)
    result = await context.compile("def v = [:]; eval('leak()', v); v.'$error'").run({})
    assert "swordfish" not in str(result) and "Traceback" not in str(result)


async def test_eval_has_no_more_rights() -> None:
    assert "disabled" in str(await outcome("eval('1')", disable_eval=True)).lower()
    context = jactl.Context(disable_print=True)
    value = await context.compile("def v = [:]; eval('print 1', v); v.'$error'").run({})
    assert "disabled" in str(value).lower()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("9" * 5000, "Number too large for integer constant"),
        ("9" * 5000 + "L", "Number too large for long constant"),
        ("0b" + "1" * 2000 + "D", "Number too large for double constant"),
        ("0" * 5000 + "7 + null", "Null operand"),
        ("for (int i = 0; i < 1; i++) {" * 21 + "}" * 21, "Loops or '?:' more than 20 deep"),
        ("null ?: " * 30 + "1", "Loops or '?:' more than 20 deep"),
        ("'a' =~ /((a{1000}){1000}){1000}/", "Pattern too complex"),
        ("eval('1;' * 40000, [:])", None),
    ],
)
async def test_what_cannot_be_compiled_is_told_as_an_error(source: str, message: str | None) -> None:
    value = await outcome(source)
    assert value is None if message is None else message in str(value)


async def test_twenty_loops_inside_one_another_run_and_go_on_after_a_wait() -> None:
    loops = "".join(f"for (int i{n} = 0; i{n} < 2; i{n}++) {{ if (i{n} == 1) break; " for n in range(20))
    source = f"int total = 0; {loops} sleep(0); checkpoint(); total++ {'}' * 20}; total"
    assert await outcome(source) == 1
    assert await outcome(source, stress="checkpoint") == 1


async def test_errors_in_a_long_line_show_what_stands_around_them() -> None:
    with pytest.raises(jactl.CompileError) as caught:
        jactl.Context().compile("[" + "a:1, " * 20_000 + "b:1]")
    assert len(caught.value.errors) > 1
    for error in caught.value.errors:
        line, caret = str(error).split("\n")[1:]
        assert len(line) <= 400 and line[len(caret) - 1] == "a"
