"""Local lists and maps that nothing else can fill -> what their elements hold, for code generation.

A local counts whose list or map is made in its own function and is never handed on: all that is put into it is seen
here. Where that is ints alone, or Strings alone, what is read out of it is one, or null. So an operation tests for null
in place of the type, or not at all. An entry that every literal of the map has is always there, for nothing that is
allowed takes one out.

It comes after narrowing and nullness. Nodes get `holds`, their type unless they are null; `type` stays as it was, and
with it all that is done where the value turns out to be something else.
"""

from __future__ import annotations

from collections.abc import Callable

from ..syntax import nodes
from ..values.signature import Signature
from ..values.types import ANY, INT, LIST, MAP, STRING, Type
from .chains import is_split
from .model import Variable
from .nullness import is_never_null
from .results import Inapplicable, operation_type
from .types import static_type
from .walk import children, descendants

Held = tuple[Type | None, bool]  # a type, None where nothing is known yet; may it be null?
Place = tuple[Variable, str | bool]  # the entry under a constant key; True: any element; False: under any other key
Methods = Callable[[Type, str], Signature | None]

_UNKNOWN: Held = (ANY, True)
_HELD = frozenset((INT, STRING))
_ROUNDS_MAX = 8  # a longer way from element to element, against the order of the text, is not followed
# Methods that neither change a list or map nor give it, or what it is made of, to others.
_READING = frozenset(
    (
        *("size", "length", "isEmpty", "sum", "avg", "min", "max", "join", "map", "filter", "each", "reduce"),
        *("anyMatch", "allMatch", "noneMatch", "toString", "groupBy", "containsKey"),
    )
)
_READING_OPERATORS = frozenset(("+", "==", "!=", "in", "!in"))  # what they make is new
_NO_LISTS = frozenset(("boolean", "byte", "int", "long", "double", "Decimal", "String", "Map"))


def mark_contents(program: nodes.Program, methods: Methods) -> None:
    """Set `holds` of expressions that read elements. methods: the built-in method of a type by its name."""
    _Contents(program, methods).run()


