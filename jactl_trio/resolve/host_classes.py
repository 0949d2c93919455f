"""`new X(...)`, `X.CONSTANT` and members of objects, X being a Python class that the context opens -> resolved nodes.

What an object's method or field is, its own class says when the script runs; here only the names are checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..syntax import nodes
from ..values.hosttypes import HostType
from ..values.signature import Signature
from ..values.types import ANY, FUNCTION, Type
from .arguments import check_arguments, parameters_of
from .types import _NAMED, static_type

if TYPE_CHECKING:
    from .resolver import Resolver


def opened_class(r: Resolver, name: nodes.TypeName) -> HostType | None:
    """The opened class of that name; None if it names anything else."""
    if r.registry.host_classes is None or name.type is not None or name.path[0] in _NAMED:
        return None
    found = r.find_class(name.path, name.pos)
    if found is None:
        name.type = ANY  # the error has been told
    return _opened(found) if isinstance(found, Type) else None


def new_host_object(r: Resolver, node: nodes.New, host: HostType) -> nodes.Expr:
    """`new X(...)`: a call of the class."""
    args = [r.expr(arg) for arg in node.args or []]
    signature = r.registry.host_classes.constructor(host) if r.registry.host_classes else None
    if signature is None:
        r.error(f"Could not find public constructor in class {host.full_name}", node.pos)
        node.type = ANY
        return node
    return _call(r, signature, args, node.open_pos or node.pos)


def constant_of_class(r: Resolver, node: nodes.Access) -> nodes.Expr | None:
    """`X.CONSTANT`: a call of what reads it."""
    parent = static_type(node.parent)
    host = _opened(parent)
    name = node.key.value if isinstance(node.key, nodes.Literal) else None
    if host is None or parent.kind != "class" or not isinstance(name, str) or r.registry.host_classes is None:
        return None
    signature = r.registry.host_classes.constant(host, name)
    return None if signature is None else _call(r, signature, [], node.key.pos)


def host_field(r: Resolver, parent: Type, name: str) -> bool:
    """Is it a field of objects of an opened class?"""
    host = _opened(parent)
    if host is None or parent.kind != "instance" or r.registry.host_classes is None:
        return False
    return r.registry.host_classes.has_field(host.python_class, name)


def is_of_opened_class(parent: Type, target: Any) -> bool:
    """Is the target a method of an object (not of the class) that an opened class has?"""
    if _opened(parent) is None or parent.kind != "instance" or not isinstance(target, Signature):
        return False
    return not target.is_static and target.receiver is not ANY


def _opened(type: Type) -> HostType | None:
    return type.cls if isinstance(type.cls, HostType) and type.cls.is_opened else None


def _call(r: Resolver, signature: Signature, args: list[nodes.Expr], pos: int) -> nodes.Expr:
    callee = nodes.Name(signature.name, pos=pos)
    callee.type = FUNCTION
    call = nodes.Call(callee, args, pos=pos)
    call.target, call.type = signature, signature.return_type
    r.at_end.append(lambda: _check(r, args, signature, pos))
    return call


def _check(r: Resolver, args: list[nodes.Expr], signature: Signature, pos: int) -> None:
    check_arguments(r, args, parameters_of(signature), pos)
