"""Small well-typed Jactl scripts, drawn by Hypothesis: they always end, and checkpoint and call their host anywhere.

    source = data.draw(scripts())
    subject = Subject(source, GLOBALS, host_context)

Every kind of statement and expression is one method of _Writer. They use what suspension has to get right: variables
that closures capture and reassign, iterators half way through, lists with two names, Decimals with their scale,
captures of a regex, loops left by break and continue, functions within functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from ..runtime.context import Context
from .history import History
from .properties import Violation
from .traces import traced

GLOBALS: dict[str, Any] = {"given": [3, 1, 2], "order": {"id": 7, "name": "ab12"}}
ROUNDS_MAX = 3  # of a loop
REPEATS_MAX = 27  # of one statement, by all the loops and closures around it
_INT, _TEXT, _DECIMAL, _LIST, _MAP = "int", "String", "Decimal", "List", "Map"
_TYPES = (_INT, _TEXT, _DECIMAL, _LIST, _MAP)


def host_context() -> Context:
    """A new Context with the functions that the scripts call."""
    context = Context()

    @context.function
    async def fetch(number):  # type: ignore[no-untyped-def] # parameters without types take any value as it is
        return number * 3 + 1 if number < 1000 else number - 1000

    @context.function
    async def parts(number):  # type: ignore[no-untyped-def]
        return [number % 3, number % 5, number % 7]

    @context.function
    def label(text):  # type: ignore[no-untyped-def]
        return f"<{text[:20]}>"

    @context.function
    async def committed(number):  # type: ignore[no-untyped-def]
        return None

    @context.function
    async def recovered(number):  # type: ignore[no-untyped-def]
        return None

    return context


def closure_violations(history: History) -> list[Violation]:
    """The scripts call committed() in commit closures and recovered() in recover closures, and nowhere else."""
    found = []
    for stretch in traced(history).stretches:
        wrong = "committed" if stretch.path and not stretch.path[-1] else "recovered"
        if any(name == wrong for name, _ in stretch.segment.calls):
            found.append(Violation("closures", stretch.run, f"no call of {wrong}()", str(stretch.segment)))
    return found


@st.composite
def scripts(draw: Callable[[st.SearchStrategy[Any]], Any], statements: int = 8) -> str:
    """Sources of scripts with about so many statements at the top."""
    writer = _Writer(draw)
    for _ in range(draw(st.integers(2, statements))):
        writer.statement()
    writer.line(f"[{', '.join(name for name, _ in writer.variables)}]")
    return "\n".join(writer.lines) + "\n"


@dataclass(frozen=True)
class _Stage:
    """A stage of a pipeline: what its closure takes, and what it gives."""

    name: str
    parameters: int
    result: Callable[[_Writer], str]


class _Writer:
    """Writes one script, line by line, knowing what is in scope."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.variables: list[tuple[str, str]] = [("given", _LIST), ("order", _MAP)]
        self.fixed: set[str] = {"given", "order"}  # are not assigned to
        self.functions: list[tuple[str, int]] = []  # of one int, with the repeats that a call makes
        self.depth = 0
        self.loops = 0
        self.repeats = 1
        self.count = 0

    # Lines

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def name(self, prefix: str = "v") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def one_of(self, choices: Any) -> Any:
        return self.draw(st.sampled_from(list(choices)))

    def number(self, low: int = 0, high: int = 9) -> int:
        return int(self.draw(st.integers(low, high)))

    def known(self, type: str, *, is_assigned: bool = False) -> str | None:
        """The name of a variable of that type."""
        names = [name for name, its in self.variables if its == type and not (is_assigned and name in self.fixed)]
        return self.one_of(names) if names else None

    @contextmanager
    def block(self, head: str, end: str = "}", repeats: int = 1, *, is_loop: bool = False) -> Iterator[None]:
        """Lines within braces; what they declare is forgotten after them."""
        if head:
            self.line(head)
        outer = len(self.variables), len(self.functions), self.repeats, self.loops
        self.depth += 1
        self.repeats *= repeats
        self.loops = self.loops + 1 if is_loop else self.loops if head.startswith(("if", "else")) else 0
        yield
        del self.variables[outer[0] :], self.functions[outer[1] :]
        self.repeats, self.loops = outer[2:]
        self.depth -= 1
        self.line(end)

    def statements(self, most: int = 3) -> None:
        for _ in range(self.number(1, most)):
            self.statement()

    # Statements

    def statement(self) -> None:
        simple = [
            self.declaration,
            self.checkpoint,
            self.assignment,
            self.print,
            self.append,
            self.field,
            self.host_call,
            self.recover,
            self.alias,
            self.sleep,
        ]
        nested = [self.condition, self.for_loop, self.for_in, self.while_loop, self.each, self.capture, self.pipeline]
        nested += [self.function, self.closure]
        leaving = [self.leave] if self.loops else []
        deep = self.depth >= 3 or self.repeats * ROUNDS_MAX > REPEATS_MAX
        self.one_of(simple + leaving + ([] if deep else nested))()

    def declare(self, type: str, value: str, *, is_typed: bool = False) -> str:
        name = self.name()
        self.line(f"{type if is_typed else 'def'} {name} = {value}")
        self.variables.append((name, type))
        return name

    def declaration(self) -> None:
        type = self.one_of(_TYPES)
        self.declare(type, self.expression(type), is_typed=bool(self.number(0, 1)))

    def assignment(self) -> None:
        type = self.one_of((_INT, _TEXT, _DECIMAL))
        name = self.known(type, is_assigned=True)
        if name is None:
            self.declare(type, self.expression(type))
        elif type == _TEXT:
            self.line(f"{name} = {self.expression(type)}")
        else:
            self.line(f"{name} {self.one_of(('=', '+=', '-='))} {self.expression(type)}")

    def checkpoint(self) -> None:
        self.line("checkpoint()")

    def recover(self) -> None:
        number = self.number()
        commit = f"{{ committed({number}); println 'committed {number}'; 'c' }}"
        self.declare(_TEXT, f"checkpoint{commit}{{ recovered({number}); 'r' }}")

    def print(self) -> None:
        self.line(f"println {self.expression(self.one_of(_TYPES))}")

    def host_call(self) -> None:
        self.declare(_INT, f"fetch({self.expression(_INT)})")

    def sleep(self) -> None:
        self.line("sleep(1)")

    def alias(self) -> None:
        """Two names of one list."""
        name = self.known(_LIST)
        if name is not None:
            self.declare(_LIST, name)

    def append(self) -> None:
        self.line(f"{self.known(_LIST)} << {self.expression(_INT)}")

    def field(self) -> None:
        self.line(f"{self.known(_MAP)}.{self.one_of('abc')} = {self.expression(self.one_of((_INT, _TEXT, _DECIMAL)))}")

    def leave(self) -> None:
        self.line(f"{self.one_of(('break', 'continue'))} if {self.test()}")

    def condition(self) -> None:
        with self.block(f"if ({self.test()}) {{"):
            self.statements()
        if self.number(0, 1):
            with self.block("else {"):
                self.statements()

    def for_loop(self) -> None:
        index, rounds = self.name("i"), self.number(1, ROUNDS_MAX)
        with self.block(f"for (int {index} = 0; {index} < {rounds}; {index}++) {{", repeats=rounds, is_loop=True):
            self.let(index, _INT)
            self.statements()

    def for_in(self) -> None:
        item = self.name("i")
        head = f"for (def {item} in {self.expression(_LIST)}.limit({ROUNDS_MAX})) {{"
        with self.block(head, repeats=ROUNDS_MAX, is_loop=True):
            self.let(item, _INT)
            self.statements()

    def while_loop(self) -> None:
        left = self.name("n")
        self.line(f"int {left} = {self.number(1, ROUNDS_MAX)}")
        with self.block(f"while ({left}-- > 0) {{", repeats=ROUNDS_MAX, is_loop=True):
            self.let(left, _INT)
            self.statements()
        self.let(left, _INT)

    def let(self, name: str, type: str) -> None:
        """A variable that is never assigned to by other statements."""
        self.variables.append((name, type))
        self.fixed.add(name)

    def each(self) -> None:
        item = self.name("x")
        head = f"{self.expression(_LIST)}.limit({ROUNDS_MAX}).each{{ {item} ->"
        with self.block(head, repeats=ROUNDS_MAX):
            self.let(item, _INT)
            self.statements()

    def capture(self) -> None:
        with self.block(f"if ({self.expression(_TEXT)} =~ /([a-z]+)([0-9]*)/) {{"):
            self.statements(1)
            self.declare(_TEXT, '"$2-$1"')
            self.statements(1)

    def function(self) -> None:
        name, argument = self.name("f"), self.name("a")
        with self.block(f"def {name}(int {argument}) {{", repeats=ROUNDS_MAX):
            self.variables.append((argument, _INT))
            self.statements(2)
            self.line(f"return {self.expression(_INT)}")
        self.functions.append((name, ROUNDS_MAX))

    def closure(self) -> None:
        name, argument = self.name("f"), self.name("a")
        with self.block(f"def {name} = {{ int {argument} ->", repeats=ROUNDS_MAX):
            self.let(argument, _INT)
            self.statements(2)
            self.line(self.expression(_INT))
        self.functions.append((name, ROUNDS_MAX))

    def pipeline(self) -> None:
        """A list through stages that are lazy, and whose closures may do anything."""
        name = self.name("p")
        stages = [self.one_of(_STAGES) for _ in range(self.number(1, 3))]
        items = [", ".join(self.name("x") for _ in range(stage.parameters)) for stage in stages]
        heads = [f".{stage.name}{{ {item} ->" for stage, item in zip(stages, items, strict=True)]
        self.line(f"def {name} = {self.expression(_LIST)}.limit({ROUNDS_MAX}){heads[0]}")
        for stage, item, following in zip(stages, items, [*heads[1:], ""], strict=True):
            with self.block("", f"}}{following}", ROUNDS_MAX):
                for one in item.split(", "):
                    self.let(one, _INT)
                self.statements(2)
                self.line(stage.result(self))
        self.let(name, _LIST)

    # Expressions

    def expression(self, type: str, depth: int = 0) -> str:
        known = self.known(type)
        choices = [self.literal, *([] if depth >= 2 else _EXPRESSIONS[type])]
        if known is not None and self.number(0, 2):
            return known
        choice = self.one_of(choices)
        return str(choice(type) if choice == self.literal else choice(self, depth + 1))

    def literal(self, type: str) -> str:
        if type == _INT:
            return str(self.number(0, 20))
        if type == _TEXT:
            return str(self.one_of(("'ab12'", "'x'", "''", "'zz9'")))
        if type == _DECIMAL:
            return str(self.one_of(("1.50", "0.1", "20.000", "3.0")))
        if type == _LIST:
            return f"[{', '.join(str(self.number()) for _ in range(self.number(0, 3)))}]"
        return f"[a:{self.number()}, b:'{self.one_of('xyz')}']"

    def test(self) -> str:
        operator = self.one_of(("<", ">", "==", "!=", "<=", ">="))
        left, right = self.expression(_INT), self.expression(_INT, 2)
        return f"{left} {operator} {right}"

    def call(self, depth: int) -> str:
        if not self.functions or self.repeats * ROUNDS_MAX > REPEATS_MAX:
            return f"fetch({self.expression(_INT, depth)})"
        name, _ = self.one_of(self.functions)
        return f"{name}({self.expression(_INT, depth)})"

    def arithmetic(self, depth: int) -> str:
        left, right = self.expression(_INT, depth), self.expression(_INT, depth)
        return f"({left} {self.one_of('+-*')} {right})"

    def remainder(self, depth: int) -> str:
        return f"({self.expression(_INT, depth)} % {self.number(2, 9)})"

    def size(self, depth: int) -> str:
        return f"{self.expression(_LIST, depth)}.size()"

    def reduced(self, depth: int) -> str:
        body = self.one_of(("a + b", "fetch(a + b)", "checkpoint(); a * 2 + b"))
        return f"{self.expression(_LIST, depth)}.limit(4).reduce({self.number()}){{ a, b -> {body} }}"

    def switched(self, depth: int) -> str:
        subject = self.expression(_INT, depth)
        return f"switch (fetch({subject}) % 5) {{ 0,1,2 -> {self.number()}; int -> fetch(1); _ -> 0 }}"

    def ternary(self, depth: int) -> str:
        return f"({self.test()} ? {self.expression(_INT, depth)} : {self.expression(_INT, depth)})"

    def checkpointed(self, depth: int) -> str:
        return f"({self.expression(_INT, depth)} + {{ -> checkpoint(); {self.expression(_INT, depth)} }}())"

    def interpolated(self, depth: int) -> str:
        return f'"{self.one_of("ab ")}${{{self.expression(self.one_of(_TYPES), depth)}}}"'

    def labelled(self, depth: int) -> str:
        return f"label({self.expression(_TEXT, depth)})"

    def decimal(self, depth: int) -> str:
        operator, right = self.one_of(("+", "-", "*")), self.expression(self.one_of((_DECIMAL, _INT)), depth)
        return f"({self.expression(_DECIMAL, depth)} {operator} {right})"

    def sorted(self, depth: int) -> str:
        body = self.one_of(("b <=> a", "fetch(a) <=> fetch(b)", "checkpoint(); a <=> b"))
        return f"{self.expression(_LIST, depth)}.limit(4).sort{{ a, b -> {body} }}"

    def mapped(self, depth: int) -> str:
        body = self.one_of(("it + 1", "fetch(it)", "checkpoint(); it * 2"))
        return f"{self.expression(_LIST, depth)}.limit(4).map{{ {body} }}"

    def filtered(self, depth: int) -> str:
        body = self.one_of(("it % 2 == 0", "fetch(it) > 5", "checkpoint(); it > 1"))
        return f"{self.expression(_LIST, depth)}.limit(4).filter{{ {body} }}"

    def part(self, depth: int) -> str:
        return f"parts({self.expression(_INT, depth)})"

    def collected(self, depth: int) -> str:
        body = self.one_of(("['k' + it, it]", "['k' + fetch(it), it]", "checkpoint(); [it as String, [it, it]]"))
        return f"{self.expression(_LIST, depth)}.limit(4).collectEntries{{ {body} }}"

    def nested(self, depth: int) -> str:
        return f"[a:{self.expression(_INT, depth)}, b:{self.expression(self.one_of(_TYPES), depth)}]"


_EXPRESSIONS: dict[str, list[Callable[[_Writer, int], str]]] = {
    _INT: [
        _Writer.arithmetic,
        _Writer.call,
        _Writer.checkpointed,
        _Writer.reduced,
        _Writer.ternary,
        _Writer.switched,
        _Writer.size,
        _Writer.remainder,
    ],
    _TEXT: [_Writer.interpolated, _Writer.labelled],
    _DECIMAL: [_Writer.decimal],
    _LIST: [_Writer.mapped, _Writer.filtered, _Writer.sorted, _Writer.part],
    _MAP: [_Writer.nested, _Writer.collected],
}
_STAGES = (
    _Stage("map", 1, lambda writer: writer.expression(_INT)),
    _Stage("filter", 1, _Writer.test),
    _Stage("sort", 2, lambda writer: f"{writer.expression(_INT)} <=> {writer.expression(_INT)}"),
)
