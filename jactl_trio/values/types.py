"""Static types of the language: what a variable, a parameter or an expression is declared or known to be.

Types are interned: compare with `is`.  The guide's page "Types" is the rule.
"""

from __future__ import annotations

from typing import Any


class Type:
    """One static type.

    kind is one of: boolean byte int long double Decimal Number String Map List Object (`def`), void, null,
    function, iterator, class (the class itself as a value), array, instance (a Jactl class, a built-in
    type such as LocalDate, or a host type).

    `element` is the element type of an array. `cls` is the class of an instance: a resolve.model.ClassInfo for
    Jactl classes (also for kind 'class'), a values.hosttypes.HostType for registered ones.
    """

    __slots__ = ("_array", "cls", "element", "kind", "name")

    def __init__(self, kind: str, name: str, element: Type | None = None, cls: Any = None) -> None:
        self.kind = kind
        self.name = name  # as scripts and messages show it: "int", "int[]", "a.b.X"
        self.element = element
        self.cls = cls
        self._array: Type | None = None

    def __repr__(self) -> str:
        return self.name

    def array(self) -> Type:
        """The type of arrays of this type."""
        if self._array is None:
            self._array = Type("array", self.name + "[]", element=self)
        return self._array

    @property
    def is_numeric(self) -> bool:
        return self.kind in _NUMERIC

    @property
    def is_integral(self) -> bool:
        return self.kind in _INTEGRAL

    @property
    def is_primitive(self) -> bool:
        """True where null is not a value of the type."""
        return self.kind in _PRIMITIVE


_INTEGRAL = frozenset(("byte", "int", "long"))
_NUMERIC = frozenset(("byte", "int", "long", "double", "Decimal", "Number"))
_PRIMITIVE = frozenset(("boolean", "byte", "int", "long", "double"))

BOOLEAN = Type("boolean", "boolean")
BYTE = Type("byte", "byte")
INT = Type("int", "int")
LONG = Type("long", "long")
DOUBLE = Type("double", "double")
DECIMAL = Type("Decimal", "Decimal")
NUMBER = Type("Number", "Number")  # parameter and receiver type of built-ins only
STRING = Type("String", "String")
MAP = Type("Map", "Map")
LIST = Type("List", "List")
ANY = Type("Object", "Object")  # `def`
VOID = Type("void", "void")
NULL = Type("null", "null")  # type of the literal null
FUNCTION = Type("function", "Function")
JACTL_CLASS = Type("class", "Class")  # receiver type of what every Jactl class has, called on the class or an instance
ITERATOR = Type("iterator", "Iterator")  # a pipeline; receiver type "anything iterable" of built-ins

BY_NAME: dict[str, Type] = {
    one.name: one
    for one in (
        BOOLEAN,
        BYTE,
        INT,
        LONG,
        DOUBLE,
        DECIMAL,
        NUMBER,
        STRING,
        MAP,
        LIST,
        ANY,
        VOID,
        NULL,
        FUNCTION,
        ITERATOR,
    )
}
