"""Golden checkpoints: what a release wrote, how each is given to a host today, and what has to come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jactl_trio import Key, KeyRing

FOLDER = Path(__file__).parent
KEY = b"a golden key"
NAMED = Key("golden-1", b"a golden secret of 32 bytes ....")
OTHER = KeyRing(Key("golden-1", b"another secret of 32 bytes ...."))
ENCRYPTED = "golden-2", b"a golden secret of 32 bytes ...!"


@dataclass(frozen=True)
class Golden:
    """A script whose first checkpoint() is kept in a file; `value`: what it comes to, recovered from that."""

    name: str
    source: str
    value: Any
    key: bytes | KeyRing | None = None
    encrypted_by: tuple[str, bytes] | None = None  # a key that is made when it is needed: it needs the library

    def keys(self) -> bytes | KeyRing | None:
        return self.key if self.encrypted_by is None else KeyRing(Key(*self.encrypted_by, encrypt=True))

    def path(self, version: int) -> Path:
        return FOLDER / f"format-{version}" / f"{self.name}.checkpoint"


@dataclass(frozen=True)
class Refusal:
    """The bytes of a golden checkpoint, changed, or given to a host with another key: the message begins so."""

    name: str
    golden: str
    message: str
    change: Callable[[bytes], bytes] = bytes
    key: bytes | KeyRing | None = None


GOLDENS = (
    Golden("answer", "checkpoint({ 'saved' }, { 'recovered' })", "recovered"),
    Golden("loop", "int n = 0; for (int i = 0; i < 4; i++) { n += i; if (i == 2) { checkpoint() } }; n", 6),
    Golden("without_closures", "def n = 1; checkpoint(); n + 1", 2),  # and without a frame of its own
    Golden(  # written when a helper read and stored elements, and the length was looked at in each round
        "elements",
        "def save(x) { if (x == 3) { checkpoint() }; x }; List l = [1, 2, 3]; Map m = [(1): 4]\n"
        "for (int i = 0; i < l.size(); i++) { l[0]++; l[i] += save(i + 1) + l[i]; m[i % 2] += save(i + 1); m.x++ }\n"
        "[l, m[0], m[1], m.x]",
        [[7, 6, 9], 4, 6, 3],
    ),
    Golden(
        "values",
        "def v = [null, true, 1, 2L, (byte)3, 4.5D, 6.70, 'text', \"g${1 + 1}\", [a:1, 'b c':[2]], [] as int[]]\n"
        'checkpoint(); "$v"',
        "[null, true, 1, 2, 3, 4.5, 6.70, 'text', 'g2', [a:1, 'b c':[2]], []]",
    ),
    Golden(
        "shared",
        "def a = [1]; def m = [x:a, y:a]; m.self = m; checkpoint(); m.x <<= 2; "
        "[m.y, m.self.self.x === a, m.self === m]",
        [[1, 2], True, True],
    ),
    Golden(
        "closures",
        "int n = 1; def add = { x -> n += x; n }; def twice = { f, x -> f(x); f(x) }\n"
        "add(1); checkpoint(); twice(add, 5)",
        12,
    ),
    Golden(
        "classes",
        "class P { int x; P next = null; def total() { checkpoint(); x + (next ? next.total() : 0) } }\n"
        "class Q extends P { def total() { 100 + super.total() } }\n"
        "new Q(x:1, next:new P(x:2)).total()",
        103,
    ),
    Golden(
        "half_evaluated",
        'def f(x) { if (x == 3) { checkpoint() }; x }; def a = [f(1), "${f(2)}-${f(3)}", f(4) * 10 + f(3)]; a',
        [1, "2-3", 43],
    ),
    Golden("pipeline", "[1,2,3,4].map{ it * 2 }.filter{ checkpoint(); it > 2 }.sum()", 18),
    Golden(
        "cell_of_a_pipeline",  # n, m and s stood in cells, which nothing but these closures had
        "int n = 1; def m = 2; String s = ''\n"
        "def f(x) { long k = 3; [x].each{ k += it }; checkpoint(); [k].each{ k += it }; k }\n"
        "[2,3].each{ n += it; s += it }; def k = f(1) + m; m = 100; n = n + 1; [10].each{ n += it; m += it }\n"
        "def x = [1,2].map{ x -> x * 2 }.filter{ x -> x > 2 }; [n, m, s, k, x]",
        [17, 110, "23", 10, [4]],
    ),
    Golden(  # the cell was needed there, the value of n is not
        "cell_of_a_pipeline_written_anew",
        "int n = 1; def x = [2].map{ checkpoint(); it }; n = 5; [1,2].each{ n += it }; n + x[0]",
        10,
    ),
    Golden(  # beside the calls there is a loop now
        "pipeline_of_unknown_source",
        "def same = { it }; int n = 0; def l = same([1, 2, 3]); "
        "def many = 10 + l.map{ it * 2 }.filter{ n += it; checkpoint(); it > 2 }.sum()\n"
        "many + l.map{ it + n }.sum() + l.reduce(0){ a, b -> checkpoint(); a + b }",
        68,
    ),
    Golden("sort", "[3,1,2].sort{ a, b -> checkpoint(); b <=> a }", [3, 2, 1]),
    Golden("recursion", "def f(int n) { if (n == 0) { checkpoint(); return 0 }; n + f(n - 1) }; f(20)", 210),
    Golden(  # a function passed its environment on, though there was nothing in it
        "recursion_in_a_sum",
        "def fib(int n) { if (n < 2) { checkpoint(); return n }; fib(n - 1) + fib(n - 2) }; fib(7)",
        13,
    ),
    Golden(  # the variables were needed for environments with nothing in them
        "closures_that_capture_nothing",
        "def square = { int x -> x * x }; def add = { a, b -> a + b }; def g = { add(it, square(it)) }\n"
        "checkpoint(); add(square(3), square(4)) + g(2)",
        31,
    ),
    Golden("eval", "int n = 2; eval('def f(x) { checkpoint(); x * 3 }; f(n)', [n:n]) + 1", 7),
    Golden("date", "def d = LocalDate.parse('2024-02-29'); checkpoint(); \"${d.plusYears(1)}\"", "2025-02-28"),
    Golden("large", 'def l = 3000.map{ "item ${it % 7}" }; checkpoint(); l.size() + l[2999].size()', 3006),
    Golden("keyed", "def s = 'se' + 'cret'; checkpoint(); s", "secret", KEY),
    Golden("named_key", "def s = 'se' + 'cret'; checkpoint(); s", "secret", KeyRing(NAMED)),
    Golden("encrypted", "def s = 'se' + 'cret'; checkpoint(); s", "secret", encrypted_by=ENCRYPTED),
)

_BODY_BYTE = -40  # before the digest


def _damaged(checkpoint: bytes) -> bytes:
    return checkpoint[:_BODY_BYTE] + bytes([checkpoint[_BODY_BYTE] ^ 1]) + checkpoint[_BODY_BYTE + 1 :]


def _of_next_format(checkpoint: bytes) -> bytes:
    """With a digest that is right, as a newer release would write it."""
    head = checkpoint[:3] + bytes([checkpoint[3] + 1]) + checkpoint[4:-32]
    return head + blake2b(head, digest_size=32).digest()


REFUSALS = (
    Refusal("damaged", "loop", "The checkpoint's digest is wrong", _damaged),
    Refusal("cut off", "loop", "The checkpoint is cut off", lambda checkpoint: checkpoint[:-1]),
    Refusal("of a newer format", "loop", "The checkpoint has format 2, this release reads 1", _of_next_format),
    Refusal("no checkpoint", "loop", "These bytes are no checkpoint", lambda checkpoint: b"PK" + checkpoint),
    Refusal("keyed, and the host has no key", "keyed", "The checkpoint is keyed"),
    Refusal("keyed, and the host has another key", "keyed", "The checkpoint's digest is wrong", key=b"another"),
    Refusal(
        "of a key that the host has not",
        "named_key",
        "The checkpoint has the key 'golden-1', which is not given; given: 'golden-2'",
        key=KeyRing(Key(*ENCRYPTED)),
    ),
    Refusal("of a key with another secret", "named_key", "The checkpoint's digest is wrong", key=OTHER),
    Refusal("encrypted, and the host has no key", "encrypted", "The checkpoint is keyed"),
    Refusal(
        "encrypted, and the host has other keys",
        "encrypted",
        "The checkpoint has the key 'golden-2', which is not given; given: 'golden-1'",
        key=KeyRing(NAMED),
    ),
    Refusal("not keyed, and the host has a key", "loop", "The checkpoint is not keyed", key=KEY),
)
