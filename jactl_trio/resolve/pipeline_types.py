"""A Pipeline, and what is known of its source and of the values in it -> the types of its elements, stage by stage.

None stands for what is not known yet, as everywhere in narrowing.
"""

from __future__ import annotations

from collections.abc import Callable

from ..structs import Struct, field
from ..syntax import nodes
from ..values.types import ANY, DOUBLE, INT, LIST, MAP, STRING, Type
from .chains import is_split
from .model import Variable

TypeOf = Callable[[nodes.Expr], Type | None]
_ELEMENTS = {"int": INT, "String": STRING, "Map": LIST}  # by the source's type: a map's are pairs of key and value
HELD = frozenset((INT, DOUBLE, STRING, LIST, MAP))


class Flow(Struct):
    """written: what the variables of the stages hold first; given: what each stage gives; result: of the whole."""

    written: list[tuple[Variable, Type | None]] = field(default_factory=list)
    given: list[tuple[nodes.Stage, Type | None]] = field(default_factory=list)
    result: Type | None = ANY

    def apply(self) -> None:
        for stage, type in self.given:
            stage.type = type if type in HELD else ANY


def element_type(source: nodes.Expr, type: Type | None) -> Type | None:
    """Of the elements of a source of that type, where they are all of one type and none is null."""
    if type is None:
        return None
    return STRING if is_split(source) else _ELEMENTS.get(type.kind, ANY)


def flow_of(node: nodes.Pipeline, type_of: TypeOf, value_of: TypeOf) -> Flow:
    """value_of: the type of a value that is held; ANY where it may be null."""
    flow = Flow()
    element = element_type(node.source, type_of(node.source))
    for stage in node.stages:
        given = one_of([value_of(result.value) for result in stage.results])
        if stage.kind == "reduce":
            initial = value_of(node.argument) if node.argument is not None else ANY
            given = one_of([initial, given])
            flow.written += [(stage.variables[0], given), (stage.variables[1], element)]
        elif len(stage.variables) == 2:
            flow.written += [(variable, ANY) for variable in stage.variables]
        else:
            flow.written.append((stage.variables[0], element))
        flow.given.append((stage, given))
        if stage.kind == "map":
            element = given
    flow.result = _result(node, element, flow)
    return flow


def _result(node: nodes.Pipeline, element: Type | None, flow: Flow) -> Type | None:
    if node.end == "reduce":
        return flow.given[-1][1]
    if node.end == "sum":
        return element if element in (INT, None) else ANY
    return node.type


def one_of(types: list[Type | None]) -> Type | None:
    """The one type of all; None where none is known, ANY where there are several."""
    known = {type for type in types if type is not None}
    return known.pop() if len(known) == 1 else ANY if known else None
