"""A lowered function with sites -> its resume entry, which goes on right after any one of them.

    entry(number of the site, value of its call, error to raise instead or None, *live locals)

The entry is the function's own body under guards on `$at`, which holds the number of the site to go to, and 0 from
there on.  Sites are numbered in the order of the text, so one comparison skips a whole stretch of statements;
stretches are nested, eight by eight, so that reaching the last of 20,000 statements takes a dozen comparisons.

    x = f(a)                if $at: $at = 0; x = $value
                            else: x = f(a)

    x = y + f(a)            if $at: $at = 0; x = y + $value
                            else: x = y + f(a)

    while test: body        $first1 = $at              the partial iteration: `continue` and the body's end
                            while $first1:             lead to the else clause, `break` goes past it
                                $first1 = 0
                                body, under guards
                            else:
                                while test: body       the function's own loop, at full speed

    for x in it: body       the same, with the for loop itself in the else clause: `it`, a local that holds the
                            iterator of a list, goes on where it was

    for i in range(i, n): body   the same, with `i = i + 1` before the loop where a part of an iteration came
                            first: i says where the range was. Hints that stand before the loop come there too

    if test: A else: B      if ($at <= last of A) if $at else test: A, under guards
                            else: B, under guards

Tried and lost: one entry for each site (quadratic in code), guards that stay in loops (a resumed
loop stayed 30 % slower). A `for` is resumable over the iterator of a list, which is a list and an index and can be
saved, and over a range from the loop's own variable; a `while` over an index costs 30 ns more a round.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import InternalError
from .liveness import finds_hint
from .sites import blocks, liveness_of, passages_of, site_statement, with_first_part
from .unit import Code, Passage, Site

_FAN_OUT = 8
_AT, _VALUE, _ERROR = "$at", "$value", "$error"
_LOAD, _STORE = ast.Load(), ast.Store()
_Node = TypeVar("_Node", bound=ast.AST)


def make_resume_entry(code: Code) -> Callable[..., Any]:
    """Compile the resume entry of a function; kept in the Code from then on."""
    tree = resume_tree(code)
    module = ast.Module(body=[tree], type_ignores=[])
    made: dict[str, Any] = {}
    exec(compile(module, code.function.__code__.co_filename, "exec", dont_inherit=True), code.namespace, made)
    entry: Callable[..., Any] = made[tree.name]
    code.resume_entry = entry
    passages_of(code.unit)[id(entry.__code__)] = Passage(code)
    return entry


def resume_tree(code: Code) -> ast.FunctionDef:
    """The resume entry as a tree; numbers the sites."""
    body = _Pass(code).function()
    liveness = liveness_of(code)
    union = 0
    for live in liveness.after.values():
        union |= live
    code.resume_names = liveness.names_of(union)
    body[:0] = [_out_of_cell(name, code.tree) for name in code.resume_names if name in code.was_cell]
    parameters = [_new(ast.arg, code.tree, arg=name) for name in (_AT, _VALUE, _ERROR, *code.resume_names)]
    args = ast.arguments(posonlyargs=parameters, args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    body = _all_set(code.tree, body, {parameter.arg for parameter in parameters}) + body
    tree = _new(ast.FunctionDef, code.tree, name=code.tree.name, args=args, body=body, decorator_list=[])
    tree.type_params = []  # type: ignore[attr-defined] # wanted from 3.12 on
    return tree


def _all_set(at: ast.AST, body: Sequence[ast.stmt], parameters: set[str]) -> list[ast.stmt]:
    """Gives every local a value: one without costs 400 ns, a KeyError inside Python, when f_locals is asked for."""
    stored = {
        node.id
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    targets: list[ast.expr] = [_new(ast.Name, at, id=name, ctx=_STORE) for name in sorted(stored - parameters)]
    return [_new(ast.Assign, at, targets=targets, value=_new(ast.Constant, at, value=None))] if targets else []


@dataclass(slots=True)
class _Element:
    """A stretch of statements with at least one site; `last` is the number of its last one."""

    last: int
    statements: list[ast.stmt]


@dataclass(slots=True)
class _Pass:
    """Over the body of one function."""

    code: Code
    last: dict[int, int] = field(default_factory=dict)  # by id of a statement that is or holds sites
    count: int = 0
    loops: int = 0

    def function(self) -> list[ast.stmt]:
        self.number(self.code.tree.body)
        return self.block(self.code.tree.body)

    def number(self, statements: Sequence[ast.stmt]) -> int:
        """Number the sites of a block in the order of the text; how many there are."""
        before = self.count
        for statement in statements:
            start = self.count
            site = site_statement(self.code, statement)
            if site is not None:
                self.count += 1
                site.number = self.count
            else:
                for inner in blocks(statement):
                    self.number(inner)
            if self.count > start:
                self.last[id(statement)] = self.count
        return self.count - before

    def last_of(self, statements: Sequence[ast.stmt]) -> int:
        """Number of the last site in a block, 0 if it has none."""
        return max((self.last.get(id(statement), 0) for statement in statements), default=0)

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block that is entered either with $at == 0 or at a site inside it."""
        elements: list[_Element] = []
        before: list[ast.stmt] = []
        for statement in statements:
            last = self.last.get(id(statement))
            if last is None:
                before.append(statement)
            else:
                elements.append(_Element(last, self.entered(statement, before)))
                before = []
        return _guarded(elements) + before

    def entered(self, statement: ast.stmt, before: list[ast.stmt]) -> list[ast.stmt]:
        """`before` and then the statement, which holds sites; both skipped as far as $at says."""
        site = site_statement(self.code, statement)
        if site is not None:
            return [_if(_name(_AT, statement), self.injected(statement, site), [*before, statement])]
        if isinstance(statement, ast.For):
            hints = [one for one in before if finds_hint(one)]
            before = [one for one in before if not finds_hint(one)]
        skipped = [_if(_not(_name(_AT, before[0])), before, [])] if before else []
        if isinstance(statement, ast.For):
            return skipped + self._for(statement, hints)
        handler = _COMPOUND.get(type(statement))
        if handler is None:
            raise self.refused(statement, f"inside a {type(statement).__name__.lower()} statement")
        return skipped + handler(self, statement)

    def injected(self, statement: ast.stmt, site: Site) -> list[ast.stmt]:
        """What a site does instead of its call when it is resumed."""
        done = [_set(_AT, _constant(0, statement))]
        if self.code.handles_errors:
            present = _compare(_ERROR, ast.IsNot(), None, statement)
            done.append(_if(present, [_new(ast.Raise, statement, exc=_name(_ERROR, statement))], []))
        assert isinstance(statement, ast.Assign | ast.Expr | ast.Return) and statement.value is not None
        value = with_first_part(statement.value, _name(_VALUE, statement))
        if isinstance(statement, ast.Return):
            done.append(_new(ast.Return, statement, value=value))
        elif isinstance(statement, ast.Assign):
            done.append(_new(ast.Assign, statement, targets=statement.targets, value=value))
            done.append(_set(_VALUE, _constant(None, statement)))  # let go of it
        return done

    def _if(self, statement: ast.If) -> list[ast.stmt]:
        first, second = self.last_of(statement.body), self.last_of(statement.orelse)
        at, test = _name(_AT, statement), statement.test
        if not second:
            test = _new(ast.BoolOp, statement, op=ast.Or(), values=[at, test])
        elif not first:
            test = _new(ast.BoolOp, statement, op=ast.And(), values=[_not(at), test])
        else:
            test = _new(ast.IfExp, statement, test=at, body=_compare(_AT, ast.LtE(), first, statement), orelse=test)
        return [_if(test, self.block(statement.body), self.block(statement.orelse))]

    def _while(self, statement: ast.While) -> list[ast.stmt]:
        in_body = self.last_of(statement.body)
        if not in_body:
            return [_if(_name(_AT, statement), self.block(statement.orelse), [statement])]
        whole = self.partial_iteration(statement)
        if self.last_of(statement.orelse):
            whole = [_if(_compare(_AT, ast.Gt(), in_body, statement), self.block(statement.orelse), whole)]
        return whole

    def _for(self, statement: ast.For, hints: Sequence[ast.stmt]) -> list[ast.stmt]:
        if self.last_of(statement.orelse):
            raise self.refused(statement, "in the else clause of a for loop")
        if isinstance(statement.iter, ast.Name):
            return self.partial_iteration(statement)
        walked = _range(statement)
        if walked is None:
            raise self.refused(statement, "in a for loop over neither a list's iterator in a local nor a range")
        resumed = f"$resumed{self.loops + 1}"
        count = _if(_name(resumed, statement), [_count(statement, walked)], [])
        return [_set(resumed, _name(_AT, statement)), *self.partial_iteration(statement, count, *hints)]

    def partial_iteration(self, loop: ast.While | ast.For, *before: ast.stmt) -> list[ast.stmt]:
        """What is left of the iteration that holds the site, and then the loop itself, with `before` before it."""
        self.loops += 1
        first = f"$first{self.loops}"
        body = [_set(first, _constant(0, loop)), *self.block(loop.body)]
        once = _new(ast.While, loop, test=_name(first, loop), body=body, orelse=[*before, loop])
        return [_set(first, _name(_AT, loop)), once]

    def _try(self, statement: ast.Try) -> list[ast.stmt]:
        if statement.finalbody or self.last_of(statement.orelse):
            raise self.refused(statement, "in an else clause of a try statement, or in one with a finally clause")
        for handler in statement.handlers:
            if self.last_of(handler.body):
                raise self.refused(statement, "in an except clause")
            if handler.type is None or "BaseException" in ast.unparse(handler.type):
                raise self.refused(statement, "in a try statement that would catch a Suspend")
        body = self.block(statement.body)
        handlers, orelse = statement.handlers, statement.orelse
        return [_new(ast.Try, statement, body=body, handlers=handlers, orelse=orelse, finalbody=[])]

    def refused(self, statement: ast.stmt, where: str) -> InternalError:
        return InternalError(f"{self.code.key}, line {statement.lineno}: a call that may suspend stands {where}")


