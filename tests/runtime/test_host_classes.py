"""Python classes that a Context opens by allow_host_class_lookup: what scripts do with them, and cannot do."""

from __future__ import annotations

import dataclasses
import enum
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trio

import jactl_trio as jactl


class Hidden:
    """A base class that is not allowed."""

    def secret(self) -> str:
        return "secret"

    def hook(self) -> str:
        return "hook of Hidden"

    def __str__(self) -> str:
        return "text of Hidden"


class Shop:
    RATE = 3

    def hook(self) -> str:
        return "hook of Shop"

    def sign(self) -> str:
        return "Shop"

    def options(self, a: Any, b: int = 2, *, c: int = 5, _d: int = 6) -> list[Any]:
        return [a, b, c, _d]


class Overriding(Hidden, Shop):
    def own(self) -> int:
        return 1


class Cart(Shop):
    LIMIT = 10
    process = subprocess
    helper = print
    cents: int
    note: str

    def __init__(self, cents: int, currency: str = "EUR") -> None:
        self.cents = cents
        self.currency = currency
        self._key = 7

    def add(self, more: int) -> Cart:
        return Cart(self.cents + more, self.currency)

    def sign(self) -> str:
        return f"Cart {self.currency}"

    @property
    def total(self) -> float:
        return self.cents / 100

    @property
    def broken(self) -> int:
        raise LookupError("no such price")

    @classmethod
    def of(cls, text: str) -> Cart:
        return cls(int(text))

    @staticmethod
    def sum(*cents: int) -> Cart:
        return Cart(sum(cents))

    async def wait(self, seconds: int) -> int:
        await trio.sleep(seconds)
        return self.cents

    def fail(self) -> None:
        raise ValueError("no stock")

    def hidden(self) -> Hidden:
        return Hidden()

    def method(self) -> Any:
        return self.add

    def frame(self) -> Any:
        return sys._getframe()

    def python(self) -> Any:
        return Cart

    def kinds(self, *given: Any) -> list[str]:
        return [type(one).__name__ for one in given]

    def kinds_in(self, map: dict[str, Any]) -> list[str]:
        return [type(one).__name__ for one in map["list"]]

    class Line:
        def amount(self) -> int:
            return 4


class Child(Cart):
    """Not allowed, though its base is."""


@dataclasses.dataclass(frozen=True)
class Point:
    x: int = 3
    y: int = 4


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Meta(type):
    def __call__(cls, *args: Any) -> Any:
        return subprocess

    def leak(cls) -> Any:
        return cls.__subclasses__()


class WithMeta(metaclass=Meta):
    pass


