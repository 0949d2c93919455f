"""Variables -> Python locals, cells, globals, fields; declarations.

A variable that is captured and assigned again lives in a Cell; a captured one that is not is copied into the closure's
environment. The map of globals is itself a captured value.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import TypeGuard

from ..errors import InternalError
from ..limits import COLLECTION_ITEMS_MAX, STRING_CHARS_MAX
from ..resolve.model import ClassInfo, Variable
from ..syntax import nodes
from ..values.types import Type
from . import names, trees
from .conversions import assigned_in_branches, boxed, for_variable
from .loops import note_room
from .lowerer import Lowerer, lowers, type_of
from .ranges import declared, forget


def declare(lw: Lowerer, variable: Variable) -> str:
    """A new Python local for a variable of this function."""
    slot = lw.slots.get(variable)
    if slot is None:
        is_inlined = variable.is_inlined or (variable.owner is not None and variable.owner is not lw.info)
        name = variable.name
        slot = lw.names.inlined(name, variable.pos) if is_inlined else lw.names.variable(name)
        lw.slots[variable] = variable.slot = slot
        if variable.was_cell and not variable.is_cell:
            lw.was_cell.add(slot)
        lw.last_write[slot] = lw.writes
        if variable.is_cell or not variable.is_reassigned:
            lw.stable_names.add(slot)
    return slot


def read(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    """The variable's value as its static type is represented."""
    if variable.is_const and variable.kind not in ("captures", "globals"):
        return lw.constant(variable.const)
    reader = _READERS.get(variable.kind)
    if reader is not None:
        return reader(lw, variable, pos)
    slot = trees.name(slot_of(lw, variable))
    return lw.at(trees.attribute(slot, "v"), pos) if variable.is_cell else slot


def write(lw: Lowerer, variable: Variable, value: ast.expr, pos: int) -> None:
    """Emit the assignment of a value that has the variable's type."""
    if variable.kind == "global":
        key = trees.constant(variable.name)
        lw.emit(trees.store_subscript(global_map(lw), key, boxed(lw, lw.taken(value), variable.type)))
    elif variable.kind == "field":
        lw.emit(trees.store_attribute(trees.name(names.THIS), names.field_name(variable.name), lw.taken(value)))
    elif variable.is_cell:
        lw.emit(trees.store_attribute(trees.name(slot_of(lw, variable)), "v", lw.taken(value)))
    else:
        slot = slot_of(lw, variable)
        value = lw.taken(value)
        if _appends(value, slot, lw):
            _append(lw, slot, value)
        elif variable.type.kind == "List" and _adds(value, slot):
            _append_element(lw, variable, slot, value)
        elif not assigned_in_branches(lw, value, slot):
            lw.assign(slot, value)
        forget(lw, slot)


def _appends(value: ast.expr, slot: str, lw: Lowerer) -> TypeGuard[ast.Call]:
    """Is it a String that is added to the variable's own, or to a copy of it?"""
    if _calls(value, "concat_texts", slot):
        return True
    left = value.args[0] if isinstance(value, ast.Call) and value.args else None
    if not isinstance(left, ast.Name) or not _calls(value, "concat_texts", left.id):
        return False
    added = value.args[1]
    is_other = not isinstance(added, ast.Name) or added.id != slot
    return is_other and lw.copies.get(left.id) == (slot, lw.last_write.get(slot))


def _adds(value: ast.expr, slot: str) -> TypeGuard[ast.Call]:
    """Is it the list in the local, with one element more?"""
    return _calls(value, "shift_left_assign", slot) or _calls(value, "add_element", slot)


def _calls(value: ast.expr, helper: str, slot: str) -> TypeGuard[ast.Call]:
    """Is it a call of the helper with a local as its first argument?"""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.func.id != helper:
        return False
    left = value.args[0]
    return isinstance(left, ast.Name) and left.id == slot


def _append_element(lw: Lowerer, variable: Variable, slot: str, call: ast.Call) -> None:
    """`list <<= value`, or `+=` of what is no list, inline while the list is within the limit."""
    name, call.args[1] = trees.name(slot), lw.simple(call.args[1])
    tests: list[ast.expr] = [] if variable.never_null else [trees.is_not(name, trees.none())]
    size = trees.call(trees.name("len"), name)
    exact = trees.both(*tests, trees.compare(size, ast.Lt(), trees.constant(COLLECTION_ITEMS_MAX)))
    method = trees.at(trees.attribute(name, "append"), call.lineno)  # the list may refuse to be changed
    in_place = ast.Expr(trees.at(trees.call(method, call.args[1]), call.lineno))
    statement = ast.If(exact, [in_place], [trees.assign(slot, call)])
    lw.emit(statement)
    if variable.never_null:
        note_room(lw, statement, slot)


