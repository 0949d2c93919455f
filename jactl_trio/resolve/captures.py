"""What functions capture: variables of those around them, the map of globals, and what those they use capture.

A function that calls another one, or takes it as a value, builds its environment, and so needs every captured
variable of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..structs import Struct, field
from .model import FunctionInfo, Variable

if TYPE_CHECKING:
    from .resolver import Resolver


class Use(Struct):
    """A function is called or taken as a value."""

    user: FunctionInfo
    used: FunctionInfo
    pos: int
    is_call: bool


class CallGraph(Struct):
    """Which function uses which."""

    uses: list[Use] = field(default_factory=list)
    earliest: dict[FunctionInfo, int] = field(default_factory=dict)  # the first place where a function is used

    def add(self, user: FunctionInfo, used: FunctionInfo, pos: int, *, is_call: bool) -> None:
        self.uses.append(Use(user, used, pos, is_call))
        self.earliest[used] = min(pos, self.earliest.get(used, pos))

    def add_closure(self, user: FunctionInfo, used: FunctionInfo, pos: int) -> None:
        """A closure captures as it is resolved; the use only matters for who may suspend."""
        self.uses.append(Use(user, used, pos, False))

    def add_method(self, user: FunctionInfo, used: FunctionInfo, pos: int) -> None:
        """A method captures nothing; the use only matters for who may suspend."""
        self.uses.append(Use(user, used, pos, True))


def capture(r: Resolver, variable: Variable, function: FunctionInfo) -> None:
    """Let a function and those around it, up to the variable's own, capture the variable."""
    variable.is_captured = True
    current: FunctionInfo | None = function
    while current is not None and current is not variable.owner:
        if variable not in current.captures:
            current.captures.append(variable)
            _check_forward(r, current, variable)
        current = current.parent


def _check_forward(r: Resolver, function: FunctionInfo, variable: Variable) -> None:
    """A function may not be used before a variable that it captures is declared."""
    if function.name is None or variable.kind in ("globals", "this"):
        return
    earliest = r.calls.earliest.get(function)
    if earliest is not None and earliest < variable.pos:
        what = f"Forward reference to function {function.name} that closes over variable {variable.name}"
        r.error(f"{what} not yet declared at time of reference", earliest)


def check_early_values(r: Resolver) -> None:
    """A function that takes a later one as a value would do so before that one exists."""
    early: dict[FunctionInfo, list[str]] = {}
    for use in r.calls.uses:
        if use.is_call or use.used.kind != "function" or use.used.pos < use.pos:
            continue
        user = _beside(use.user, use.used)
        if user is None:
            r.error("Forward reference to uninitialised value", use.pos)
        elif user.name is not None and user.pos < use.used.pos and use.used.name not in early.setdefault(user, []):
            early[user].append(use.used.name or "")
    for user, found in early.items():
        several = len(found) > 1
        what = f"variable{'s' if several else ''} {','.join(found)} that {'have' if several else 'has'}"
        r.error(f"Function {user.name} closes over {what} not yet been initialised", user.pos)


def _beside(user: FunctionInfo, used: FunctionInfo) -> FunctionInfo | None:
    """`user`, or the function around it, that stands in the same function as `used`; None: `user` is that function."""
    current: FunctionInfo | None = user
    while current is not None and current is not used.parent:
        if current.parent is used.parent:
            return current
        current = current.parent
    return None


def capture_transitively(r: Resolver) -> None:
    """Whoever uses a function captures what it captures; to a fixed point."""
    users: dict[FunctionInfo, list[FunctionInfo]] = {}
    for use in r.calls.uses:
        users.setdefault(use.used, []).append(use.user)
    waiting = [info for info in users if info.captures]
    while waiting:
        used = waiting.pop()
        for user in users.get(used, ()):
            for variable in used.captures:
                waiting += _pass_on(r, variable, user)


def _pass_on(r: Resolver, variable: Variable, user: FunctionInfo) -> list[FunctionInfo]:
    """The functions that capture the variable now and did not before."""
    changed: list[FunctionInfo] = []
    current: FunctionInfo | None = user
    while current is not None and current is not variable.owner and variable not in current.captures:
        current.captures.append(variable)
        _check_forward(r, current, variable)
        changed.append(current)
        current = current.parent
    return changed
