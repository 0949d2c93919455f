"""Java's format strings."""

from decimal import Decimal as D
from typing import Any

import pytest

from jactl_trio.errors import LimitError, RuntimeError
from jactl_trio.values.numbers import Byte, Long
from jactl_trio.values.printf import format


@pytest.mark.parametrize(
    ("text", "arguments", "result"),
    [
        ("%s|%6s|%-6s|%.2s|%S", [None, "ab", "ab", "abc", "ab"], "null|    ab|ab    |ab|AB"),
        ("%d|%4d|%04d|%-4d|%+d|%,d|%(d|% d", [1, 2, 3, 4, 5, 1234567, -6, 7], "1|   2|0003|4   |+5|1,234,567|(6)| 7"),
        ("%x|%X|%o|%#x|%x|%x", [255, 255, 8, 255, -1, Long(-1)], "ff|FF|10|0xff|ffffffff|ffffffffffffffff"),
        ("%f|%.1f|%8.2f|%-8.2f|", [D("1.5"), 0.25, 2.345, D("2.5")], "1.500000|0.3|    2.35|2.50    |"),
        ("%08.2f|%(.1f|%+.0f|%,.1f", [D("-2.5"), -1.25, 0.5, 12345.0], "-0002.50|(1.3)|+1|12,345.0"),
        ("%e|%.2E|%g|%.3g", [1234.5, D("0.00012345"), 1234.5, 1234567.0], "1.234500e+03|1.23E-04|1234.50|1.23e+06"),
        ("%g|%g|%.0e", [0.00001, 0.0, 15.0], "1.00000e-05|0.00000|2e+01"),
        ("%b|%B|%c|%c|%%|%n", [True, None, 65, Byte(66)], "true|FALSE|A|B|%|\n"),
        ("%2$s %1$s %<s %s", ["a", "b"], "b a a a"),
        ("%d", [Byte(200)], "200"),
        ("%f %e", [float("nan"), float("-inf")], "NaN -Infinity"),
        ("%s", [["a", {"k": 1}]], "[a, {k=1}]"),
        ("%a", [1.5], "0x1.8p0"),
        ("no specifiers", [1], "no specifiers"),
    ],
)
def test_format(text: str, arguments: list[Any], result: str) -> None:
    assert format(text, arguments) == result


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("%d", ["x"]),
        ("%d", [D(1)]),
        ("%f", [1]),
        ("%c", [Long(65)]),
        ("%s %s", [1]),
        ("%q", [1]),
        ("%", []),
        ("%-d", [1]),
        ("%+s", [1]),
        ("%.2d", [1]),
        ("%,x", [1]),
        ("%--5d", [1]),
        ("%<s", ["a"]),
    ],
)
def test_bad_formats(text: str, arguments: list[Any]) -> None:
    with pytest.raises(RuntimeError, match="Bad format string"):
        format(text, arguments)


def test_widths_are_limited() -> None:
    with pytest.raises(LimitError):
        format("%2147483647d", [1])
    with pytest.raises(LimitError):
        format("%.2147483647f", [1.0])
