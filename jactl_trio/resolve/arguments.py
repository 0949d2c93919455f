"""Arguments of a call whose target is known: how many, of which types, named or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..structs import Struct
from ..syntax import nodes
from ..values.numbers import wrap_int
from ..values.promotion import RANKS, count_value
from ..values.signature import MANDATORY, Param, Signature
from ..values.types import Type
from .conversions import is_castable, is_for_as
from .model import ClassInfo, FunctionInfo
from .types import static_type, text

if TYPE_CHECKING:
    from .resolver import Resolver


class Parameters(Struct):
    """What a function takes. `names` are all names of each parameter, the usual one first."""

    names: Sequence[tuple[str, ...]]
    types: Sequence[Type]
    mandatory: frozenset[int]
    is_varargs: bool = False
    constructor_of: ClassInfo | None = None
    params: Sequence[Param] = ()  # of a built-in

    @property
    def mandatory_count(self) -> int:
        return len(self.mandatory)


def parameters_of(target: FunctionInfo | Signature) -> Parameters:
    """The parameters of a script's or built-in function."""
    if isinstance(target, FunctionInfo):
        return Parameters(
            [(param.name,) for param in target.params],
            [param.type for param in target.params],
            frozenset(index for index, param in enumerate(target.params) if param.is_mandatory),
        )
    aliases = target.aliases
    names = [
        (param.name, *(aliases[index] if index < len(aliases) else ())) for index, param in enumerate(target.params)
    ]
    mandatory = frozenset(
        index for index, param in enumerate(target.params) if param.default is MANDATORY and not _is_rest(target, index)
    )
    return Parameters(names, [param.type for param in target.params], mandatory, target.varargs, params=target.params)


def _is_rest(target: Signature, index: int) -> bool:
    return target.varargs and index == len(target.params) - 1


def constructor_parameters(info: ClassInfo) -> Parameters:
    """The mandatory fields of a class, which `new X(...)` takes in their order."""
    fields = [field for field in info.all_fields().values() if field.is_mandatory]
    names = [(field.name,) for field in fields]
    return Parameters(names, [field.type for field in fields], frozenset(range(len(fields))), constructor_of=info)


def check_arguments(r: Resolver, args: list[nodes.Expr], params: Parameters, pos: int) -> bool:
    """Report what is wrong; False where only the run can tell (one List may stand for all arguments)."""
    if is_named(args):
        _check_named(r, args[0], params, pos)
        return True
    if _decided_at_run_time(args, params):
        return False
    if len(args) > len(params.types) and not params.is_varargs:
        _too_many(r, len(args), params, pos)
    elif len(args) < params.mandatory_count:
        missing = [names[0] for names in params.names[len(args) : max(params.mandatory) + 1]]
        r.late_error(_missing(missing, params), pos)
    else:
        for index, (arg, type) in enumerate(zip(args, params.types, strict=False)):
            if params.is_varargs and type is params.types[-1] and len(params.types) <= len(args):
                break
            _check_type(r, arg, type)
            _check_minimum(r, arg, params, index)
    return True


def is_named(args: list[nodes.Expr]) -> bool:
    return len(args) == 1 and isinstance(args[0], nodes.MapLiteral) and args[0].is_named_args


def _decided_at_run_time(args: list[nodes.Expr], params: Parameters) -> bool:
    if params.constructor_of is not None or len(args) != 1:
        return False
    kind = static_type(args[0]).kind
    if kind not in ("Object", "List") or len(params.types) == 1 or params.mandatory_count == 1:
        return False
    return params.mandatory_count > 1 or not params.types or kind == "Object" or params.types[0].kind != "List"


def _too_many(r: Resolver, count: int, params: Parameters, pos: int) -> None:
    wanted = len(params.types)
    if params.constructor_of is not None:
        there = "there is" if wanted == 1 else "there are"
        only = f"only {wanted}" if wanted else "no"
        fields = "field" if wanted == 1 else "fields"
        message = f"Too many arguments for constructor (passed {count} but {there} {only} mandatory {fields})"
        r.late_error(message, pos)
        return
    r.late_error(f"Too many arguments (passed {count} but expected only {wanted})", pos)


