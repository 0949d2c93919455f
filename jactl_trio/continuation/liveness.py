"""A lowered function -> the names that are needed after each of its sites.

Backward dataflow.  The structured tree is first flattened into steps with successors, each with the set of
names that it reads before writing them (`gen`) and that it always writes (`kill`); sets are bits of a Python int, so
that main programs with 20,000 statements stay cheap.  Then the steps are swept from the last to the
first until nothing changes: one sweep more than loops are nested.

A call that fails goes on in the handlers of the try statements around it, so what those need is live at every
step inside.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .sites import with_first_part

_Set = int  # bit i: name number i


@dataclass(slots=True)
class Liveness:
    """names: the locals by number; after[line]: what is live after the site at that line; at_entry: at the start."""

    names: list[str]
    after: dict[int, _Set]
    at_entry: _Set

    def names_of(self, live: _Set) -> tuple[str, ...]:
        """The names of a set, sorted."""
        found = []
        while live:
            lowest = live & -live
            found.append(self.names[lowest.bit_length() - 1])
            live ^= lowest
        return tuple(sorted(found))


def analyse(tree: ast.FunctionDef, site_of: Callable[[ast.stmt], int | None]) -> Liveness:
    """The live names after every site; `site_of` gives the line of the site that a statement is, or None."""
    flow = _Flow(_Locals(tree), site_of)
    entry = flow.block(tree.body, flow.exit)
    flow.solve()
    names = flow.locals.names
    return Liveness(names, {line: flow.after_site(step) for line, step in flow.sites}, flow.live_in[entry])


def is_hint(name: str) -> bool:
    """Is it a local that is found anew before its loop is entered again, and may be null until then?"""
    return name.startswith("$")


def finds_hint(statement: ast.stmt) -> bool:
    """Is it the assignment of a hint, before its loop?"""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    return isinstance(target, ast.Name) and is_hint(target.id)


class _Locals:
    """The function's own names and their numbers, but for hints: no frame holds them."""

    def __init__(self, tree: ast.FunctionDef) -> None:
        self.names: list[str] = []
        self.bits: dict[str, _Set] = {}
        args = tree.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None:
                self._add(arg.arg)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self._add(node.id)
            elif (isinstance(node, ast.ExceptHandler) and node.name) or (
                isinstance(node, ast.MatchAs | ast.MatchStar) and node.name
            ):
                self._add(node.name)

    def _add(self, name: str) -> None:
        if name not in self.bits and not is_hint(name):
            self.bits[name] = 1 << len(self.names)
            self.names.append(name)


@dataclass(slots=True)
class _Step:
    """One statement, or a part of one, and where it leads to."""

    gen: _Set = 0
    kill: _Set = 0
    next: tuple[int, ...] = ()
    handlers: tuple[int, ...] = ()  # where an error goes
    site_gen: _Set = 0  # what a site's statement reads after its call


