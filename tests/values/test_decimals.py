"""BigDecimal's scales, on Decimal."""

from decimal import Decimal as D
from decimal import getcontext

import pytest

from jactl_trio.errors import LimitError, NullError, RuntimeError
from jactl_trio.values import decimals


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        ("1", "3", "0.3333333333"),
        ("200.00", "3", "66.6666666667"),
        ("1", "8", "0.125"),
        ("1.000", "1", "1.000"),
        ("0.000", "7", "0.000"),
        ("10", "4", "2.5"),
        ("-2", "3", "-0.6666666667"),
        ("1000000", "3.0", "333333.3333333333"),
        ("6", "0.3", "2E+1"),
    ],
)
def test_divide(a: str, b: str, text: str) -> None:
    assert str(decimals.divide(D(a), D(b), 10)) == text


@pytest.mark.parametrize(
    ("a", "b", "remainder", "modulo"),
    [
        ("100.0", "5.0", "0.0", "0.0"),
        ("100", "5.0", "0", "0.0"),
        ("5", "10.00", "5", "5.00"),
        ("7.50", "2", "1.50", "1.50"),
        ("-7.50", "2", "-1.50", "0.50"),
        ("1000", "3.0", "1.0", "1.0"),
        ("1000.0", "-0.03", "0.01", "-0.02"),
    ],
)
def test_remainder_and_modulo(a: str, b: str, remainder: str, modulo: str) -> None:
    assert str(decimals.remainder(D(a), D(b))) == remainder
    assert str(decimals.modulo(D(a), D(b))) == modulo


def test_sums_and_products_are_exact_whatever_the_context() -> None:
    before = getcontext().prec
    getcontext().prec = 3
    try:
        assert str(decimals.add(D("1234567.1"), D("0.0000001"))) == "1234567.1000001"
        assert str(decimals.multiply(D("1.10"), D("1.10"))) == "1.2100"
    finally:
        getcontext().prec = before


def test_there_is_no_minus_zero() -> None:
    assert str(decimals.multiply(D("-1.0"), D(0))) == "0.0"
    assert str(decimals.negate(D("0.00"))) == "0.00"
    assert str(decimals.parse("-0.0")) == "0.0"
    assert str(decimals.from_float(-0.0)) == "0.0"


def test_plain_text_has_no_exponent() -> None:
    assert decimals.plain_text(D("1E+5")) == "100000"
    assert decimals.plain_text(D("0E+3")) == "0"
    assert decimals.plain_text(D("1E-9")) == "0.000000001"
    assert str(decimals.from_float(1e10)) == "1.0E+10"


@pytest.mark.parametrize("text", ["", " 1", "1 ", "1_0", "NaN", "Infinity", "1e", "١", "1e99999999999"])
def test_what_is_not_a_decimal(text: str) -> None:
    assert decimals.parse(text) is None


def test_errors() -> None:
    with pytest.raises(RuntimeError, match="Divide by zero error"):
        decimals.divide(D(1), D("0.00"), 10)
    with pytest.raises(RuntimeError, match="Divide by zero error"):
        decimals.modulo(D(1), D(0))
    with pytest.raises(NullError, match=r"Left hand side of '[+]' is null"):
        decimals.add(None, D(1))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        decimals.from_float(float("nan"))


def test_digits_are_limited() -> None:
    with pytest.raises(LimitError):
        decimals.add(D("1E+1000000000"), D(1))
    with pytest.raises(LimitError):
        decimals.plain_text(D("1E+1000000000"))
    with pytest.raises(LimitError):
        decimals.round_places(D(1), 2_000_000)


def test_low_bits_of_huge_decimals() -> None:
    assert decimals.to_whole(D("1E+1000000000")) == 0
    assert decimals.to_whole(D("1E+200")) % 2**64 == 10**200 % 2**64 == 0
    assert decimals.to_whole(D(str(10**200 + 12345))) % 2**64 == 12345
    assert decimals.to_whole(D("-2.9")) == -2
