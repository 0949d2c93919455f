"""Names -> variables, functions, classes, globals; declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from ..values.objects import HIDDEN
from ..values.signature import Signature
from ..values.types import ANY, FUNCTION, Type
from .captures import capture
from .conversions import check_initialiser, constant_as
from .model import ClassInfo, FieldInfo, FunctionInfo, Variable
from .resolver import Resolver, handles
from .types import boxed, class_type, instance_type, resolve_type, set_type, static_type, unboxed

if TYPE_CHECKING:
    from .scope import BlockScope

CAPTURES = "$@"  # the name under which a block keeps the variable of its regex matches
Found = Variable | Signature | None


def declare(
    r: Resolver,
    name: str,
    type: Type,
    pos: int,
    kind: str = "local",
    is_const: bool = False,
    is_final: bool = False,
    initialised: bool = True,
) -> Variable:
    """A new variable in the innermost block; one at the REPL's top level is a global."""
    in_repl = is_at_top_level(r) and r.options.repl_mode and kind == "local" and not name.startswith(("$", HIDDEN))
    block = r.block
    if name in block.variables and not in_repl:
        where = _function_name(r)
        message = f"Variable '{name}' in scope {where} clashes with previously declared variable of same name"
        r.error(message, pos)
    variable = Variable(
        name,
        type,
        kind,
        r.function.info,
        pos,
        is_const=is_const,
        is_final=is_final,
        is_initialised=initialised,
    )
    if in_repl and not is_const:
        variable.kind, variable.owner = "global", None
        if boxed(type) is not type:
            variable.type, variable.unless_null = ANY, type
        r.scope.repl_variables[name] = variable
    block.variables[name] = variable
    return variable


def is_at_top_level(r: Resolver) -> bool:
    """Are we in the outermost block of a script?"""
    return len(r.functions) == 1 and r.function.info.kind == "main" and len(r.function.blocks) == 1


def _function_name(r: Resolver) -> str:
    info = r.function.info
    return "script" if info.kind == "main" else info.name or f"closure<{info.path}>"


def exists(r: Resolver, name: str) -> bool:
    """Is there anything of that name?"""
    return _find(r, name, 0, quiet=True) is not None


def find_quietly(r: Resolver, name: str) -> Variable | None:
    """The variable of that name, if there is one, without using it."""
    found = _find(r, name, 0, quiet=True)
    return found if isinstance(found, Variable) else None


def find_constant(r: Resolver, name: str) -> Variable | None:
    """The declared constant of that name, if there is one."""
    found = _find(r, name, 0, quiet=True)
    return found if isinstance(found, Variable) and found.is_const else None


def lookup(r: Resolver, name: str, pos: int, *, calling: bool = False) -> Variable | None:
    """The variable that a name means here, captured by functions between; None for a built-in or unknown name."""
    found = find(r, name, pos, calling=calling)
    return found if isinstance(found, Variable) else None


def find(r: Resolver, name: str, pos: int, *, calling: bool = False) -> Found:
    """What a name means here; None and an error if unknown. With `calling` a function is not used as a value."""
    key = name
    if name.startswith("$"):
        key = CAPTURES if name[1:].isdigit() else name[1:]
    found = _find(r, key, pos, quiet=False)
    if found is None:
        _unknown(r, key, name, pos)
        return None
    if isinstance(found, Variable):
        return _used(r, found, pos, calling)
    return found


def _used(r: Resolver, variable: Variable, pos: int, calling: bool) -> Variable | None:
    if variable in r.declaring:
        r.error("Variable initialisation cannot refer to itself", pos)
        return None
    if variable.is_const or variable.kind == "class":
        return variable
    if variable.kind == "global":
        use_globals(r)
    elif variable.kind == "function":
        use_function(r, variable, pos, is_call=calling)
    elif variable.kind == "field":
        if not _check_instance(r, "field", pos):
            return None
        capture_this(r)
    elif variable.owner is not None and variable.owner is not r.function.info:
        capture(r, variable, r.function.info)
    return variable


def use_function(r: Resolver, variable: Variable, pos: int, *, is_call: bool) -> None:
    """Note that a function is used, for what its user must capture and whether it may suspend."""
    info = variable.function
    if info is None:
        return
    if info.kind == "method" and _check_instance(r, "method", pos):
        capture_this(r)
    if not is_call:
        info.is_value = True
    if r.functions:
        r.calls.add(r.function.info, info, pos, is_call=is_call)


def _check_instance(r: Resolver, what: str, pos: int) -> bool:
    if in_static_context(r):
        r.error(f"Reference to non-static {what} in static function", pos)
        return False
    return True