@dataclass(slots=True)
class _Flow:
    """The steps, in reverse: a step's number is smaller than those of the steps before it, loops apart."""

    locals: _Locals
    site_of: Callable[[ast.stmt], int | None]
    steps: list[_Step] = field(default_factory=lambda: [_Step()])
    sites: list[tuple[int, int]] = field(default_factory=list)  # line, step
    live_in: list[_Set] = field(default_factory=list)
    handlers: tuple[int, ...] = ()
    breaks: int = 0
    continues: int = 0
    returns: tuple[int, ...] = (0,)
    exit: int = 0

    def solve(self) -> None:
        live_in = self.live_in = [0] * len(self.steps)
        changed = True
        while changed:
            changed = False
            for number, step in enumerate(self.steps):
                live = step.gen | (self._joined(step.next) & ~step.kill) | self._joined(step.handlers)
                if live != live_in[number]:
                    live_in[number] = live
                    changed = True

    def after_site(self, number: int) -> _Set:
        step = self.steps[number]
        return (self._joined(step.next) & ~step.kill) | self._joined(step.handlers) | step.site_gen

    def _joined(self, numbers: Iterable[int]) -> _Set:
        live = 0
        for number in numbers:
            live |= self.live_in[number]
        return live

    def step(self, effect: tuple[_Set, _Set], *following: int) -> int:
        self.steps.append(_Step(effect[0], effect[1], following, self.handlers))
        return len(self.steps) - 1

    def block(self, statements: Sequence[ast.stmt], following: int) -> int:
        """Add the steps of a block that goes on at `following`; the number of its first step."""
        for statement in reversed(statements):
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                following = handler(self, statement, following)
            else:
                following = self.simple(statement, following)
        return following

    def simple(self, statement: ast.stmt, following: int) -> int:
        number = self.step(self.effect(statement), following)
        line = self.site_of(statement)
        if line is not None:
            assert isinstance(statement, ast.Assign | ast.Expr | ast.Return) and statement.value is not None
            self.sites.append((line, number))
            rest = with_first_part(statement.value, ast.Constant(None))
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            self.steps[number].site_gen = self.effect(rest, *targets)[0]
        return number

    # Expressions: what they read before writing, and what they always write

    def effect(self, *nodes: ast.AST | None) -> tuple[_Set, _Set]:
        gen = kill = 0
        for node in nodes:
            if node is not None:
                part_gen, part_kill = self._one(node)
                gen |= part_gen & ~kill
                kill |= part_kill
        return gen, kill

    def _one(self, node: ast.AST) -> tuple[_Set, _Set]:
        handler = _EXPRESSIONS.get(type(node))
        if handler is not None:
            return handler(self, node)
        return self.effect(*ast.iter_child_nodes(node))

    def _name(self, node: ast.Name) -> tuple[_Set, _Set]:
        bit = self.locals.bits.get(node.id, 0)
        return (bit, 0) if isinstance(node.ctx, ast.Load) else (0, bit)

    def _value_first(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> tuple[_Set, _Set]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return self.effect(node.value, *targets)

    def _augmented(self, node: ast.AugAssign) -> tuple[_Set, _Set]:
        gen, kill = self.effect(node.value)
        target_gen, target_kill = self.effect(node.target)
        return gen | target_gen | target_kill, kill | target_kill

    def _conditional(self, node: ast.IfExp) -> tuple[_Set, _Set]:
        gen, kill = self.effect(node.test)
        first, second = self.effect(node.body), self.effect(node.orelse)
        return gen | ((first[0] | second[0]) & ~kill), kill | (first[1] & second[1])

    def _first_always(self, node: ast.BoolOp | ast.Compare) -> tuple[_Set, _Set]:
        if isinstance(node, ast.BoolOp):
            parts: list[ast.expr] = node.values
            always = 1
        else:
            parts = [node.left, *node.comparators]
            always = 2
        return self.effect(*parts)[0], self.effect(*parts[:always])[1]

    def _own_scope(self, node: ast.AST) -> tuple[_Set, _Set]:
        gen = 0
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                gen |= self.locals.bits.get(part.id, 0)
        return gen, 0

    # Statements with blocks, and those that leave them

    def _if(self, node: ast.If, following: int) -> int:
        body = self.block(node.body, following)
        orelse = self.block(node.orelse, following)
        return self.step(self.effect(node.test), body, orelse)

    def _while(self, node: ast.While, following: int) -> int:
        after = self.block(node.orelse, following)
        # The head stands in the table before the body, which goes on there; it gets its successors last.
        head = self.step(self.effect(node.test))
        body = self.loop_body(node.body, head, following)
        self.steps[head].next = (body,) if _is_true(node.test) else (body, after)
        return head

    def _for(self, node: ast.For, following: int) -> int:
        after = self.block(node.orelse, following)
        # A loop that is entered again in the middle needs its iterator until the end, so that the head reads it.
        head = self.step(self.effect(node.iter))
        body = self.step(self.effect(node.target), self.loop_body(node.body, head, following))
        self.steps[head].next = (body, after)
        return head

    def loop_body(self, body: Sequence[ast.stmt], head: int, following: int) -> int:
        outer = self.breaks, self.continues
        self.breaks, self.continues = following, head
        first = self.block(body, head)
        self.breaks, self.continues = outer
        return first

    def _try(self, node: ast.Try, following: int) -> int:
        outer, outer_returns = self.handlers, self.returns
        if node.finalbody:
            end = self.step((0, 0), following, *self.returns, *self.handlers)
            following = self.block(node.finalbody, end)
            self.handlers = self.returns = (following,)
        starts = tuple(self._handler(handler, following) for handler in node.handlers)
        orelse = self.block(node.orelse, following)
        self.handlers = starts + self.handlers
        body = self.step((0, 0), self.block(node.body, orelse))
        self.handlers, self.returns = outer, outer_returns
        return body

    def _handler(self, handler: ast.ExceptHandler, following: int) -> int:
        bit = self.locals.bits[handler.name] if handler.name else 0
        body = self.step((0, bit), self.block(handler.body, following))
        return self.step(self.effect(handler.type), body)

    def _with(self, node: ast.With, following: int) -> int:
        outer = self.handlers
        self.handlers = (following, *outer)  # the context manager may swallow an error
        body = self.block(node.body, following)
        self.handlers = outer
        parts = [part for item in node.items for part in (item.context_expr, item.optional_vars)]
        return self.step(self.effect(*parts), body)

    def _match(self, node: ast.Match, following: int) -> int:
        cases = []
        for case in node.cases:
            gen = self._own_scope(case.pattern)[0] | self.effect(case.guard)[0]
            cases.append(self.step((gen, 0), self.block(case.body, following)))
        return self.step(self.effect(node.subject), *cases, following)

    def _return(self, node: ast.Return, following: int) -> int:
        number = self.simple(node, following)
        self.steps[number].next = self.returns
        return number

    def _raise(self, node: ast.Raise, following: int) -> int:
        return self.step(self.effect(node.exc, node.cause))

    def _break(self, node: ast.Break, following: int) -> int:
        return self.step((0, 0), self.breaks)

    def _continue(self, node: ast.Continue, following: int) -> int:
        return self.step((0, 0), self.continues)

    def _delete(self, node: ast.Delete, following: int) -> int:
        return self.step(self.effect(*node.targets), following)


def _is_true(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


_STATEMENTS: dict[type, Callable[..., int]] = {
    ast.If: _Flow._if,
    ast.While: _Flow._while,
    ast.For: _Flow._for,
    ast.Try: _Flow._try,
    ast.With: _Flow._with,
    ast.Match: _Flow._match,
    ast.Return: _Flow._return,
    ast.Raise: _Flow._raise,
    ast.Break: _Flow._break,
    ast.Continue: _Flow._continue,
    ast.Delete: _Flow._delete,
}

_EXPRESSIONS: dict[type, Callable[..., tuple[_Set, _Set]]] = {
    ast.Name: _Flow._name,
    ast.Assign: _Flow._value_first,
    ast.AnnAssign: _Flow._value_first,
    ast.NamedExpr: _Flow._value_first,
    ast.AugAssign: _Flow._augmented,
    ast.IfExp: _Flow._conditional,
    ast.BoolOp: _Flow._first_always,
    ast.Compare: _Flow._first_always,
    ast.Lambda: _Flow._own_scope,
    ast.ListComp: _Flow._own_scope,
    ast.SetComp: _Flow._own_scope,
    ast.DictComp: _Flow._own_scope,
    ast.GeneratorExp: _Flow._own_scope,
    ast.FunctionDef: _Flow._own_scope,
}