ALLOWED = {
    "shop.Shop",
    "shop.Cart",
    "shop.Cart.Line",
    "shop.Point",
    "shop.Color",
    "shop.Overriding",
    "shop.WithMeta",
    "shop.Popen",
    "collections.OrderedDict",
    "collections.deque",
    "decimal.Decimal",
}


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module with the classes, and with another that it imports."""
    module = types.ModuleType("shop")
    for one in (Hidden, Shop, Overriding, Cart, Cart.Line, Child, Point, Color, WithMeta):
        monkeypatch.setattr(one, "__module__", "shop")
        module.__dict__[one.__name__] = one
    module.__dict__["Popen"] = subprocess.Popen
    module.__dict__["Function"] = print
    monkeypatch.setitem(sys.modules, "shop", module)
    yield module


def context(lookup: Callable[[str], bool] | bool = ALLOWED.__contains__, **options: Any) -> jactl.Context:
    context = jactl.Context(allow_host_access=True, allow_host_class_lookup=lookup, **options)
    context.function(lambda: Cart(99), name="cart")
    context.function(lambda: Child(98), name="child")
    context.function(lambda: Overriding(), name="overriding")
    return context


async def value_of(source: str, **options: Any) -> Any:
    return await context(**options).compile(source).run({})


@pytest.mark.parametrize("stress", [None, "suspend"])
@pytest.mark.parametrize(
    "source, expected",
    [
        ("import shop.Cart; new Cart(5).add(3).cents", 8),
        ("import shop.Cart as C; C c = new C(cents:5, currency:'USD'); c.sign()", "Cart USD"),
        ("new shop.Cart(5).total", 0.05),
        ("def c = cart(); c.total + c.'cents'", 99.99),
        ("shop.Cart.of('12').cents + shop.Cart.LIMIT + shop.Cart.RATE", 25),
        ("shop.Cart.sum(1, 2, 3).cents", 6),
        ("def f = shop.Cart.of; f('3').cents", 3),
        ("def f = cart().add; f(1).cents", 100),
        ("cart().\"${'add'}\"(2).\"${'cents'}\"", 101),
        ("shop.Shop x = cart(); x.sign() + x.hook()", "Cart EURhook of Shop"),
        ("cart().options(1) + cart().options(a:1, c:9)", [1, 2, 5, 6, 1, 2, 9, 6]),
        ("shop.Cart c = cart(); c.options(1, 3, 4)", [1, 3, 4, 6]),
        ("shop.Cart c; c?.add(1)", None),
        ("new shop.Cart.Line().amount()", 4),
        ("[new shop.Cart(1), cart()].map{ it.cents }.sum()", 100),
        ("shop.Cart[] a = new shop.Cart[2]; a[1] = cart(); a[1].cents", 99),
        ("class X { shop.Cart c }; new X(c:cart()).c.add(1).cents", 100),
        ("shop.Cart f(shop.Shop s) { s as shop.Cart }; f(cart()).cents", 99),
        ("cart() instanceof shop.Shop && !(overriding() instanceof shop.Cart) && !(1 instanceof shop.Cart)", True),
        ("switch (cart()) { shop.Point -> 1; shop.Shop -> 2 }", 2),
        ("new shop.Point(y:7).x + new shop.Point(1).y", 7),
        ("new shop.Point(1) == new shop.Point(1) && new shop.Point(1) != new shop.Point(2)", True),
        ("def m = [:]; m[new shop.Point(1)] = 2; m[new shop.Point(1)]", 2),
        ('"${new shop.Point(1)} ${cart()}"', "Point(x=1, y=4) <shop.Cart>"),
        ("shop.Color.RED == shop.Color.RED && shop.Color.RED != shop.Color.BLUE", True),
        ("import collections.OrderedDict; OrderedDict d = new OrderedDict([a:1]); d.b = 2; d", {"a": 1, "b": 2}),
        ("import collections.deque as Deque; def d = new Deque([1, 2]); d.append(3); d.popleft() + d.pop()", 4),
        ("new decimal.Decimal('1.5') + 1 == 2.5", True),
        ("eval('new shop.Cart(1).cents')", 1),
        ("cart().hidden().className() + ' ' + cart().hidden()", "shop.Hidden <shop.Hidden>"),
        ("def h = cart().hidden(); h == h && h != cart().hidden()", True),
        ("def h = cart().hidden(); cart().kinds(h, [h]) + cart().kinds_in([list:[h]])", ["Hidden", "list", "Hidden"]),
    ],
)
async def test_what_scripts_do_with_classes(source: str, expected: Any, stress: str | None) -> None:
    assert await value_of(source, stress=stress) == expected


async def test_async_methods_suspend_the_script_only(autojump_clock: object) -> None:
    script = context().compile("shop.Cart c = cart(); c.wait(5) + cart().wait(seconds:2)")
    async with trio.open_nursery() as nursery:
        started = trio.current_time()
        for _ in range(3):
            nursery.start_soon(script.run, {})
    assert trio.current_time() - started == 7


async def test_errors_become_the_scripts() -> None:
    for source, message, column in (
        ("1 + cart().fail()", "Error invoking shop.Cart.fail(): no stock", 12),
        ("cart().broken", "Error reading shop.Cart.broken: no such price", 8),
        ("cart().note", "Field 'note' of host class shop.Cart has no value", 8),
        ("new shop.Cart('no number').add(1)", None, 15),
    ):
        with pytest.raises(jactl.JactlError) as caught:
            await value_of(source)
        assert caught.value.column == column
        if message is not None:
            assert isinstance(caught.value, jactl.HostFunctionError) and message in str(caught.value)


async def test_objects_in_globals() -> None:
    script = context().compile("c.add(1).cents", globals={"c": Cart(1)})
    assert await script.run({"c": Cart(5)}) == 6
    with pytest.raises(jactl.JactlRuntimeError, match=r"Access to host class 'shop\.Hidden' not allowed"):
        await script.run({"c": Hidden()})
    assert type(await context().compile("h", globals={"h": None}).run({"h": Hidden()})) is Hidden


async def test_lists_of_the_host_keep_what_they_hold() -> None:
    kept = [Hidden(), [1, (2, Hidden())], Cart(1)]
    plain = [1, Cart(2)]
    opened = context()
    opened.function(lambda: kept, name="kept")
    opened.function(lambda: plain, name="plain")
    opened.function(lambda given: [type(one).__name__ for one in given], name="kinds")
    source = "def k = kept(); k.add(3); plain().add(4); kinds(k) + kinds(k[1][1]) + k[2].cents"
    assert await opened.compile(source).run({}) == ["Hidden", "list", "Cart", "int", "int", "Hidden", 1]
    assert type(kept[0]) is Hidden and type(kept[1][1]) is tuple and len(kept) == 3  # type: ignore[index]
    assert plain[2] == 4
    assert [type(one) for one in await opened.compile("kept()").run({})] == [Hidden, list, Cart]


async def test_without_host_access_nothing_is_open() -> None:
    closed = jactl.Context(allow_host_class_lookup=True)
    with pytest.raises(jactl.UsageError, match=r"cannot be given to a script.*allow_host_access"):
        await closed.compile("c", globals={"c": None}).run({"c": Cart(5)})
    with pytest.raises(jactl.CompileError, match="Unknown package 'shop'"):
        closed.compile("new shop.Cart(1)")


@pytest.mark.parametrize(
    "source, message",
    [
        ("new shop.Hidden()", "Unknown package 'shop'"),
        ("import shop.Child; new Child(1)", "Unknown package"),
        ("import shop.*; new Cart(1)", "No such package"),
        ("import os.*; 1", "No such package"),
        ("import subprocess.Popen; new Popen('true')", "Unknown package"),
        ("import pickle.Unpickler; 1", "Unknown package"),
        ("import shop.Popen; new Popen('true')", "Unknown package"),  # allowed under this name, not under its own
        ("import shop.Function; 1", "Unknown package"),
        ("import os.system as System; 1", "Expecting class name"),
        ("shop.Cart.Other.x()", "Other"),
        ("shop.Cart c = cart(); c.secret()", "No such method/field 'secret'"),
        ("shop.Cart c = cart(); c._key", "No such field or method '_key'"),
        ("shop.Cart c = cart(); c.cents = 3", "cannot be modified"),
        ("shop.Cart c = new shop.Shop()", "Cannot convert"),
        ("class X extends shop.Cart {}", "cannot extend host classes"),
        ("import static shop.Cart.of; of('1')", "import static"),
        ("def x = shop.Cart; x", "Class"),
        ("shop.Cart.mro()", "No such method 'mro'"),
        ("shop.Cart.add(1)", "No static method 'add'"),
        ("shop.Cart.__subclasses__()", "No such method"),
        ("shop.Cart.process", "No such field or method"),
        ("shop.WithMeta.leak()", "No such method 'leak'"),
        ("new shop.WithMeta()", "Could not find public constructor"),
        ("new shop.Cart()", "Missing mandatory argument: cents"),
        ("new shop.Cart(1, 'a', 3)", "Too many arguments"),
    ],
)
def test_what_the_compiler_refuses(source: str, message: str) -> None:
    with pytest.raises(jactl.CompileError, match=message):
        context().compile(source)


@pytest.mark.parametrize(
    "source",
    [
        *(
            f"cart().{name}"
            for name in ("__class__", "__dict__", "__init__", "_key", "currency", "process", "helper", "Line", "Other")
        ),
        *(
            f"cart().{name}()"
            for name in ("__subclasses__", "__reduce__", "__getattribute__", "mro", "format", "secret", "helper")
        ),
        "def n = '__cla' + 'ss__'; cart().\"$n\"",
        "cart()['cents']",
        "cart().cents = 1",
        "cart().add.__globals__",
        "shop.Cart.of.__func__",
        "cart().method()(1)",
        "cart().frame().f_globals",
        "cart().python().of('1')",
        "cart().python().__subclasses__()",
        "cart().hidden().secret()",
        "cart().hidden().__class__",
        "child().add(1)",
        "child().cents",
        "shop.Cart c = child(); c.cents",
        "shop.Cart c = child(); c.add(1)",
        "overriding().secret()",
        "overriding().hook()",  # Hidden overrides it
        "cart() as Map",
        "for (x in cart()) {}",
        "cart().hidden().each{ it }",
        "cart() < cart().hidden()",
        "'%d'.format(cart())",
        "cart().toJson()",
        '"${cart()}".size().__class__',
    ],
)
@pytest.mark.parametrize("lookup", [ALLOWED.__contains__, lambda name: name in ALLOWED])
async def test_what_is_never_reachable(source: str, lookup: Any) -> None:
    with pytest.raises((jactl.JactlRuntimeError, jactl.CompileError)):
        await value_of(source, lookup=lookup)


async def test_even_where_all_is_allowed() -> None:
    for source in (
        "cart().frame().f_globals",
        "cart().frame().clear()",
        "cart().method()(1)",
        "cart().python().mro()",
        "cart().__class__",
        "new builtins.type('x')",
        "import types.FunctionType; 1",
        "import types.ModuleType; 1",
        "import builtins.object as Any; 1",
        "import builtins.eval as Run; 1",
        "import shop._Private; 1",
    ):
        with pytest.raises((jactl.JactlRuntimeError, jactl.CompileError)):
            await value_of(source, lookup=True)
    assert await value_of("overriding().hook() + cart().hidden().secret()", lookup=True) == "hook of Hiddensecret"
    assert await value_of('"${overriding()}"', lookup=True) == "text of Hidden"


def test_a_module_is_imported_only_after_the_lookup_says_yes(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counted.py").write_text("import sys\nsys.counted = True\nclass Thing:\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    asked: list[str] = []

    def lookup(name: str) -> bool:
        asked.append(name)
        return len(allowed) > 0

    allowed: list[bool] = []
    with pytest.raises(jactl.CompileError):
        context(lookup).compile("new counted.Thing()")
    assert asked == ["counted.Thing"] and "counted" not in sys.modules
    allowed.append(True)
    context(lookup).compile("new counted.Thing()")
    assert sys.modules.pop("counted") is not None
    with pytest.raises(jactl.CompileError):
        context(lookup).compile("new nowhere_at_all.Thing()")


def test_a_lookup_that_fails_opens_nothing() -> None:
    def failing(name: str) -> bool:
        raise LookupError("the list is not there")

    for lookup, message in ((failing, "the list is not there"), (lambda name: 1, "not True or False")):
        with pytest.raises(jactl.UsageError, match=message):
            context(lookup).compile("new shop.Cart(1)")


async def test_a_lookup_that_fails_when_the_script_runs() -> None:
    def failing(name: str) -> bool:
        raise LookupError("the list is not there")

    with pytest.raises(jactl.UsageError, match="the list is not there"):
        await value_of("cart().cents", lookup=failing)


def test_a_module_that_cannot_be_imported(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unwell.py").write_text("raise OSError('no disk')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(jactl.UsageError, match=r"unwell.*no disk"):
        context(lambda name: True).compile("new unwell.Thing()")


async def test_checkpoints_name_what_they_cannot_hold() -> None:
    opened = context()
    for source, name in (
        ("def basket = cart()\ncheckpoint()\nbasket", "Cart"),
        ("def basket = cart().hidden(); checkpoint(); basket", "shop.Hidden"),
    ):
        async with jactl.open_runtime(opened) as runtime:
            instance = await runtime.start(opened.compile(source))
            with pytest.raises(jactl.CheckpointEncodeError, match="basket") as caught:
                await instance.result()
        assert name in str(caught.value)


async def test_classes_are_saved_by_name_and_asked_for_again() -> None:
    saved: list[bytes] = []

    class Keeping(jactl.Environment):
        def save_checkpoint(self, id: Any, checkpoint_id: int, checkpoint: bytes, *rest: Any) -> None:
            saved.append(checkpoint)
            super().save_checkpoint(id, checkpoint_id, checkpoint, *rest)

    source = "def of = shop.Cart.of; def a = new shop.Cart[1]; checkpoint(); a[0] = of('3'); a[0].cents"
    one = context()
    async with jactl.open_runtime(one, environment=Keeping()) as runtime:
        assert await (await runtime.start(one.compile(source))).result() == 3
        assert await (await runtime.recover_checkpoint(saved[0])).result() == 3
    other = context()
    other.compile(source)
    async with jactl.open_runtime(other, environment=Keeping()) as runtime:
        assert await (await runtime.recover_checkpoint(saved[0])).result() == 3
    strict = context(lambda name: False)
    with pytest.raises(jactl.CompileError):
        strict.compile(source)
    async with jactl.open_runtime(strict, environment=Keeping()) as runtime:
        with pytest.raises(jactl.JactlError):
            await (await runtime.recover_checkpoint(saved[0])).result()


async def test_a_copy_of_a_context_has_the_same_classes() -> None:
    first = context()
    assert await first.compile("cart().add(1).cents").run({}) == 100
    assert await first.copy(stress="suspend").compile("cart().add(1).cents + new shop.Cart(1).cents").run({}) == 101