class _Contents:
    def __init__(self, program: nodes.Program, methods: Methods) -> None:
        self.methods = methods
        self.nodes = list(descendants(program, into_functions=True))
        self.stored: dict[Variable, list[tuple[str | None, nodes.Expr | Held]]] = {}  # with keys that are constant
        self.sparse: set[Variable] = set()  # lists that may have gaps
        self.keys: dict[Variable, set[str]] = {}  # that every value of a map has
        self.currents: dict[int, nodes.Access] = {}  # Current node -> what it stands for; 0 where that is null
        self.elements: dict[Variable, Variable] = {}  # a loop's variable -> the list that it walks
        self.held: dict[Place, Held] = {}
        self.operations: dict[int, Held] = {}  # what they hold, by the node's id, in one round of _changes

    def run(self) -> None:
        for node in self.nodes:
            variable = node.variable if isinstance(node, nodes.VarDecl) else None
            if variable is not None and _may_be_closed(variable):
                self.stored[variable] = []
        if not self.stored:
            return
        for node in self.nodes:
            self._look(node)
        for variable, values in self.stored.items():
            places: set[str | bool] = {True, False, *(key for key, _ in values if key is not None)}
            self.held |= {(variable, place): (None, False) for place in places}
        rounds = 0
        while self._changes():
            rounds += 1
            if rounds == _ROUNDS_MAX:
                return
        self._mark()

    def _changes(self) -> bool:
        """Add to what is held what is stored, once; did it become more?"""
        self.operations.clear()
        is_more = False
        for variable, values in self.stored.items():
            for key, value in values:
                found = self._of(value)
                for place in (True, False if key is None else key):
                    before = self.held[variable, place]
                    self.held[variable, place] = after = _one_of([before, found])
                    is_more |= after != before
        return is_more

    def _mark(self) -> None:
        for node in self.nodes:
            if isinstance(node, nodes.ForIn):
                self._mark_loop(node)
            if not isinstance(node, nodes.Access | nodes.Current | nodes.Binary | nodes.Name) or node.is_const:
                continue
            type, may_be_null = self._of(node)
            if type in _HELD and static_type(node) is ANY:
                node.holds, node.never_null = type, not may_be_null
                if isinstance(node, nodes.Access):
                    node.is_present = self._is_present(node)

    def _mark_loop(self, node: nodes.ForIn) -> None:
        walked = self._candidate(node.iterable)
        if walked is not None and walked.type is LIST:
            type, may_be_null = self._element(walked)
            node.element = type if type in _HELD and not may_be_null else None

    # What is done with the variables

    def _look(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Assign):
            self._look_at_assignment(node)
        elif isinstance(node, nodes.Postfix | nodes.Unary) and node.op in ("++", "--"):
            variable = self._parent(node.operand)
            if variable is not None:
                self._store(variable, (INT, False), node.operand)
        elif isinstance(node, nodes.ExprList):
            for item in node.items:
                self._drop(self._parent(item))
        elif isinstance(node, nodes.RegexMatch):
            self._drop(self._parent(node.subject))
        elif isinstance(node, nodes.ForIn):
            self._look_at_loop(node)
        if isinstance(node, nodes.VarDecl) and node.variable in self.stored:
            self._source(node.variable, node.value)
        for child in children(node):
            variable = self._candidate(child)
            if variable is not None and not self._is_allowed(node, child, variable):
                self._drop(variable)

    def _look_at_assignment(self, node: nodes.Assign) -> None:
        variable = self._parent(node.target)
        if variable is None:
            return
        operation = node.operation
        self._store(variable, node.value if operation is None else operation, node.target)
        if isinstance(operation, nodes.Binary) and isinstance(operation.left, nodes.Current):
            self.currents[id(operation.left)] = node.target  # type: ignore[assignment]

    def _look_at_loop(self, node: nodes.ForIn) -> None:
        walked = self._candidate(node.iterable)
        bound = node.variable.variable if isinstance(node.variable, nodes.VarDecl | nodes.Name) else None
        if walked is not None and walked.type is LIST and bound is not None and not bound.is_reassigned:
            self.elements[bound] = walked

    def _is_allowed(self, node: nodes.Node, child: nodes.Node, variable: Variable) -> bool:
        """Does the use of a variable, or its declaration, leave its list or map to it?"""
        if isinstance(node, nodes.Access):
            return node.parent is child and not node.create_missing and not self._may_be_method(node, variable)
        if isinstance(node, nodes.Assign):
            return self._is_own_assignment(node, child, variable)
        if isinstance(node, nodes.MethodCall):
            return node.parent is child and self._is_own_call(node, variable)
        if isinstance(node, nodes.Pipeline):
            return node.source is child
        if isinstance(node, nodes.ForIn):
            return node.iterable is child
        if isinstance(node, nodes.Binary):
            return node.op in _READING_OPERATORS
        if isinstance(node, nodes.ExprStmt):
            return isinstance(child, nodes.VarDecl) and not child.result_used
        return isinstance(node, nodes.Return | nodes.StringTemplate | nodes.Print)

    def _may_be_method(self, node: nodes.Access, variable: Variable) -> bool:
        """May it be a method as a value, which whoever calls it changes the list or map with?"""
        if node.op not in (".", "?."):
            return False
        name = _name(node.key)
        return name is None or (name not in _READING and self.methods(variable.type, name) is not None)

    def _is_own_assignment(self, node: nodes.Assign, child: nodes.Node, variable: Variable) -> bool:
        if node.target is not child:
            return node.op == "+="  # the operation says what it does with it
        if node.result_used:
            return False
        if node.op == "=":
            self._source(variable, node.value)
            return True
        is_added = node.op == "<<=" or (node.op == "+=" and static_type(node.value).kind in _NO_LISTS)
        if variable.type is not LIST or not is_added:
            return False
        self._put(variable, None, node.value)
        return True

    def _is_own_call(self, node: nodes.MethodCall, variable: Variable) -> bool:
        if not isinstance(node.target, Signature) or node.target.host is not None:
            return False
        if node.name in _READING:
            return True
        if node.name != "add" or variable.type is not LIST or len(node.args) != 1 or node.result_used:
            return False
        if isinstance(node.args[0], nodes.MapLiteral):
            return False  # it may name the argument
        self._put(variable, None, node.args[0])
        return True

    def _source(self, variable: Variable, value: nodes.Expr | None) -> None:
        """A list or map that the variable holds from here on."""
        keys: set[str] = set()
        if isinstance(value, nodes.ListLiteral):
            for item in value.items:
                self._put(variable, None, item)
        elif isinstance(value, nodes.MapLiteral) and not value.is_named_args:
            for key, entry in value.entries:
                self._put(variable, _name(key), entry)
            keys = {name for key, _ in value.entries if (name := _name(key)) is not None}
        elif value is not None:
            made = _made_of(value)
            if made is None:
                self._drop(variable)
            else:
                self._put(variable, None, (made, False))
        self.keys[variable] = self.keys.get(variable, keys) & keys

    def _store(self, variable: Variable, value: nodes.Expr | Held, target: nodes.Expr) -> None:
        """An element that may lie behind a list's end."""
        assert isinstance(target, nodes.Access)
        self._put(variable, _name(target.key), value)
        self.sparse.add(variable)

    def _put(self, variable: Variable, key: str | None, value: nodes.Expr | Held) -> None:
        if variable in self.stored:
            self.stored[variable].append((key, value))

    def _candidate(self, node: nodes.Node | None) -> Variable | None:
        variable = node.variable if isinstance(node, nodes.Name | nodes.VarDecl) else None
        return variable if variable in self.stored else None

    def _parent(self, node: nodes.Node | None) -> Variable | None:
        """The variable whose element an access is."""
        return self._candidate(node.parent) if isinstance(node, nodes.Access) else None

    def _drop(self, variable: Variable | None) -> None:
        if variable is not None:
            self.stored.pop(variable, None)

    # What an expression holds

    def _of(self, node: nodes.Expr | Held) -> Held:
        if isinstance(node, tuple):
            return node
        type = static_type(node)
        if type in _HELD:
            return type, not is_never_null(node)
        if isinstance(node, nodes.Access):
            return self._access(node)
        if isinstance(node, nodes.Current):
            target = self.currents.get(id(node))
            return _one_of([(self._access(target)[0], False), (INT, False)]) if target is not None else _UNKNOWN
        if isinstance(node, nodes.Name):
            walked = self.elements.get(node.variable) if node.variable is not None else None
            return self._element(walked) if walked is not None and walked in self.stored else _UNKNOWN
        if isinstance(node, nodes.Binary):
            return self.operations.get(id(node)) or self._operation(node)
        return _UNKNOWN

    def _access(self, node: nodes.Access) -> Held:
        variable = self._parent(node)
        if variable is None or node.create_missing:
            return _UNKNOWN
        name = _name(node.key)
        if node.op in (".", "?.") and (variable.type is not MAP or name is None or self.methods(MAP, name)):
            return _UNKNOWN  # a method, where there is no such entry
        found, may_be_null = self._held(variable, name)
        return found, may_be_null or not self._has(node, variable)

    def _held(self, variable: Variable, name: str | None) -> Held:
        """Of an entry under a constant key; of any element."""
        if name is None or variable.type is LIST:
            return self.held[variable, True]
        return _one_of([self.held.get((variable, name), (None, False)), self.held[variable, False]])

    def _is_present(self, node: nodes.Access) -> bool:
        variable = self._parent(node)
        return variable is not None and self._has(node, variable) and not self._held(variable, _name(node.key))[1]

    def _has(self, node: nodes.Access, variable: Variable) -> bool:
        return variable.type is MAP and _name(node.key) in self.keys.get(variable, ())

    def _element(self, variable: Variable) -> Held:
        type, may_be_null = self.held[variable, True]
        return type, may_be_null or variable in self.sparse

    def _operation(self, node: nodes.Binary) -> Held:
        """What an operation gives, those that it begins with first: chains of them may be long."""
        chain = [node]
        while isinstance(left := chain[-1].left, nodes.Binary) and id(left) not in self.operations:
            chain.append(left)
        for operation in reversed(chain):
            self.operations[id(operation)] = self._result(operation)
        return self.operations[id(node)]

    def _result(self, node: nodes.Binary) -> Held:
        """An int, if only ints go in; where nothing is known of an operand, it is null or will be known."""
        if not {self._of(node.left)[0], self._of(node.right)[0]} <= {INT, None}:
            return _UNKNOWN
        try:
            result = operation_type(INT, node.op, INT)
        except Inapplicable:
            return _UNKNOWN
        return (INT, False) if result is INT else _UNKNOWN


def _name(key: nodes.Expr) -> str | None:
    """A key that is a constant String."""
    return key.const if key.is_const and type(key.const) is str else None


def _may_be_closed(variable: Variable) -> bool:
    is_local = variable.kind == "local" and not variable.is_captured and variable.never_null
    return is_local and variable.type in (LIST, MAP)


def _made_of(value: nodes.Expr) -> Type | None:
    """Of what the list is that a method makes; none of it is null."""
    if isinstance(value, nodes.MethodCall) and value.fused is None and isinstance(value.target, Signature):
        if is_split(value):
            return STRING
        counts = value.target.name == "map" and not value.args and static_type(value.parent) is INT
        return INT if counts and value.target.host is None else None
    if isinstance(value, nodes.MethodCall) and value.fused is not None and value.fused.end == "list":
        mapped = [stage.type for stage in value.fused.stages if stage.kind == "map"]
        return mapped[-1] if mapped and mapped[-1] in _HELD else None
    return None


def _one_of(found: list[Held]) -> Held:
    types = {type for type, _ in found if type is not None}
    may_be_null = any(one for _, one in found)
    if len(types) > 1:
        return _UNKNOWN
    return (types.pop() if types else None), may_be_null
