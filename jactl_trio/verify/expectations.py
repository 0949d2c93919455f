"""The comments of a script that say what it is given and what it gives.

// globals: {"order": [1, 2]}     JSON
// expect: [1, 4]                 its value as text
// error: Divide by zero          a part of the message of the error that ends it
// output: one\\n                 all that it prints
// messages: {"paid": [20, 5]}    JSON: what the script is sent, in order, by name
// once: charge, ship             functions of the host whose calls may not be repeated after a crash
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError
from ..values.json import decode

_COMMENT = re.compile(r"^// ?(globals|messages|expect|error|output|once): ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Expectation:
    """What the comments say; None: nothing."""

    value: str | None = None
    error: str | None = None
    output: str | None = None
    globals: str | None = None
    messages: str | None = None
    once: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return (self.value, self.error, self.output) != (None, None, None)

    def given(self) -> dict[str, Any]:
        """The globals. UsageError where they are no JSON object."""
        return json_object("// globals", self.globals)

    def sent(self) -> dict[str, list[Any]]:
        """The messages. UsageError where they are no JSON object of lists."""
        found = json_object("// messages", self.messages)
        for name, values in found.items():
            if not isinstance(values, list):
                raise UsageError(f"// messages: those called {name} are no list")
        return found


def expectation_of(source: str) -> Expectation:
    """Read the comments of a source; a later one counts."""
    found = dict(_COMMENT.findall(source))
    output = found.get("output")
    once = tuple(filter(None, re.split(r"[,\s]+", found.get("once", ""))))
    given, sent = found.get("globals"), found.get("messages")
    return Expectation(_lines(found.get("expect")), found.get("error"), _lines(output), given, sent, once)


def json_object(place: str, text: str | None) -> dict[str, Any]:
    """What stands at a place that an error names; nothing there is an empty object. UsageError for another text."""
    if text is None:
        return {}
    try:
        found = decode(text)
    except Exception as error:
        raise UsageError(f"{place}: {error}") from None
    if not isinstance(found, dict):
        raise UsageError(f"{place}: {text} is no JSON object")
    return found


def _lines(text: str | None) -> str | None:
    return None if text is None else text.replace("\\n", "\n")
