"""Assignments to variables, fields and elements: `=`, `?=`, `+=`, `++`, and several at once.

`x += v` gets an `operation`: the operator applied to a Current, which stands for what x holds, and v.  What is
missing on the way to the element that is assigned to is created: every access left of the last one is marked.
"""

from __future__ import annotations

from ..syntax import nodes
from ..values.objects import HIDDEN
from ..values.types import ANY, BYTE, FUNCTION, LIST, MAP, Type
from .access import FieldAccess, field_of, resolve_parent_and_key
from .conversions import are_related, check_assignable, is_castable, is_for_as
from .model import ClassInfo, FieldInfo, Variable
from .resolver import Resolver, handles
from .types import boxed, is_null, set_type, static_type, text, unboxed
from .variables import bind, find, find_quietly, is_inferred

_NO_ARRAY_INDEX = "Non-numeric value for index for Array access"
_PARENTS_BY_NAME = frozenset(("Object", "Map", "instance", "class"))
_CREATED_KINDS = frozenset(("local", "param", "global", "field"))
_CREATED_TYPES = frozenset(("Object", "Map", "List"))
_PARENTS_BY_INDEX = frozenset(("Object", "List", "array", "Map", "instance"))


@handles(nodes.Assign)
def _assign(r: Resolver, node: nodes.Assign) -> nodes.Expr | None:
    target = node.target
    if isinstance(target, nodes.ExprList):
        return _multiple(r, node, target)
    if isinstance(target, nodes.Access):
        _assign_element(r, node, target)
    elif isinstance(target, nodes.Name):
        if node.declares_if_unknown and not _is_known(r, target):
            return _declare(r, node, target)
        if node.op in ("=", "?="):
            _assign_variable(r, node, target)
        else:
            _operate_variable(r, node, target)
    return None


def resolve_target(r: Resolver, node: nodes.Assign) -> Type | None:
    """Resolve the target of `=~ s/.../.../`: the type it holds; None after an error."""
    target = node.target
    if isinstance(target, nodes.Access):
        return _target_element(r, target, creating=False).type
    if not isinstance(target, nodes.Name):
        where = target.pos if isinstance(target, nodes.Binary) else node.pos
        operator = "'=~'" if isinstance(target, nodes.Binary) else "'=~' operator"
        r.error(f"Invalid left-hand side for {operator} (invalid lvalue)", where)
        node.target = r.expr(target)
        return None
    if target.name.startswith("$"):
        r.error("Capture variable cannot be modified (invalid lvalue)", target.pos)
        return None
    variable = target_variable(r, target)
    if variable is None:
        return None
    _check_constant(r, variable, node.pos)
    variable.is_reassigned = True
    return static_type(target)


# Variables


def _is_known(r: Resolver, target: nodes.Name) -> bool:
    from .variables import exists

    return exists(r, target.name)


def _declare(r: Resolver, node: nodes.Assign, target: nodes.Name) -> nodes.Expr:
    """`for (i = 0; ...)` with a new i."""
    inferred = nodes.TypeName(["var"], pos=target.pos)
    declaration = nodes.VarDecl(target.name, inferred, node.value, assign_pos=node.pos, pos=target.pos)
    return r.expr(declaration)


def target_variable(r: Resolver, target: nodes.Name, operation: nodes.Assign | None = None) -> Variable | None:
    """Resolve a name that is assigned to, maybe by an operation such as `+=`."""
    if target.name in ("this", "super"):
        r.error(f"Cannot assign to '{target.name}'", target.pos)
    found = find(r, target.name, target.pos)
    if found is None:
        target.type = ANY
        return None
    if not isinstance(found, Variable):
        target.function, target.type = found, FUNCTION
        _refuse_function(r, target, operation)
        return None
    if found.kind == "function":
        target.variable, target.type = found, FUNCTION
        _refuse_function(r, target, operation)
        return None
    bind(r, target, found)
    if found.kind == "class":
        r.error("Class name not allowed here", target.pos)
        return None
    if found.is_final:
        what = "field" if found.kind == "field" else "variable"
        r.error(f"Cannot modify 'final' {what} '{found.name}'", target.pos)
    return found


def _refuse_function(r: Resolver, target: nodes.Name, operation: nodes.Assign | None) -> None:
    if operation is None:
        r.error("Cannot assign to function", target.pos)
    else:
        r.error(f"Non-numeric operand for left-hand side of '{operation.op}': was Function", operation.pos)