def in_static_context(r: Resolver) -> bool:
    return any(scope.is_static for scope in r.functions)


def _find(r: Resolver, name: str, pos: int, *, quiet: bool) -> Found:
    """Innermost first: blocks, the class's members, classes, static imports, built-in functions, globals."""
    for scope in reversed(r.functions):
        for block in reversed(scope.blocks):
            variable = block.variables.get(name)
            if variable is not None:
                return variable
    if name in ("this", "super") and r.class_info is not None:
        return _this(r, name, pos, quiet)
    found: Found = _member(r, name)
    if found is None:
        found = _class(r, name, pos)
    if found is None:
        found = r.imported_names.get(name)
    if found is None:
        found = r.registry.function(name)
    if found is None:
        found = _global(r, name, pos, quiet)
    return found


def _unknown(r: Resolver, key: str, name: str, pos: int) -> None:
    if key == CAPTURES:
        r.error(f"Reference to regex capture variable {name} in scope where no regex match has occurred", pos)
    elif key in r.undeclared_fields:
        r.error(f"Forward reference to field '{key}'", pos)
    elif key == "super":
        r.error("Reference to 'super' in class that does not extend any base class", pos)
    elif (key, pos) not in r.reported:
        r.error(f"Reference to unknown variable '{key}'", pos)


# this, fields and methods


def _this(r: Resolver, name: str, pos: int, quiet: bool) -> Variable | None:
    info = r.class_info
    if info is None or not r.functions:
        return None
    if in_static_context(r):
        if not quiet:
            r.error(f"Reference to '{name}' in static function", pos)
            r.reported.add((name, pos))
        return None
    if name == "super":
        if info.base is None:
            return None
        return this_variable(r, "super", instance_type(info.base))
    return this_variable(r, "this", instance_type(info))


def this_variable(r: Resolver, name: str, type: Type) -> Variable:
    """`this` (or `super`) of the method around us."""
    method = r.functions[0].info
    variable = r.this_variables.get((method, name))
    if variable is None:
        variable = Variable(name, type, "this", method)
        r.this_variables[method, name] = variable
    return variable


def capture_this(r: Resolver) -> None:
    """A closure in a method uses a member: it captures the method's `this`."""
    if r.class_info is not None and len(r.functions) > 1:
        capture(r, this_variable(r, "this", instance_type(r.class_info)), r.function.info)


def _member(r: Resolver, name: str) -> Variable | None:
    info = r.class_info
    if info is None or name in r.undeclared_fields:
        return None
    variable = r.members.get((info, name))
    if variable is None:
        variable = _member_variable(info, name)
        if variable is not None:
            r.members[info, name] = variable
    return variable


def _member_variable(info: ClassInfo, name: str) -> Variable | None:
    found = info.find_field(name)
    if found is not None:
        return _field_variable(found)
    method = info.find_method(name)
    return None if method is None else function_variable(method)


def _field_variable(found: FieldInfo) -> Variable:
    kind = "constant" if found.is_const else "field"
    return Variable(
        found.name,
        found.type,
        kind,
        pos=found.pos,
        is_const=found.is_const,
        is_final=found.is_final,
        is_reassigned=not found.is_final,
        const=found.const,
        is_initialised=found.default is not None,
    )


def function_variable(info: FunctionInfo, owner: FunctionInfo | None = None) -> Variable:
    """The variable that stands for a function's name."""
    return Variable(info.name or "", FUNCTION, "function", owner, info.pos, function=info, is_initialised=True)


def _class(r: Resolver, name: str, pos: int) -> Variable | None:
    if not (name[:1].isascii() and name[:1].isupper()):
        return None
    found = r.class_named(name)
    if found is None:
        return None
    info = found if isinstance(found, ClassInfo) else None
    return Variable(name, class_type(found), "class", pos=pos, class_info=info)


# Globals


def _global(r: Resolver, name: str, pos: int, quiet: bool) -> Variable | None:
    in_class = r.class_info is not None
    if in_class and not r.options.class_access_to_globals:
        if name in r.scope.globals and not quiet:
            message = f"Illegal access to global '{name}': access to globals not permitted within class scope"
            r.error(message, pos)
            r.reported.add((name, pos))
        return None
    if r.options.repl_mode and name in r.scope.repl_variables:
        return r.scope.repl_variables[name]
    variable = r.globals.get(name)
    if variable is None and (name in r.scope.globals or r.options.allow_undeclared_globals):
        variable = new_global(r, name)
    return variable


