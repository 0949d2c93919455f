"""pydantic-monty: the same work in its Python, and snapshots of the same state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..benchmark import Benchmark, Workbench
from ..checkpoints import STATES, State, again, waiting
from ..language import runner
from ..measure import repeated
from ..rows import Row, ratio_at_most
from .process import Peer, in_turns

_NAME = "pydantic-monty"
_FASTER = ratio_at_most(1)


@dataclass(frozen=True)
class Work:
    name: str
    script: str
    setup: str  # its Python, which defines
    call: str  # what is called


_FIB = "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"
_MERGE_SORT = """
def merged(items, compare):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merged(items[:middle], compare), merged(items[middle:], compare)
    result, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if compare(left[i], right[j]) <= 0:
            result.append(left[i])
            i += 1
        else:
            result.append(right[j])
            j += 1
    return result + left[i:] + right[j:]
def work():
    in_order = merged([(i * 7919) % 100003 for i in range(20000)], lambda a, b: b - a)
    return len(in_order) + in_order[0] + in_order[100]
"""
_SORT = "def r = 20000.map{ (it * 7919) % 100003 }.sort{ a, b -> b - a }; r.size() + r[0] + r[100]"
_MERGE_SORT_SCRIPT = """def merged(items, compare) {
  if (items.size() < 2) { return items }
  int middle = items.size() / 2
  List left = merged(items.subList(0, middle), compare); List right = merged(items.subList(middle), compare)
  List result = []; int i = 0; int j = 0
  while (i < left.size() && j < right.size()) {
    if (compare(left[i], right[j]) <= 0) { result <<= left[i]; i++ } else { result <<= right[j]; j++ }
  }
  return result + left.subList(i) + right.subList(j)
}
def r = merged(20000.map{ (it * 7919) % 100003 }, { a, b -> b - a }); r.size() + r[0] + r[100]
"""
WORKS = (
    Work("fib(25), typed", "int fib(int n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(25)", _FIB, "fib(25)"),
    Work("fib(25), untyped", "def fib(n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }; fib(25)", _FIB, "fib(25)"),
    Work(
        "while loop to 1,000,000",
        "def i = 0; def t = 0; while (i < 1000000) { t += i & 7; i++ }; t",
        "def work():\n    i = t = 0\n    while i < 1000000:\n        t += i & 7\n        i += 1\n    return t\n",
        "work()",
    ),
    Work(
        "word count of 200,000",
        "def words = 'the quick brown fox jumps over the lazy dog and the cat'.split(/ /)\n"
        "def counts = [:]; for (int i = 0; i < 200000; i++) { counts[words[i % 12]] += 1 }; counts.the",
        "words = 'the quick brown fox jumps over the lazy dog and the cat'.split(' ')\n"
        "def work():\n    counts = {}\n    for i in range(200000):\n        w = words[i % 12]\n"
        "        counts[w] = counts.get(w, 0) + 1\n    return counts['the']\n",
        "work()",
    ),
    Work("sort of 20,000 by comparator, there a merge sort in the script", _SORT, _MERGE_SORT, "work()"),
    Work("merge sort of 20,000 by comparator in the script", _MERGE_SORT_SCRIPT, _MERGE_SORT, "work()"),
)

_MAPS = "[{'id': i, 'name': f'item {i}', 'price': i * 1.5, 'count': i % 7, 'isNew': i % 2 == 0} for i in range(COUNT)]"
CODE = {
    "small": "a = 1\nb = 2\nc = 'three'\nd = 4.0\ne = True\nwait()\n[a, b, c, d, e]",
    "medium": f"items = {_MAPS}\nwait()\nitems".replace("COUNT", "100"),
    "large": f"items = {_MAPS}\nwait()\nitems".replace("COUNT", "10000"),
}


def _work(work: Work, workbench: Workbench) -> Iterator[Row]:
    ours = runner(work.script)
    with Peer(workbench.peers, "monty", workbench.folder) as monty:
        request = {"setup": work.setup, "call": work.call}
        assert monty.ask("run", **request)["answer"] == ours(), work.name
        times = in_turns(ours, partial(monty.seconds, "run", **request), min(workbench.effort.rounds, 5))
    yield Row(work.name, "ms", times.ours_s * 1e3, times.other_s * 1e3, times.ratio, _NAME, _FASTER)


def _snapshots(state: State, workbench: Workbench) -> Iterator[Row]:
    driver, code = waiting(f"{state.setup}; checkpoint(); {state.value}"), CODE[state.name]
    checkpoint, times = driver.encoded(1), min(state.times, 50)
    with Peer(workbench.peers, "monty", workbench.folder) as monty:
        size = monty.ask("dump", code=code, times=1)["bytes"]
        answer = monty.ask("load", code=code, times=1)["answer"]
        assert answer == ([1, 2, "three", 4.0, True] if state.name == "small" else maps(len(answer)))
        sides: dict[str, Callable[[], Any]] = {
            "dump": lambda: driver.encoded(1),
            "load": lambda: again(driver).restore(checkpoint),
        }
        for what, ours in sides.items():
            there = partial(monty.seconds, what, code=code, times=times)
            found = in_turns(repeated(times, ours), there, workbench.effort.rounds)
            per = 1e6 / times
            name = f"snapshot, {state.name}: {what}"
            yield Row(name, "us", found.ours_s * per, found.other_s * per, found.ratio, _NAME, _FASTER)
    ratio = len(checkpoint) / size
    yield Row(f"snapshot, {state.name}: bytes", "bytes", len(checkpoint), size, ratio, _NAME, _FASTER)


def maps(count: int) -> list[dict[str, Any]]:
    return [{"id": i, "name": f"item {i}", "price": i * 1.5, "count": i % 7, "isNew": i % 2 == 0} for i in range(count)]


BENCHMARKS = (
    *(Benchmark(f"monty, {work.name}", partial(_work, work)) for work in WORKS),
    *(
        Benchmark(f"monty, snapshot, {state.name}", partial(_snapshots, state))
        for state in STATES
        if state.name in CODE
    ),
)