def _create_in_repl(r: Resolver, target: nodes.Name) -> None:
    """An assignment in the REPL, but for one in a class, creates the variable."""
    from .variables import exists, new_global

    if r.class_info is None and target.name not in ("this", "super") and not exists(r, target.name):
        new_global(r, target.name)


def _assign_variable(r: Resolver, node: nodes.Assign, target: nodes.Name) -> None:
    if r.options.repl_mode:
        _create_in_repl(r, target)
    variable = target_variable(r, target)
    node.value = r.expr(node.value)
    set_type(node, static_type(node.value))
    if variable is None:
        return
    check_assignable(r, node.value, static_type(target), node.value.pos if node.declares_if_unknown else node.pos)
    _check_constant(r, variable, node.pos)
    variable.is_reassigned = True


def _check_constant(r: Resolver, variable: Variable, pos: int) -> None:
    if variable.is_const:
        r.error("Cannot modify a constant", pos)


def _operate_variable(r: Resolver, node: nodes.Assign, target: nodes.Name) -> None:
    variable = target_variable(r, target, node)
    operation = _operation(r, node, static_type(target))
    node.operation = operation
    result = static_type(operation)
    set_type(node, result)
    if variable is None:
        return
    if not is_castable(result, static_type(target)):
        message = f"Cannot convert from type of right-hand side ({text(result)}) to {text(static_type(target))}"
        r.error(message, node.pos)
    _check_constant(r, variable, node.pos)
    variable.is_reassigned = True


def _operation(r: Resolver, node: nodes.Assign, type: Type) -> nodes.Binary:
    from .operators import type_binary

    variable = node.target.variable if isinstance(node.target, nodes.Name) else None
    current = nodes.Current(variable, pos=node.pos)
    set_type(current, type)
    node.value = r.expr(node.value)
    operation = nodes.Binary(node.op[:-1], current, node.value, pos=node.pos)
    type_binary(r, operation, assigning=node.op)
    return operation


# Fields and elements


def _assign_element(r: Resolver, node: nodes.Assign, target: nodes.Access) -> None:
    if node.op in ("=", "?="):
        element = _target_element(r, target, op=node.op)
        if static_type(target.parent).kind == "array" and target.op != "[":
            r.late_error("Field access not supported for Array object", target.pos)
        node.value = r.expr(node.value)
        _finish_element(r, node, target, element, node.value)
        return
    _check_read(r, target)
    before = len(r.errors)
    element = _target_element(r, target)
    on_target = r.errors[before:] if element.type.kind == "class" else []
    del r.errors[len(r.errors) - len(on_target) :]
    operation = _operation(r, node, element.type)
    r.errors += on_target  # that a class is no operand is told first
    node.operation = operation
    _finish_element(r, node, target, element, operation)
    set_type(node, static_type(operation))


def _check_read(r: Resolver, target: nodes.Access) -> None:
    """What `+=` must read first: of a String no field can be read, of an array nothing but by number."""
    parent, key = target.parent, target.key
    if isinstance(parent, nodes.Name) and isinstance(key, nodes.Literal) and isinstance(key.value, str):
        variable = find_quietly(r, parent.name)
        kind = variable.type.kind if variable is not None else ""
        if kind == "String":
            message = "Invalid object type (String) for field access (and no matching method of that name)"
            r.error(message, target.pos)
        elif kind == "array" and target.op in ("[", "?["):
            r.error("Array index must be numeric, not String", key.pos)
        elif kind == "List" and target.op in ("[", "?[") and r.registry.method(LIST, key.value) is None:
            message = "Invalid object type (List) for field access (and no matching method of that name)"
            r.error(message, target.pos)


def _target_element(r: Resolver, target: nodes.Access, *, creating: bool = True, op: str = "+=") -> FieldAccess:
    """Resolve an access that is assigned to: what it names and the type it holds."""
    if creating:
        mark_creating(target.parent)
    resolve_parent_and_key(r, target)
    if creating:
        _create_variable(target)
    parent = static_type(target.parent)
    by_name = target.op in (".", "?.")
    if parent.kind not in (_PARENTS_BY_NAME if by_name else _PARENTS_BY_INDEX):
        _refuse_parent(r, target, parent, by_name)
        set_type(target, ANY)
        return FieldAccess(ANY)
    guess_parent(target)
    if parent.kind in ("instance", "class"):
        element = field_of(r, target, fields_only=True)
        _check_field(r, target, element, parent)
    else:
        element = FieldAccess(_element_type(parent, target))
        _check_index(r, target, parent, op)
    set_type(target, element.type)
    target.member = element.member
    return element