def new_global(r: Resolver, name: str) -> Variable:
    """A global variable, typed by the value that is bound when the script is compiled."""
    type = ANY if r.scope.is_eval else unboxed(r.scope.globals.get(name, ANY))
    if type.kind in ("null", "void"):
        type = ANY
    variable = Variable(name, type, "global", is_initialised=True, is_reassigned=True)
    if r.options.repl_mode:
        if boxed(type) is not type:
            variable.type, variable.unless_null = ANY, type
        r.scope.repl_variables[name] = variable
    r.globals[name] = variable
    return variable


def use_globals(r: Resolver) -> None:
    """The function that we are in needs the map of globals, and so do those around it."""
    if not r.functions:
        return
    outermost = r.functions[0].info
    variable = r.this_variables.get((outermost, "$globals"))
    if variable is None:
        variable = Variable("$globals", ANY, "globals", outermost)
        r.this_variables[outermost, "$globals"] = variable
    for scope in r.functions:
        scope.info.uses_globals = True
    if len(r.functions) > 1:
        capture(r, variable, r.function.info)


# Handlers


@handles(nodes.Name)
def _name(r: Resolver, node: nodes.Name) -> nodes.Expr | None:
    found = find(r, node.name, node.pos)
    if found is None:
        node.type = ANY
        return None
    return bind(r, node, found)


def bind(r: Resolver, node: nodes.Name, found: Variable | Signature) -> nodes.Expr | None:
    """Give a name its variable or function, and its type; the name of a method stands for `this.name`."""
    if isinstance(found, Signature):
        node.function, node.type = found, FUNCTION
        return None
    node.variable = found
    if found.kind == "global":
        r.unit.globals_read.add(found.name)
    if found.kind == "captures":
        node.type = ANY
        return None
    if found.is_const:
        node.is_const, node.const = True, found.const
    node.type, node.unless_null = found.type, found.unless_null
    if found.function is not None and found.function.kind == "method":
        this = nodes.Name("this", pos=node.pos)
        key = nodes.Literal(node.name, pos=node.pos)
        return r.expr(nodes.Access(this, ".", key, pos=node.pos))
    return None


@handles(nodes.Current)
def _current(r: Resolver, node: nodes.Current) -> None:
    """Made with its type."""


@handles(nodes.Convert)
def _convert(r: Resolver, node: nodes.Convert) -> None:
    node.operand = r.expr(node.operand)


@handles(nodes.VarDecl)
def _declaration(r: Resolver, node: nodes.VarDecl) -> None:
    type_ = resolve_type(r, node.type_name)
    inferred = is_inferred(node)
    variable = declare(
        r,
        node.name,
        type_,
        node.pos,
        is_const=node.is_const,
        is_final=node.is_final,
        initialised=node.value is not None,
    )
    node.variable = variable
    if node.value is not None:
        written = node.value
        node.value = _initialiser(r, variable, written)
        variable.initialiser = node.value
        if inferred:
            infer(r, variable, node.value)
        if variable.type is ANY and variable.kind == "local":
            r.untyped.append(variable)
        if not r.errors:
            check_initialiser(r, written, node.value, variable.unless_null or variable.type, node.assign_pos)
    elif not node.is_const:
        variable.is_reassigned = variable.is_reassigned or False
    if node.is_const:
        _constant(r, node, variable)
    set_type(node, boxed(variable.unless_null) if variable.unless_null else variable.type)


def is_inferred(node: nodes.VarDecl | nodes.Parameter) -> bool:
    """`var x = ...`, or `const X = ...` without a type."""
    if node.type_name is None:
        return isinstance(node, nodes.VarDecl) and node.is_const
    return node.type_name.path == ["var"]


def _initialiser(r: Resolver, variable: Variable, value: nodes.Expr) -> nodes.Expr:
    r.declaring.append(variable)
    try:
        return r.expr(value)
    finally:
        r.declaring.remove(variable)


def infer(r: Resolver, variable: Variable, value: nodes.Expr) -> None:
    """`var`: the initialiser's type; what may be null stays untyped."""
    type = ANY if value.unless_null is not None else static_type(value)
    if variable.kind == "global" and boxed(type) is not type:
        variable.type, variable.unless_null = ANY, type
    else:
        variable.type = ANY if type.kind in ("null", "void") else type


def _constant(r: Resolver, node: nodes.VarDecl, variable: Variable) -> None:
    value = node.value
    if value is None or not value.is_const:
        r.error("Constants must be initialised to simple constant values", node.pos if value is None else value.pos)
        return
    variable.const = constant_as(r, value.const, variable.type, node.pos)


def top_block(r: Resolver) -> BlockScope:
    return r.functions[0].blocks[0]