def _append(lw: Lowerer, slot: str, call: ast.Call) -> None:
    """CPython adds to a string in place where `x = x + y` is a statement: a long text is not copied each time.

    Where a copy was taken, before what may wait, it is added to the copy, and the variable lets go of the text before.
    """
    left, added = call.args[0], lw.simple(call.args[1])
    assert isinstance(left, ast.Name)
    call.args[1] = added
    size = trees.call(trees.name("len"), left)
    is_long = trees.compare(size, ast.Gt(), trees.constant(STRING_CHARS_MAX // 2))
    test = trees.either(trees.is_none(left), is_long)
    in_place: list[ast.stmt] = [trees.assign(left.id, trees.binary(left, ast.Add(), added))]
    if left.id != slot:
        in_place = [trees.assign(slot, trees.none()), *in_place, trees.assign(slot, left)]
    lw.emit(trees.branch(test, [trees.assign(slot, call)], in_place))


def initialise(lw: Lowerer, variable: Variable, value: ast.expr, pos: int) -> None:
    """Emit the declaration with its first value: a new cell each time it is executed."""
    if variable.kind == "global":
        write(lw, variable, value, pos)
        return
    slot = declare(lw, variable)
    if variable.is_cell:
        # The call may suspend, so it has to stand alone; then the cell.
        held = lw.simple(value)
        lw.emit(trees.assign(slot, trees.call(trees.name("Cell"), held)))
    else:
        lw.assign(slot, lw.taken(value))
        forget(lw, slot)


def slot_of(lw: Lowerer, variable: Variable) -> str:
    """The Python local that holds the variable or its cell."""
    slot = lw.slots.get(variable)
    if slot is None:
        if variable.owner is lw.info or variable.owner is None:
            return declare(lw, variable)
        raise InternalError(f"Variable {variable.name} is not captured by {lw.info.path}")
    return slot


def captured(lw: Lowerer, variable: Variable) -> ast.expr:
    """What goes into the environment of a closure that captures the variable: its cell or its value."""
    if variable.kind == "globals":
        return global_map(lw)
    if variable.kind == "this":
        return trees.name(names.THIS)
    return trees.name(slot_of(lw, variable))


def global_map(lw: Lowerer) -> ast.expr:
    """The map of globals."""
    return trees.name(names.GLOBALS)


def default_value(lw: Lowerer, type: Type) -> ast.expr:
    """What a variable without an initialiser holds."""
    kind = type.kind
    if kind == "Decimal":
        return lw.constant(ZERO)
    if kind in _EMPTY:
        return ast.Dict([], []) if kind == "Map" else trees.list_of([])
    return trees.constant(_DEFAULTS.get(kind))


def _read_global(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    name = trees.constant(variable.name)
    value: ast.expr = trees.call(trees.attribute(global_map(lw), "get"), name)
    if not variable.type.is_primitive:
        return value
    value, again = lw.twice(value)
    null = lw.helper("null_global", name, trees.constant(variable.type.kind.capitalize()), pos=pos)
    return trees.choice(trees.is_none(value), null, again)


def _read_this(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    return trees.name(names.THIS)


def _read_field(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    return lw.at(trees.attribute(trees.name(names.THIS), names.field_name(variable.name)), pos)


def _read_function(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    from .functions import function_value

    if variable.function is None:
        raise InternalError(f"Function {variable.name} is not resolved")
    return function_value(lw, variable.function)


def _read_class(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    if variable.class_info is None:
        raise InternalError(f"Class {variable.name} is no Jactl class")
    return lw.class_value(variable.class_info)


def _read_globals(lw: Lowerer, variable: Variable, pos: int) -> ast.expr:
    return global_map(lw)


ZERO = Decimal(0)
_EMPTY = frozenset(("Map", "List"))
_DEFAULTS = {"boolean": False, "byte": 0, "int": 0, "long": 0, "double": 0.0, "String": ""}
_READERS = {
    "global": _read_global,
    "this": _read_this,
    "field": _read_field,
    "function": _read_function,
    "class": _read_class,
    "globals": _read_globals,
}


@lowers(nodes.Name)
def _name(lw: Lowerer, node: nodes.Name) -> ast.expr:
    if node.function is not None:
        return lw.builtin_value(node.function)
    if node.variable is None:
        raise InternalError(f"Name {node.name} is not resolved")
    if node.variable.kind == "captures":
        from .regex import group

        return group(lw, node)
    if node.create_type is not None:
        return _read_or_create(lw, node, node.variable, node.create_type)
    return read(lw, node.variable, node.pos)


def _read_or_create(lw: Lowerer, node: nodes.Name, variable: Variable, wanted: Type) -> ast.expr:
    """The variable's value, inside which something is assigned: null becomes an empty Map, List or instance."""
    value = read(lw, variable, node.pos)
    if variable.never_null and not isinstance(wanted.cls, ClassInfo):
        return value
    if not isinstance(value, ast.Name) or value.id in lw.stable_names:
        temp = lw.variable_temp()
        lw.emit(trees.assign(temp, value))
        lw.stable_names.add(temp)
        value = trees.name(temp)
    with lw.collecting() as missing:
        if isinstance(wanted.cls, ClassInfo):
            made: ast.expr = lw.suspending_helper("new_instance", lw.class_value(wanted.cls), pos=node.pos)
        else:
            made = default_value(lw, wanted)
        missing.append(trees.assign(value.id, lw.taken(made)))
        forget(lw, value.id)
        if not variable_is_local(lw, variable):
            write(lw, variable, value, node.pos)
    lw.emit(trees.branch(trees.is_none(value), missing))
    return value


def variable_is_local(lw: Lowerer, variable: Variable) -> bool:
    """Is the variable a Python local of the function, without a cell?"""
    return variable.kind in ("local", "param") and not variable.is_cell


@lowers(nodes.VarDecl)
def _declaration(lw: Lowerer, node: nodes.VarDecl) -> ast.expr:
    variable = node.variable
    if variable is None:
        raise InternalError(f"Variable {node.name} is not resolved")
    if node.value is None:
        value = default_value(lw, variable.unless_null or variable.type)
        if variable.unless_null is not None:
            value = boxed(lw, value, variable.unless_null)
    else:
        value = for_variable(lw, lw.lower(node.value), type_of(node.value), variable, node.value.pos)
    if variable.is_const and variable.kind != "global":
        return lw.constant(variable.const)
    initialise(lw, variable, value, node.pos)
    declared(lw, variable, node.value)
    return read(lw, variable, node.pos) if node.result_used else trees.none()