def _refuse_parent(r: Resolver, target: nodes.Access, parent: Type, by_name: bool) -> None:
    if by_name:
        r.error(f"Invalid object type ({text(parent)}) for field access", target.pos)
    elif parent.kind == "String":
        r.error("Cannot assign to element of String", target.pos)
    else:
        r.error(f"Invalid object type ({text(parent)}) for indexed (or field) access", target.pos)


def _element_type(parent: Type, target: nodes.Access) -> Type:
    if parent.kind != "array" or parent.element is None:
        return ANY
    return boxed(parent.element) if target.op == "?[" else parent.element


def _check_index(r: Resolver, target: nodes.Access, parent: Type, op: str) -> None:
    from .access import check_bounds

    key = static_type(target.key)
    created = target.parent.create_type if isinstance(target.parent, nodes.Access) else None
    is_number = key is ANY or key.is_numeric
    if not is_number and (created is LIST or (parent.kind == "List" and op != "?=")):
        r.error("Non-numeric value for index for List access", target.key.pos)
    elif not is_number and parent.kind == "array":
        is_read = op not in ("=", "?=") and key.kind != "null"
        message = f"Array index must be numeric, not {text(key)}" if is_read else _NO_ARRAY_INDEX
        r.error(message, target.key.pos)
    if parent.kind == "array":
        r.at_end.append(lambda: check_bounds(r, target))


def _check_field(r: Resolver, target: nodes.Access, element: FieldAccess, parent: Type) -> None:
    pos = target.key.pos
    if element.type.kind == "class":
        r.error("Invalid operation on a class", pos)
    if element.is_constant:
        r.error("Cannot modify a constant", pos)
    elif element.is_final:
        r.error("Cannot modify 'final' field", pos)
    if parent.kind == "class":
        r.error("Cannot modify class field", pos)


def _finish_element(
    r: Resolver, node: nodes.Assign, target: nodes.Access, element: FieldAccess, value: nodes.Expr
) -> None:
    """The type of the assignment, and whether the value fits."""
    set_type(node, static_type(value))
    if static_type(target) is ANY:
        return
    source, wanted = static_type(value), static_type(target)
    if not is_castable(source, wanted) and not are_related(source, wanted):
        kind = target.parent.type.kind if target.parent.type else ""
        pos = value.pos if node.operation is None or kind == "array" else node.pos
        r.late_error(f"{_cannot_store(source, wanted)}", pos)
    elif is_for_as(source, wanted):
        r.late_error(f"{_cannot_store(source, wanted)}", value.pos)
    elif is_null(value):
        from .conversions import check_null

        check_null(r, wanted, value.pos)


def _cannot_store(source: Type, wanted: Type) -> str:
    if wanted.kind == "instance":
        return f"Cannot convert from {text(source)} to {text(wanted)}"
    if wanted.kind == "array":
        return f"Cannot cast from {text(source)} to {text(wanted)}"
    return f"Cannot convert {text(source)} to {text(wanted)}"


def mark_creating(parent: nodes.Expr) -> None:
    """Mark the accesses to the left of an assigned element: what is null there is created."""
    while isinstance(parent, nodes.Access):
        parent.create_missing = True
        parent = parent.parent


def _create_variable(target: nodes.Access) -> None:
    """A variable at the left end of the path is created too where it is null, even a final one."""
    access = target
    while isinstance(access.parent, nodes.Access):
        access = access.parent
    name = access.parent
    variable = name.variable if isinstance(name, nodes.Name) else None
    if variable is None or variable.kind not in _CREATED_KINDS or variable.is_const:
        return
    assert isinstance(name, nodes.Name)
    by_name = access.op in (".", "?.")
    if variable.type.kind in _CREATED_TYPES:
        name.create_type = variable.type if variable.type is not ANY else MAP if by_name else LIST
    elif by_name and _has_only_defaults(variable):
        name.create_type = variable.type
    if name.create_type is not None:
        variable.is_reassigned = True


def _has_only_defaults(variable: Variable) -> bool:
    """Is it an instance of a class whose fields are all null, false or 0 at first?"""
    info = variable.type.cls
    if variable.type.kind != "instance" or not isinstance(info, ClassInfo):
        return False
    if variable.kind == "field":
        return not info.mandatory_fields()
    return all(_is_default(each) for each in info.all_fields().values())


def _is_default(declared: FieldInfo) -> bool:
    value = declared.default
    return isinstance(value, nodes.Literal) and (value.value is None or value.value is False or value.value == 0)


def guess_parent(access: nodes.Access) -> None:
    """What a missing parent is created as: a map where it is accessed by name, a list where by index."""
    parent = access.parent
    if isinstance(parent, nodes.Access) and parent.create_missing and parent.type is ANY:
        parent.create_type = MAP if access.op in (".", "?.") else LIST


