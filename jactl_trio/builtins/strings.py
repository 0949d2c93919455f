"""The methods of strings."""

from __future__ import annotations

from typing import Any

from ..continuation.slices import FLAG, tick
from ..errors import RuntimeError
from ..values.json import from_json
from ..values.numbers import INT_MAX, Long, wrap_long
from ..values.plain_data import plain_data
from ..values.regex import compile_pattern
from ..values.signature import Param
from ..values.suspension import resumable
from ..values.types import INT, ITERATOR, LONG, STRING
from .declare import method
from .iterators import Source, check_size

_COUNT = (Param("count", INT, INT_MAX),)
LINE_CHARS_AT_ONCE = 16 * 1024  # of lines(): they may all be newlines
PIECES_AT_ONCE = 1024  # of split(), before it looks whether its slice of time is over
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@method(STRING, "size", "length", returns=INT)
def string_size(receiver: str) -> int:
    return len(receiver)


@method(STRING, "lines", returns=ITERATOR)
def string_lines(receiver: str) -> Source:
    return Lines(receiver)


@plain_data("iterator.lines")
class Lines(Source):
    """The lines of a text; those of a few thousand characters are made at a time. `start`: of the next, -1: no more."""

    __slots__ = ("start", "text")

    def __init__(self, text: str) -> None:
        super().__init__([])
        self.text = text
        self.start = 0

    def more(self) -> bool:
        text, start = self.text, self.start
        if start < 0:
            return False
        stop = len(text) - text.endswith("\n")  # a newline at the end begins no line
        end = text.find("\n", start + LINE_CHARS_AT_ONCE, stop)
        self.start = end + 1 if end >= 0 else -1
        self.rest = iter(text[start : end if end >= 0 else stop].split("\n"))
        return True


@method(STRING, "toLowerCase", returns=STRING, params=_COUNT)
def string_to_lower_case(receiver: str, count: int) -> str:
    if count == INT_MAX:
        return receiver.lower()
    end = _case_end(receiver, count)
    return receiver[:end].lower() + receiver[end:]


@method(STRING, "toUpperCase", returns=STRING, params=_COUNT)
def string_to_upper_case(receiver: str, count: int) -> str:
    if count == INT_MAX:
        return receiver.upper()
    end = _case_end(receiver, count)
    return receiver[:end].upper() + receiver[end:]


def _case_end(text: str, count: int) -> int:
    """How many characters to change; a negative count is one from the end, too negative means all."""
    if count < 0:
        count += len(text)
    return len(text) if count < 0 else count


@method(STRING, "substring", returns=STRING, params=(Param("start", INT), Param("end", INT, INT_MAX)))
def string_substring(receiver: str, start: int, end: int) -> str:
    size = len(receiver)
    first = start + size if start < 0 else start
    last = end + size if end < 0 else end
    if last < 0 or last == INT_MAX:
        last = size
    if not 0 <= first <= last <= size:
        raise RuntimeError(
            f"Substring error: begin {first}, end {last}, length {size} (StringIndexOutOfBoundsException)"
        )
    return receiver[first:last]


@method(
    STRING,
    "split",
    returns=ITERATOR,
    params=(Param("regex", STRING, None), Param("modifiers", STRING, "")),
    suspends=True,
)
@resumable
def string_split(receiver: str, regex: str | None, modifiers: str | None) -> Source:
    pieces = split_pieces(receiver, regex, modifiers)
    return Source(pieces)


@resumable
def split_pieces(text: str, regex: str | None, modifiers: str | None) -> list[str]:
    """The pieces of a text in a new list."""
    if not regex:
        return [text] if regex is None else list(text)
    compiled = compile_pattern(regex, modifiers or "")
    if compiled.takes_whole(text):
        if compiled.literal is not None:
            return text.split(compiled.literal)
        if not compiled.groups:
            return compiled.quick.split(text)  # type: ignore[no-any-return]
    pieces: list[str] = []
    start = position = 0
    while position >= 0:
        if FLAG.is_up:
            tick()
        start, position = _some_pieces(text, regex, modifiers or "", pieces, start, position)
    pieces.append(text[start:])
    return pieces


def _some_pieces(
    text: str, regex: str, modifiers: str, pieces: list[str], start: int, position: int
) -> tuple[int, int]:
    """Add pieces; where the next one starts, and from where to search for its end: -1 where it is the last."""
    compiled = compile_pattern(regex, modifiers)
    for _ in range(PIECES_AT_ONCE):
        found = compiled.search(text, position) if position <= len(text) else None
        if found is None:
            return start, -1
        if found.end() > found.start():
            pieces.append(text[start : found.start()])
            start = position = found.end()
        else:  # an empty match would be found again for ever
            position = found.end() + 1
            if 0 < found.end() < len(text):
                pieces.append(text[start : found.end()])
                start = found.end()
    check_size(pieces)
    return start, position


@method(STRING, "asNum", returns=LONG, params=(Param("base", INT, 10),))
def string_as_num(receiver: str, base: int) -> Long:
    if base < 2:
        raise RuntimeError(f"Base was {base} but must be at least 2")
    if base > 36:
        raise RuntimeError(f"Base was {base} but must be no more than 36")
    if not receiver:
        raise RuntimeError("Empty string cannot be converted to a number")
    digits = receiver[1:] if receiver[0] == "+" else receiver
    allowed = _DIGITS[:base]
    number = -1
    if digits and len(digits) <= 1000 and all(digit in allowed for digit in digits.lower()):
        number = int(digits, base)
    if not 0 <= number < 1 << 64:
        shown = receiver if len(receiver) <= 1000 else receiver[:1000] + "..."
        raise RuntimeError(f"Input '{shown}': invalid character for number with base {base} or number is too large")
    return Long(wrap_long(number))


@method(STRING, "fromJson")
def string_from_json(receiver: str) -> Any:
    return from_json(receiver)
