"""What the language's own functions may know of a closure that they are given, so as to call it fast."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any

from .arguments import UNSET


def takes_two(closure: Any) -> bool:
    """Does a list of two elements stand for exactly two arguments? Then they can be given without the list."""
    function = closure.__func__ if type(closure) is MethodType else None
    if type(function) is not FunctionType or function.__defaults__ != (UNSET, UNSET):
        return False
    return not function.__dict__.get(OPTIONAL, False)


def plain_form(closure: Any, count: int) -> Any:
    """The closure without tests of its arguments, to be given exactly `count` of them by position: 1 or 2.

    A checkpoint holds it as the closure itself.
    """
    function = closure.__func__ if type(closure) is MethodType else None
    if type(function) is not FunctionType or not function.__dict__:
        return closure
    form = function.__dict__.get(PLAIN)
    return closure if form is None or form.__code__.co_argcount != count + 1 else MethodType(form, closure.__self__)


def natural_order(closure: Any) -> tuple[int, str | None]:
    """As the compiler has marked them: (1, None) for `{ a, b -> a <=> b }`, (-1, None) for `{ a, b -> b <=> a }`.

    (1, 'x') and (-1, 'x') for those of `{ a, b -> a.x <=> b.x }`; (0, None) for all others.
    """
    function = closure.__func__ if type(closure) is MethodType else None
    if type(function) is not FunctionType:
        return 0, None
    order: tuple[int, str | None] = function.__dict__.get(ORDER, (0, None))
    return order


PLAIN = "plain form"
ORDER = "natural order"
OPTIONAL = "has an optional parameter"  # of two: a list of two elements may then stand for the first one
