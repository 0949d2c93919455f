"""Names of a script -> Python identifiers: the only module that mangles.

Every generated identifier starts with a letter of its kind and, where it holds a script's name, an underscore:
`v_x` a variable (`v2_x` the second of that name in its function), `i64_x` one of a closure that runs in the function
around it, declared at offset 64 of the source, `t64` a temporary of what stands at offset 64 of the
source (`t64_1` the next one there), `f3_sum` a function, `e3_sum` its dynamic entry, `C2_Point` a class, `K5` a
constant, `f_x` a field, `m_f` and `e_f` a method and its entry. Nothing can collide with another kind, with a keyword,
or with a helper (helpers never look like these). A name that is not ASCII is encoded.

Checkpoints name locals. So their names come from the source, not from a count of all that was lowered before: a release
that lowers something else in another way still finds what an older one saved.
"""

from __future__ import annotations

ENV = "env"  # the first parameter of a function; main's is the map of globals
GLOBALS = "g"  # the local that holds the map of globals
THIS = "this"  # the environment of methods and initialisers
REST = "rest"  # surplus arguments of a dynamic entry
UNIT = "__unit__"


def encoded(name: str) -> str:
    """ASCII letters, digits and underscores stay; any other character is `_xHEX_`. `_x` itself is encoded."""
    if name.isascii() and "_x" not in name and name.replace("_", "a").replace("$", "").isalnum() and "$" not in name:
        return name
    parts = []
    for index, char in enumerate(name):
        plain = char.isascii() and (char.isalnum() or char == "_")
        if plain and not (char == "_" and name[index + 1 : index + 2] == "x"):
            parts.append(char)
        else:
            parts.append(f"_x{ord(char):x}_")
    return "".join(parts)


def field_name(name: str) -> str:
    """The slot of an instance field."""
    return "f_" + encoded(name)


def method_name(name: str) -> str:
    """The attribute of a method's direct function."""
    return "m_" + encoded(name)


def entry_name(name: str) -> str:
    """The attribute of a method's dynamic entry."""
    return "e_" + encoded(name)


def function_name(number: int, name: str | None) -> str:
    return f"f{number}_{encoded(name or '')}"


def function_entry_name(number: int, name: str | None) -> str:
    return f"e{number}_{encoded(name or '')}"


def plain_name(entry: str) -> str:
    """An entry's plain form."""
    return "p" + entry


def class_name(number: int, name: str) -> str:
    return f"C{number}_{encoded(name)}"


def constant_name(number: int) -> str:
    return f"K{number}"


def room_name(slot: str) -> str:
    """The hint that there is room in a list for all that a loop may append to it: no checkpoint has hints."""
    return "$" + slot


class LocalNames:
    """Hands out the identifiers of one function's locals."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._temps: dict[int, int] = {}

    def temp(self, pos: int) -> str:
        """A new temporary for what stands at a source offset."""
        count = self._temps[pos] = self._temps.get(pos, -1) + 1
        return f"t{pos}_{count}" if count else f"t{pos}"

    def inlined(self, name: str, pos: int) -> str:
        """A local for a variable, declared at a source offset, of a closure that runs in this function."""
        return f"i{pos}_{encoded(name)}"

    def variable(self, name: str) -> str:
        """A new local for a variable of that name; a second one in the same function gets a number."""
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return f"v_{encoded(name)}" if count == 1 else f"v{count}_{encoded(name)}"
