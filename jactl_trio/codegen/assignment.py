"""Assignments -> stores. The right side is evaluated before the parent and the key on the left.

The value of an assignment is the right side's value, not the converted one. A compound assignment reads the parent
and the key once; its operation is a Binary that the resolver made, whose left side stands for the present value.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..errors import InternalError
from ..resolve.model import FieldInfo
from ..resolve.nullness import is_never_null
from ..syntax import nodes
from ..values.types import ANY, INT, Type
from . import elements, names, trees
from .access import from_map, map_tests, may_be_map_at
from .conversions import boxed, converted, for_variable
from .lowerer import Lowerer, lowers, type_of
from .nulls import catching_null
from .own_classes import held_field_or, set_field_or
from .variables import read, write


@lowers(nodes.Assign)
def _assign(lw: Lowerer, node: nodes.Assign) -> ast.expr:
    if isinstance(node.target, nodes.ExprList):
        if node.operation is None:
            raise InternalError("A multiple assignment without its operation")
        return lw.lower(node.operation)
    if node.op == "?=":
        return _if_not_null(lw, node)
    if node.op == "=":
        value = lw.lower(node.value)
        return store(lw, node.target, value, type_of(node.value), node.value.pos, node.result_used)
    if isinstance(node.target, nodes.Name):
        return _change_variable(lw, node, node.target)
    if isinstance(node.target, nodes.Access):
        return _change_element(lw, node, node.target)
    raise InternalError(f"Cannot assign to {type(node.target).__name__}")


def store(lw: Lowerer, target: nodes.Expr, value: ast.expr, source: Type, pos: int, wanted: bool = True) -> ast.expr:
    """Emit target = value; the value as it was before any conversion."""
    if isinstance(target, nodes.Name | nodes.VarDecl):
        return _store_variable(lw, target, value, source, pos, wanted)
    if isinstance(target, nodes.Access):
        return _store_element(lw, target, value, source, pos)
    raise InternalError(f"Cannot assign to {type(target).__name__}")


def _store_variable(
    lw: Lowerer, target: nodes.Name | nodes.VarDecl, value: ast.expr, source: Type, pos: int, wanted: bool
) -> ast.expr:
    variable = target.variable
    if variable is None:
        raise InternalError(f"Variable {target.name} is not resolved")
    if wanted:
        value = lw.stable(value)
    new = for_variable(lw, value, source, variable, pos)
    if isinstance(target, nodes.VarDecl):
        from .variables import initialise

        initialise(lw, variable, new, pos)
    else:
        write(lw, variable, new, pos)
    return value if wanted else trees.none()


def _store_element(lw: Lowerer, target: nodes.Access, value: ast.expr, source: Type, pos: int) -> ast.expr:
    value = lw.stable(value)
    member = target.member
    if isinstance(member, FieldInfo):
        new = lw.stable(converted(lw, value, source, member.type, pos))
        parent = lw.stable(lw.lower(target.parent))
        if not is_never_null(target.parent):
            is_created = trees.constant(_is_created(target))
            null = lw.helper("null_assigned", trees.constant(member.name), is_created, pos=target.pos)
            lw.emit(trees.branch(trees.is_none(parent), [ast.Expr(null)]))
        lw.emit(trees.store_attribute(parent, names.field_name(member.name), new))
        return value
    parent_type = type_of(target.parent)
    if parent_type.kind == "array" and parent_type.element is not None and target.op in ("[", "?["):
        new = lw.stable(converted(lw, value, source, parent_type.element, pos))
        parent, key = lw.operands([lambda: lw.lower(target.parent), lambda: lw.boxed(target.key)])
        parent = lw.stable(parent)
        if not is_never_null(target.parent):
            null = lw.helper("null_array", pos=target.parent.pos)
            lw.emit(trees.branch(trees.is_none(parent), [ast.Expr(null)]))
        _store_in_array(lw, target, parent, key, new)
        return value
    parent, key = lw.operands([lambda: lw.boxed(target.parent), lambda: lw.boxed(target.key)])
    new = boxed(lw, value, source)
    helper = "set_field" if target.op in (".", "?.") else "set_index"
    if elements.may_be_in_list(lw, target):
        parent, key = lw.both_simple(parent, key)
        new = lw.simple(new)
        otherwise = _storing(lw, helper, target, parent, key, new)
        elements.store(lw, target, parent, key, new, otherwise, target.key.pos)
        return value
    if may_be_map_at(target, key):
        parent, new = lw.both_simple(parent, new)
        key = lw.simple(key)
        set_in_map = trees.store_subscript(parent, key, new)
        slow = ast.Expr(_storing(lw, helper, target, parent, key, new))
        with lw.collecting() as other:
            _in_map_or(lw, map_tests(lw, target, parent, key), set_in_map, slow)
        lw.block += set_field_or(lw, target, parent, key, new, other)
    else:
        lw.emit(ast.Expr(_storing(lw, helper, target, parent, key, new)))
    return value


def _in_map_or(lw: Lowerer, tests: list[ast.expr], in_map: ast.stmt, slow: ast.stmt) -> None:
    """Emit the store in a map, or else the other; with no tests the map is certain."""
    lw.emit(trees.branch(trees.both(*tests), [in_map], [slow]) if tests else in_map)


def _storing(
    lw: Lowerer, helper: str, target: nodes.Access, parent: ast.expr, key: ast.expr, new: ast.expr
) -> ast.Call:
    """A field of an instance that is declared with a class may take a Map: its initialiser may suspend."""
    return lw.helper(helper, parent, key, new, pos=target.key.pos)


def _store_in_array(lw: Lowerer, target: nodes.Access, parent: ast.expr, key: ast.expr, new: ast.expr) -> None:
    """An int that is an index of the array, inline."""
    key = lw.simple(key)
    call = ast.Expr(lw.helper("set_array_element", parent, key, new, pos=target.key.pos))
    if type_of(target.key).kind != "int":
        lw.emit(call)
        return
    if not elements.may_try(lw):
        lw.emit(call)
        return
    store = trees.store_subscript(trees.attribute(parent, "items"), key, new)
    lw.emit(elements.trying([store], elements.REFUSED, [call]))


def _is_created(target: nodes.Access) -> bool:
    return isinstance(target.parent, nodes.Access) and target.parent.create_missing


def _check_changed(lw: Lowerer, target: nodes.Access, parent: ast.expr, pos: int) -> None:
    """Emit the error for a null parent of what is read and stored again."""
    if is_never_null(target.parent):
        return
    if target.op.startswith("?"):
        null = lw.helper("null_changed_safely", trees.constant(type_of(target).name), pos=pos)
    else:
        null = lw.helper("null_changed", pos=target.parent.pos)
    lw.emit(trees.branch(trees.is_none(parent), [ast.Expr(null)]))


def _if_not_null(lw: Lowerer, node: nodes.Assign) -> ast.expr:
    """`?=`: nothing is stored where the right side is null or a NullError."""
    source = type_of(node.value)
    result = lw.variable_temp()
    lw.catching += 1
    with lw.collecting() as block:
        value = lw.spill(lw.taken(lw.lower(node.value)))
        with lw.collecting() as storing:
            lw.emit(trees.assign(result, boxed(lw, value, source)))
            store(lw, node.target, value, source, node.value.pos, False)
        lw.emit(storing[0])
        if source.is_primitive:
            block.extend(storing[1:])
        else:
            lw.emit(trees.branch(trees.is_not(value, trees.none()), storing[1:]))
    lw.catching -= 1
    lw.emit(catching_null(lw, block, [trees.assign(result, trees.none())]))
    lw.stable_names.add(result)
    return trees.name(result)


# Compound assignments


def _change_variable(lw: Lowerer, node: nodes.Assign, target: nodes.Name) -> ast.expr:
    variable = target.variable
    if variable is None:
        raise InternalError(f"Variable {target.name} is not resolved")
    present = read(lw, variable, target.pos)
    if variable.kind in ("local", "param") and not variable.is_cell:
        value, source = _operation(lw, node, present)
    else:
        value, source = _operation(lw, node, lw.spill(present))
    if node.result_used:
        value = lw.stable(value)
    elif lw.int_branch is not None and isinstance(value, ast.Name) and value.id == lw.int_branch.result:
        lw.int_branch.is_dropped = True
    new = for_variable(lw, value, source, variable, node.value.pos)
    write(lw, variable, new, node.pos)
    return value if node.result_used else trees.none()


def _operation(lw: Lowerer, node: nodes.Assign, present: ast.expr) -> tuple[ast.expr, Type]:
    """The new value and its static type."""
    operation = node.operation
    if operation is None:
        raise InternalError("A compound assignment without its operation")
    lw.currents.append(present)
    value = lw.lower(operation)
    lw.currents.pop()
    return value, type_of(operation)


def change(
    lw: Lowerer,
    target: nodes.Access,
    pos: int,
    update: Callable[[ast.expr, Type], tuple[ast.expr, Type]],
    give_stored: bool = False,
) -> tuple[ast.expr, ast.expr, Type]:
    """Read an element or field, store what update makes of it; errors of the operation stand at pos.

    (the old value, the new one, the new one's type)."""
    member = target.member
    if isinstance(member, FieldInfo):
        parent = lw.stable(lw.lower(target.parent))
        _check_changed(lw, target, parent, pos)
        slot = names.field_name(member.name)
        old = lw.spill(trees.attribute(parent, slot))
        value, source = update(old, member.type)
        value = lw.stable(value)
        new = converted(lw, value, source, member.type, target.key.pos)
        lw.emit(trees.store_attribute(parent, slot, lw.taken(new)))
        return old, value, source
    parent, key = lw.operands([lambda: lw.boxed(target.parent), lambda: lw.boxed(target.key)])
    parent, key = lw.stable(parent), lw.stable(key)
    _check_changed(lw, target, parent, pos)
    parent_type = type_of(target.parent)
    is_array = parent_type.kind == "array" and parent_type.element is not None
    element = parent_type.element if is_array and parent_type.element is not None else ANY
    dotted = target.op in (".", "?.")
    reader = "load_field" if dotted else "load_index"
    if is_array:
        old = lw.spill(lw.helper("get_index", parent, key, pos=target.key.pos))
    else:
        parent, key = lw.simple(parent), lw.simple(key)
        read = lw.helper(reader, parent, key, pos=target.key.pos)
        if elements.may_be_in_list(lw, target):
            old = elements.load(lw, target, parent, key, read)
        else:
            before = lw.temp() if type_of(target.key) is INT else None  # the first, as it was when a helper did it
            value = held_field_or(lw, target, parent, key, from_map(lw, target, parent, key, read))
            old = lw.spill(value, before)
    if target.holds is INT:
        lw.hold(old, INT, False)  # 0 for null
    value, source = update(old, element)
    value = lw.stable(value)
    if is_array:
        new = converted(lw, value, source, element, target.pos)
        lw.emit(ast.Expr(lw.helper("set_array_element", parent, key, new, pos=target.key.pos)))
        return old, value, source
    writer = "store_field" if dotted else "store_index"
    new = boxed(lw, value, source)
    stored = lw.helper(writer, parent, key, new, pos=target.pos)
    if give_stored:
        return old, lw.spill(stored), ANY
    if elements.may_be_in_list(lw, target):
        elements.store(lw, target, parent, key, lw.simple(new), stored, target.pos)
    elif may_be_map_at(target, key):
        new = lw.simple(new)
        with lw.collecting() as otherwise:
            in_map = trees.store_subscript(parent, key, new)
            _in_map_or(lw, map_tests(lw, target, parent, key), in_map, ast.Expr(stored))
        lw.block += set_field_or(lw, target, parent, key, new, otherwise)
    else:
        lw.emit(ast.Expr(stored))
    return old, value, source


def _change_element(lw: Lowerer, node: nodes.Assign, target: nodes.Access) -> ast.expr:
    _, value, _ = change(lw, target, node.pos, lambda present, type: _operation(lw, node, present))
    return value