def _range(loop: ast.For) -> ast.Call | None:
    """The call of `for i in range(i, ...)`, also where a test stands before it: then i says where the loop stands."""
    call = loop.iter.body if isinstance(loop.iter, ast.IfExp) else loop.iter
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "range":
        return None
    first, target = call.args[0], loop.target
    is_own = isinstance(first, ast.Name) and isinstance(target, ast.Name) and first.id == target.id
    return call if is_own and len(call.args) > 1 else None


def _count(loop: ast.For, walked: ast.Call) -> ast.stmt:
    """i = i + step"""
    assert isinstance(loop.target, ast.Name)
    step = walked.args[2] if len(walked.args) > 2 else _constant(1, loop)
    return _set(loop.target.id, _new(ast.BinOp, loop, left=_name(loop.target.id, loop), op=ast.Add(), right=step))


_COMPOUND: dict[type, Callable[..., list[ast.stmt]]] = {
    ast.If: _Pass._if,
    ast.While: _Pass._while,
    ast.Try: _Pass._try,
}


def _guarded(elements: Sequence[_Element]) -> list[ast.stmt]:
    """The elements in order, those before $at skipped in as few comparisons as possible."""
    if len(elements) <= 1:
        return elements[0].statements if elements else []
    size = max(1, -(-len(elements) // _FAN_OUT))
    result: list[ast.stmt] = []
    for start in range(0, len(elements), size):
        part = elements[start : start + size]
        inside = _guarded(part)
        if start + size < len(elements):
            inside = [_if(_compare(_AT, ast.LtE(), part[-1].last, inside[0]), inside, [])]
        result += inside
    return result


def _out_of_cell(name: str, at: ast.AST) -> ast.stmt:
    """if type(name) is Cell: name = name.v"""
    kind = _new(ast.Call, at, func=_name("type", at), args=[_name(name, at)], keywords=[])
    test = _new(ast.Compare, at, left=kind, ops=[ast.Is()], comparators=[_name("Cell", at)])
    return _if(test, [_set(name, _new(ast.Attribute, at, value=_name(name, at), attr="v", ctx=_LOAD))], [])


# Nodes, each at the place of the code that it guards. A guard never fails, so that no place is looked up for it.


def _new(kind: type[_Node], at: ast.AST, **fields: Any) -> _Node:
    node = kind(**fields)
    node.lineno = at.lineno  # type: ignore[attr-defined]
    node.col_offset = 0  # type: ignore[attr-defined]
    return node


def _name(name: str, at: ast.AST) -> ast.expr:
    return _new(ast.Name, at, id=name, ctx=_LOAD)


def _constant(value: object, at: ast.AST) -> ast.expr:
    return _new(ast.Constant, at, value=value)


def _set(name: str, value: ast.expr) -> ast.stmt:
    return _new(ast.Assign, value, targets=[_new(ast.Name, value, id=name, ctx=_STORE)], value=value)


def _not(value: ast.expr) -> ast.expr:
    return _new(ast.UnaryOp, value, op=ast.Not(), operand=value)


def _compare(name: str, operator: ast.cmpop, value: object, at: ast.AST) -> ast.expr:
    return _new(ast.Compare, at, left=_name(name, at), ops=[operator], comparators=[_constant(value, at)])


def _if(test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> ast.stmt:
    return _new(ast.If, (body or orelse)[0], test=test, body=body, orelse=orelse)
