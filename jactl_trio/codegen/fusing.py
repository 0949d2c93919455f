"""A Pipeline -> one loop over the iterator of a list, with the closures' bodies in it.

    rest = iter(loop_items(source))              numbers = Numbers(source)
    for element in rest:                         while numbers.more():
        if TICK: tick()                              rest = numbers.rest
        ...                                          for element in rest: ...

Its sites are those of the function, its state that function's locals: it is stopped, saved and gone on with as any loop
is. What the bodies do to an element stands in stages.py, what becomes of it then in pipeline_ends.py.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import copy

from ..builtins import strings
from ..builtins.standard import LANGUAGE
from ..errors import InternalError
from ..resolve.chains import is_split
from ..resolve.nullness import is_never_null
from ..resolve.pipeline_types import element_type
from ..syntax import nodes
from ..values.types import ANY, INT, STRING
from . import trees
from .builtin_calls import builtin_method
from .loops import Loop, tick
from .lowerer import Lowerer, type_of
from .pipeline_ends import ENDS, End
from .ranges import enter_loop
from .stages import filtered, first_local, mapped

_SPLIT = LANGUAGE.method(STRING, "split")
assert _SPLIT is not None
_PIECES = copy(_SPLIT)  # the list itself, without an iterator around it
_PIECES.implementation = strings.split_pieces


def pipeline(lw: Lowerer, node: nodes.Pipeline) -> ast.expr:
    """The result of a chain of methods."""
    result = [lw.temp() for _ in range(node.result_number + 1)][-1]
    source = _source(lw, node)
    if type_of(node.source) is INT:
        enter_loop(lw, node)
        end = ENDS[node.end](lw, node, result)
        _by_batches(lw, node, source, end)
        return end.finish()
    return _over_list(lw, node, source, result)


def guarded(lw: Lowerer, node: nodes.Pipeline, calls: Callable[[], ast.expr]) -> ast.expr:
    """The result of a chain whose source may be a list. calls: what it is otherwise, with the source a Current."""
    assert node.first is not None
    outer, lw.pos = lw.pos, node.first.pos
    source = lw.stable(lw.boxed(node.source))
    lw.pos = outer
    lw.currents.append(source)
    node.first.parent = nodes.Current(pos=node.source.pos)
    node.first.parent.type = ANY
    with lw.collecting() as other:
        result = lw.simple(calls())
    node.first.parent = node.source
    lw.currents.pop()
    if not isinstance(result, ast.Name):
        raise InternalError("A chain of calls has its result in no local")
    lw.results.discard(result.id)
    with lw.collecting() as loop:
        iterator = lw.spill(lw.helper("iter", source))
        value = _over_list(lw, node, iterator, lw.temp())
        loop.append(trees.assign(result.id, lw.constant_boxed(value, "Long") if node.end == "size" else value))
    lw.emit(ast.If(trees.has_type(source, "list"), loop, other))
    return result


def _over_list(lw: Lowerer, node: nodes.Pipeline, iterator: ast.Name, result: str) -> ast.expr:
    enter_loop(lw, node)
    end = ENDS[node.end](lw, node, result)
    _walk(lw, node, iterator, end)
    end.batch()
    return end.finish()


def _source(lw: Lowerer, node: nodes.Pipeline) -> ast.Name:
    """The iterator of the elements, or Numbers."""
    source = node.source
    if is_split(source):
        assert isinstance(source, nodes.MethodCall)
        return lw.spill(lw.helper("iter", builtin_method(lw, source, _PIECES)))
    value = lw.lower(source)
    if type_of(source) is INT:
        return lw.spill(lw.helper("Numbers", value))
    if not is_never_null(source) and not isinstance(value, ast.Constant | ast.List | ast.Dict | ast.JoinedStr):
        value = lw.stable(value)
        null = lw.helper("null_iterable", pos=source.pos)
        lw.emit(trees.branch(trees.is_none(value), [ast.Expr(null)]))
    if type_of(source).kind == "String":
        value = lw.helper("list", value)
    elif not isinstance(source, nodes.ListLiteral):
        value = lw.helper("loop_items", value, pos=node.name_pos)
    return lw.spill(lw.helper("iter", value))


def _by_batches(lw: Lowerer, node: nodes.Pipeline, numbers: ast.Name, end: End) -> None:
    rest = lw.variable_temp()
    lw.loops.append(Loop(node))
    with lw.collecting() as batch:
        lw.emit(trees.assign(rest, trees.attribute(numbers, "rest")))
        _walk(lw, node, trees.name(rest), end)
        end.batch()
    lw.loops.pop()
    more = trees.call(trees.attribute(numbers, "more"))
    lw.emit(ast.While(more, batch, []))


def _walk(lw: Lowerer, node: nodes.Pipeline, rest: ast.Name, end: End) -> None:
    """The loop over one iterator."""
    type = element_type(node.source, type_of(node.source)) or ANY
    first = first_local(lw, node.stages[0], type)
    element: ast.expr = trees.name(first)
    lw.loops.append(Loop(node))
    with lw.collecting() as body:
        tick(lw, node.stages[0].pos)
        if type is INT and node.source.is_const:
            lw.bounds[first] = 0, max(0, node.source.const)
        for stage in node.stages:
            if stage.kind == "map":
                element, type = mapped(lw, stage, element, type), stage.type
            elif stage.kind == "filter":
                element = filtered(lw, stage, element, type)
        end.take(element, type)
    lw.loops.pop()
    lw.bounds.pop(first, None)
    lw.emit(ast.For(trees.target(first), rest, body, []))