# ++ and --


def resolve_step(r: Resolver, node: nodes.Unary | nodes.Postfix) -> None:
    """`++x`, `x++`: the type is the operand's; for fields and elements as `x += 1`."""
    if isinstance(node.operand, nodes.Access):
        _step_element(r, node, node.operand)
        return
    operand = node.operand
    if isinstance(operand, nodes.Name) and operand.type is None:
        _step_name(r, operand)
    else:
        node.operand = operand = r.expr(operand)
    written = static_type(operand)
    if written.kind == "class":
        r.error("Class name not allowed here", operand.pos)
    if not written.is_numeric and written is not ANY:
        kind = "Prefix" if isinstance(node, nodes.Unary) else "Unary"
        r.error(f"{kind} operator '{node.op}' cannot be applied to type {text(written)}", node.pos)
        node.type = ANY
        return
    set_type(node, written)
    if operand.is_const and not isinstance(operand, nodes.VarDecl | nodes.Assign):
        null = "Null value encountered where null not allowed"
        r.error(null if operand.const is None else "Cannot modify a constant value", operand.pos)


def _step_name(r: Resolver, operand: nodes.Name) -> None:
    found = find(r, operand.name, operand.pos)
    if found is None:
        operand.type = ANY
        return
    bind(r, operand, found)
    if isinstance(found, Variable):
        if found.is_final:
            what = "field" if found.kind == "field" else "variable"
            r.error(f"Cannot modify 'final' {what} '{found.name}'", operand.pos)
        found.is_reassigned = True


def _step_element(r: Resolver, node: nodes.Unary | nodes.Postfix, target: nodes.Access) -> None:
    from .results import result_type

    _check_read(r, target)
    before = len(r.errors)
    element = _target_element(r, target)
    if not element.type.is_numeric and element.type is not ANY:
        found = r.failure(f"Non-numeric operand for {node.op}", node.pos)
        r.errors.insert(before if element.type.kind == "class" else len(r.errors), found)
    set_type(node, result_type(r, static_type(target), node.op[0], BYTE, node.pos))


# Several at once


@handles(nodes.ExprList)
def _list(r: Resolver, node: nodes.ExprList) -> None:
    r.error("Expression lists not supported", node.pos)
    node.type = ANY


def _multiple(r: Resolver, node: nodes.Assign, targets: nodes.ExprList) -> nodes.Expr:
    """`(a, b) = list`: the list into a variable of its own, then one assignment after the other; the last value."""
    holder = nodes.VarDecl(f"{HIDDEN}multiple{node.pos}", None, node.value, assign_pos=node.pos, pos=node.value.pos)
    statements: list[nodes.Stmt] = [nodes.ExprStmt(holder, pos=node.pos)]
    for number, target in enumerate(targets.items):
        statements.append(nodes.ExprStmt(_single(node, target, holder.name, number), pos=target.pos))
    block = nodes.BlockExpr(nodes.Block(statements, pos=targets.pos), pos=targets.pos)
    if not any(isinstance(target, nodes.VarDecl) for target in targets.items):
        return r.expr(block)
    return _declare_several(r, block, holder)


def _single(node: nodes.Assign, target: nodes.Expr, holder: str, number: int) -> nodes.Expr:
    index = nodes.Literal(number, pos=node.pos)
    element = nodes.Access(nodes.Name(holder, pos=node.pos), "[", index, pos=node.pos)
    if isinstance(target, nodes.VarDecl):
        target.value, target.assign_pos = element, node.pos
        return target
    return nodes.Assign(target, node.op, element, pos=node.pos)


def _declare_several(r: Resolver, block: nodes.BlockExpr, holder: nodes.VarDecl) -> nodes.Expr:
    """`def (int a, var b) = list`: the variables belong to the block around; `var` takes the element's type."""
    for number, statement in enumerate(block.block.statements, -1):
        expr = statement.expr if isinstance(statement, nodes.ExprStmt) else None
        if number >= 0 and isinstance(expr, nodes.VarDecl) and is_inferred(expr):
            items = holder.value.items if isinstance(holder.value, nodes.ListLiteral) else []
            expr.type_name = nodes.TypeName(["def"], pos=expr.pos)
            expr.type_name.type = unboxed(static_type(items[number])) if number < len(items) else ANY
        r.stmt(statement)
        if expr is not None:
            expr.result_used = number == len(block.block.statements) - 2
            set_type(block, static_type(expr))
    return block
