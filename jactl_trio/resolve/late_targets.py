"""A method call whose receiver's type was found after all checks -> the built-in method that it will find, if sure.

Nothing may differ from finding the method when the call is executed: so each argument has its parameter's type
already, and no argument is checked for its size there.
"""

from __future__ import annotations

from collections.abc import Callable

from ..syntax import nodes
from ..values.signature import Param, Signature
from ..values.types import ANY, FUNCTION, ITERATOR, LIST, Type
from .nullness import is_never_null

TypeOf = Callable[[nodes.Expr], Type | None]


def late_target(node: nodes.MethodCall, signature: Signature | None, type_of: TypeOf) -> Signature | None:
    """The signature itself where the call fits it."""
    if signature is None or signature.is_static or signature.varargs or signature.host is not None or node.op != ".":
        return None
    if signature.receiver is None or signature.receiver is ANY or signature.return_type.kind in ("void", "class"):
        return None
    params = signature.params
    if not signature.mandatory_count <= len(node.args) <= len(params) or _is_one_of_several(node, params):
        return None
    return signature if all(_fits(arg, param, type_of) for arg, param in zip(node.args, params, strict=False)) else None


def result_of(node: nodes.MethodCall, signature: Signature) -> Type:
    """The type of the call: a pipeline that is not chained on becomes a list."""
    result = signature.return_type
    return LIST if result is ITERATOR and not node.is_chained else result


def _is_one_of_several(node: nodes.MethodCall, params: tuple[Param, ...]) -> bool:
    """A lone argument for several parameters may be a List of all of them."""
    return len(node.args) == 1 and len(params) > 1 and params[0].type is ANY


def _fits(arg: nodes.Expr, param: Param, type_of: TypeOf) -> bool:
    if isinstance(arg, nodes.MapLiteral) and arg.is_named_args:
        return False
    if param.type is FUNCTION:
        return isinstance(arg, nodes.FunctionNode)
    if param.minimum is not None:
        return False
    return param.type is ANY or (type_of(arg) is param.type and is_never_null(arg))
