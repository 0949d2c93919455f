"""Where an error is told: `^` in a script stands below the column of its one line."""

from __future__ import annotations

import pytest

import jactl_trio as jactl

PLACES = {
    "text[null] without a type: at the bracket": (
        "def x = 'abc'; def y; x[y]",
        "                       ^",
        "Cannot convert null value to int",
    ),
    "text[null] of a String: at the index": (
        "String x = 'abc'; def y; x[y]",
        "                           ^",
        "Cannot convert null value to int",
    ),
    "array?[null] without a type: at the bracket": (
        "def x = [1] as int[]; def f(a, b) { a?[b] }; f(x, null)",
        "                                     ^",
        "Cannot convert null value to int",
    ),
    "list[null]: at the index": (
        "def x = [1]; def y; x[y]",
        "                      ^",
        "Null value for index",
    ),
    "an index out of bounds without a type: at the bracket": (
        "def x = 'abc'; x[3]",
        "                ^",
        "Index out of bounds: 3",
    ),
    "what is no index, without a type: at the bracket": (
        "def f(x, y) { x[y] }; f([1] as int[], [1])",
        "               ^",
        "Object of type List cannot be cast to int",
    ),
    "an index out of bounds of a String: at the index": (
        "String x = 'abc'; def i = 3; x[i]",
        "                               ^",
        "Index out of bounds: String index out of range: 3",
    ),
    "an array as a List: at the array": (
        "int[] a = [1]; List x = a",
        "                        ^",
        "Cannot convert int[] to List",
    ),
    "an array returned as a List: at the array": (
        "List f() { int[] a = [1]; a }; f()",
        "                          ^",
        "Cannot convert int[] to List",
    ),
    "a number that is no constant, beside a String in ? :": (
        "int x = 3; true ? x : 'c'",
        "                  ^",
        "Cannot convert object of type int to String",
    ),
    "no order between truth and numbers": (
        "boolean x = true; def y = 3; x <= y",
        "                               ^",
        "Cannot compare objects of type boolean and int",
    ),
    "a fault inside a class that may not stand here is told first": (
        "def f() { class P { int ] } }",
        "                        ^",
        "Unexpected token ']'",
    ),
    "null returned as a number: at the null": (
        "int f(x) { if (x) { null } else { 1 } }; f(0)",
        "                    ^",
        "Cannot convert null value to int",
    ),
    "a function of a number with an empty body: behind the brace": (
        "int f() {  }; f()",
        "           ^",
        "Implicit return of null not compatible with return type of int",
    ),
    "a constant of a class that is not of its type: at the =": (
        "class P { const int i = 'long' }; P.i",
        "                      ^",
        "String with multiple chars cannot be cast to int",
    ),
    "a method that overrides another is looked at before its body": (
        "class P { int f(int a) { 1 } }; class Q extends P { int f(String a) { a.g() } }; 1",
        "                                                                 ^",
        "different parameter type to base method",
    ),
    "a method named by an expression, on null: at the dot": (
        "def x = [y:null]; x.y.\"${'f'}\"()",
        "                     ^",
        "Null value for parent during field access",
    ),
    "a named argument of new that does not fit: at the field": (
        "class P { int i; String s }; def a = [1]; new P(i:a, s:'x')",
        "              ^",
        "Object of type List cannot be cast to int",
    ),
    "an argument of new that does not fit: where it stands": (
        "class P { int i }; def a = [1]; new P(a)",
        "                                      ^",
        "Object of type List cannot be cast to int",
    ),
    "an entry of a map that becomes an instance: at the field": (
        "class P { int i }; def a = [i:'long']; a as P",
        "              ^",
        "String with multiple chars cannot be cast to int",
    ),
    "a missing entry is told before one too many": (
        "class P { int i }; def a = [j:1]; a as P",
        "                                    ^",
        "Missing value for mandatory field 'i'",
    ),
    "an argument of a closure that is known: where it stands": (
        "def f = { int a, int b = 2 -> a + b }; def x = 'long'; f(1, x)",
        "                                                            ^",
        "String with multiple chars cannot be cast to int",
    ),
    "null for a parameter of a closure that is known: where it stands": (
        "def f = { int a -> a }; def x; f(x)",
        "                                 ^",
        "Cannot convert null value to int",
    ),
    "an argument of a function value: at the parameter": (
        "def f(int a) { a }; def g = f; def x = 'long'; g(x)",
        "          ^",
        "String with multiple chars cannot be cast to int",
    ),
    "a substitution that is assigned: at its pattern": (
        "def x = 'abc'; x =~ s/(b)/$2/",
        "                    ^",
        "No group 2",
    ),
    "a substitution that is a value: at the operator": (
        "def x = 'abc'; x =~ s/(b)/$2/r",
        "                 ^",
        "No group 2",
    ),
    "++ of an inner class: at the operator": (
        "class P { class Q {} }; P.Q++",
        "                           ^",
        "Non-numeric operand for ++",
    ),
    "+= on an inner class: at the operator": (
        "class P { class Q {} }; P.Q += 1",
        "                            ^",
        "Non-numeric operand for left-hand side",
    ),
    "an assignment that begins a for loop: at the value": (
        "int i; for (i = 'long'; false; ) {}",
        "                ^",
        "String with multiple chars cannot be cast to int",
    ),
    "what is no type: at its beginning": (
        "new a.b.c()",
        "    ^",
        "Unexpected token 'a': Expected type",
    ),
}


@pytest.mark.parametrize("name", PLACES)
async def test_error_is_told_at_its_place(name: str, autojump_clock: object) -> None:
    source, caret, message = PLACES[name]
    with pytest.raises(jactl.JactlError) as caught:
        await jactl.Context().compile(source).run({})
    assert message in str(caught.value)
    assert (caught.value.line, caught.value.column) == (1, caret.index("^") + 1)


@pytest.mark.parametrize("word", ["eval", "print", "die"])
def test_a_disabled_word_is_told_before_the_source_ends_too_early(word: str) -> None:
    context = jactl.Context(**{f"disable_{word}": True})
    with pytest.raises(jactl.CompileError) as caught:
        context.compile("if (true) {\n  " + ("eval('1')" if word == "eval" else f"{word} 'x'"))
    assert f"Use of {word} has been disabled" in str(caught.value)
    assert (caught.value.line, caught.value.column) == (2, 3)