def _missing(names: list[str], params: Parameters) -> str:
    what = "argument" if params.constructor_of is None else "field"
    return f"Missing mandatory {what}{'' if len(names) == 1 else 's'}: {', '.join(names)}"


def _check_type(r: Resolver, arg: nodes.Expr, type: Type) -> None:
    from .conversions import check_null
    from .types import is_null

    source = static_type(arg)
    if source.kind == "Map" and isinstance(type.cls, ClassInfo):
        if isinstance(arg, nodes.MapLiteral) and is_constant_map(arg):
            _check_named(r, arg, constructor_parameters(type.cls), arg.pos)
        return
    if not is_castable(source, type):
        r.late_error(f"Cannot convert argument of type {text(source)} to parameter type of {text(type)}", arg.pos)
    elif is_for_as(source, type) or (source.kind, type.kind) == ("String", "Number"):
        r.late_error(f"Cannot convert {text(source)} to {text(type)}", arg.pos)
    elif is_null(arg) and type.kind == "Number":
        r.late_error(f"Cannot convert null value to {text(type)}", arg.pos)
    elif is_null(arg):
        check_null(r, type, arg.pos)


def check_minimums(r: Resolver, args: list[nodes.Expr], params: Parameters) -> None:
    for index, arg in enumerate(args):
        _check_minimum(r, arg, params, index)


def _check_minimum(r: Resolver, arg: nodes.Expr, params: Parameters, index: int) -> None:
    """A constant that is too small for the parameter."""
    param = params.params[index] if index < len(params.params) else None
    value = arg.const if arg.is_const else None
    if param is None or param.minimum is None or type(value) not in RANKS:
        return
    if count_value(value) < param.minimum or wrap_int(count_value(value)) < param.minimum:
        r.late_error(param.too_small, arg.pos)


def is_constant_map(node: nodes.MapLiteral) -> bool:
    """Are all keys plain strings?"""
    return all(isinstance(key, nodes.Literal) and isinstance(key.value, str) for key, _ in node.entries)


def _check_named(r: Resolver, arg: nodes.Expr, params: Parameters, pos: int) -> None:
    """Named arguments; for a constructor any field may be given."""
    assert isinstance(arg, nodes.MapLiteral)
    names, types, mandatory = params.names, params.types, params.mandatory
    if params.constructor_of is not None:
        fields = list(params.constructor_of.all_fields().values())
        names = [(field.name,) for field in fields]
        types = [field.type for field in fields]
        mandatory = frozenset(index for index, field in enumerate(fields) if field.is_mandatory)
    given = {key.value: (key, value) for key, value in arg.entries if isinstance(key, nodes.Literal)}
    missing = []
    for index, (aliases, type) in enumerate(zip(names, types, strict=True)):
        found = next((name for name in aliases if name in given), None)
        if found is None:
            if index in mandatory:
                missing.append(aliases[0])
        else:
            value = given.pop(found)[1]
            _check_type(r, value, type)
            _check_minimum(r, value, params, index)
    _check_unknown(r, given, params)
    if missing:
        r.late_error(_missing(missing, params), pos)


def _check_unknown(r: Resolver, left: dict[Any, tuple[nodes.Literal, nodes.Expr]], params: Parameters) -> None:
    if not left:
        return
    first = next(iter(left.values()))[0]
    names = ", ".join(str(name) for name in left)
    plural = "" if len(left) == 1 else "s"
    if params.constructor_of is not None:
        owner = f"Instance<{params.constructor_of.full_name}>"
        r.late_error(f"No such field{plural}: {names} in object of type {owner}", first.pos)
    else:
        r.late_error(f"No such parameter{plural}: {names}", first.pos)
