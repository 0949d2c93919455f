"""The end of a Pipeline -> what happens to an element that has come through all stages, and the result.

An End emits its beginning when it is made, `take` stands in the loop, `batch` behind it (for a number's elements: after
each batch), `finish` comes last and puts the result into the temporary that earlier releases had it in.
"""

from __future__ import annotations

import ast

from ..limits import STRING_CHARS_MAX
from ..syntax import nodes
from ..values.types import INT, STRING, Type
from . import trees
from .conversions import boxed, converted
from .lowerer import Lowerer, type_of
from .ranges import forget
from .stages import bind, given, run
from .variables import initialise


class End:
    """each: for what the closure does."""

    def __init__(self, lw: Lowerer, node: nodes.Pipeline, result: str) -> None:
        self.lw = lw
        self.node = node
        self.last = node.stages[-1]
        self.by_batches = type_of(node.source) is INT
        self.result = result
        self.begin()

    def begin(self) -> None:
        """Emit what comes before the loop."""

    def take(self, element: ast.expr, type: Type) -> None:
        bind(self.lw, self.last, element, type)
        run(self.lw, self.last)

    def batch(self) -> None:
        """Emit what comes after a loop."""

    def finish(self) -> ast.expr:
        return trees.none()

    def found(self, value: ast.expr) -> ast.expr:
        """The result into its temporary."""
        self.lw.assign(self.result, value)
        return trees.name(self.result)

    def added_to(self, items: str, element: ast.expr, type: Type) -> None:
        value = boxed(self.lw, element, type)
        self.lw.emit(ast.Expr(trees.call(trees.attribute(trees.name(items), "append"), value)))


class ToList(End):
    def begin(self) -> None:
        self.lw.emit(trees.assign(self.result, trees.list_of([])))

    def take(self, element: ast.expr, type: Type) -> None:
        self.added_to(self.result, element, type)

    def batch(self) -> None:
        if self.by_batches:
            self.lw.emit(ast.Expr(self.lw.helper("check_size", trees.name(self.result), pos=self.node.name_pos)))

    def finish(self) -> ast.expr:
        return trees.name(self.result)


class ToSum(End):
    """ints are added as they come and wrapped at the end; others are kept until the loop is done."""

    def begin(self) -> None:
        lw = self.lw
        self.total, self.items = lw.variable_temp(), lw.variable_temp()
        self.is_int = self.node.type is INT
        lw.emit(trees.assign(self.total, trees.constant(0)))
        if not self.is_int:
            lw.emit(trees.assign(self.items, trees.list_of([])))

    def take(self, element: ast.expr, type: Type) -> None:
        if self.is_int:
            added = trees.binary(trees.name(self.total), ast.Add(), element)
            self.lw.emit(trees.assign(self.total, added))
        else:
            self.added_to(self.items, element, type)

    def batch(self) -> None:
        if self.is_int:
            return
        added = self.lw.helper("sum_added", trees.name(self.total), trees.name(self.items), pos=self.node.name_pos)
        self.lw.emit(trees.assign(self.total, added))
        if self.by_batches:
            self.lw.emit(trees.assign(self.items, trees.list_of([])))

    def finish(self) -> ast.expr:
        total = trees.name(self.total)
        return self.found(self.lw.helper("wrap_int", total) if self.is_int else total)


class ToSize(End):
    def begin(self) -> None:
        self.count = self.lw.variable_temp()
        self.lw.emit(trees.assign(self.count, trees.constant(0)))

    def take(self, element: ast.expr, type: Type) -> None:
        self.lw.effect(element)
        one_more = trees.binary(trees.name(self.count), ast.Add(), trees.constant(1))
        self.lw.emit(trees.assign(self.count, one_more))

    def finish(self) -> ast.expr:
        return self.found(trees.name(self.count))


class ToText(End):
    """join: texts alone are joined here; the limit of a text's length holds while they are collected."""

    def begin(self) -> None:
        lw, argument = self.lw, self.node.argument
        self.between = "" if argument is None else argument.const
        self.parts, self.size = lw.variable_temp(), lw.variable_temp()
        lw.emit(trees.assign(self.parts, trees.list_of([])))
        lw.emit(trees.assign(self.size, trees.constant(0)))

    def take(self, element: ast.expr, type: Type) -> None:
        lw, pos = self.lw, self.node.name_pos
        element = lw.simple(element)
        if type is not STRING:
            element = lw.simple(lw.suspending_helper("to_text", element, pos=pos))
        self.added_to(self.parts, element, STRING)
        size = trees.name(self.size)
        length: ast.expr = trees.call(trees.name("len"), element)
        if self.between:
            length = trees.binary(length, ast.Add(), trees.constant(len(self.between)))
        lw.emit(trees.assign(self.size, trees.binary(size, ast.Add(), length)))
        is_long = trees.compare(size, ast.Gt(), trees.constant(STRING_CHARS_MAX + len(self.between)))
        lw.emit(trees.branch(is_long, [ast.Expr(lw.helper("joined_too_long", pos=pos))]))

    def finish(self) -> ast.expr:
        joined = trees.call(trees.attribute(trees.constant(self.between), "join"), trees.name(self.parts))
        return self.found(joined)


class ToReduced(End):
    def begin(self) -> None:
        lw, node = self.lw, self.node
        assert node.argument is not None
        variable = self.last.variables[0]
        value = lw.lower_as(node.argument, self.last.type)
        self.is_own = not variable.is_reassigned and not variable.is_captured and variable.type is self.last.type
        if self.is_own:
            initialise(lw, variable, value, variable.pos)
            self.value = lw.slots[variable]
        else:
            self.value = lw.variable_temp()
            lw.emit(trees.assign(self.value, value))

    def take(self, element: ast.expr, type: Type) -> None:
        lw, stage = self.lw, self.last
        variable = stage.variables[0]
        if not self.is_own:
            held = converted(lw, trees.name(self.value), stage.type, variable.type, variable.pos)
            initialise(lw, variable, held, variable.pos)
        bind(lw, stage, element, type)
        value = given(lw, stage, stage.type)
        lw.assign(self.value, lw.taken(value))
        forget(lw, self.value)

    def finish(self) -> ast.expr:
        return self.found(trees.name(self.value))


class ToGroups(End):
    """groupBy: keys that are known to be texts or ints are looked up here."""

    def begin(self) -> None:
        self.lw.emit(trees.assign(self.result, ast.Dict([], [])))

    def take(self, element: ast.expr, type: Type) -> None:
        lw, stage, groups = self.lw, self.last, trees.name(self.result)
        element = bind(lw, stage, lw.simple(element), type)
        mark = lw.mark()
        key = given(lw, stage, stage.type)
        (element,) = lw.spill_before([element], mark)
        if stage.type not in (STRING, INT):
            lw.emit(ast.Expr(lw.helper("add_to_group", groups, key, element, pos=self.node.name_pos)))
            return
        key = lw.simple(key)
        group = lw.spill(trees.call(trees.attribute(groups, "get"), key))
        new = trees.store_subscript(groups, key, trees.list_of([element]))
        more = ast.Expr(trees.call(trees.attribute(group, "append"), element))
        lw.emit(trees.branch(trees.is_none(group), [new], [more]))

    def finish(self) -> ast.expr:
        return trees.name(self.result)


ENDS: dict[str, type[End]] = {
    "each": End,
    "groupBy": ToGroups,
    "join": ToText,
    "list": ToList,
    "reduce": ToReduced,
    "size": ToSize,
    "sum": ToSum,
}
