"""Lists, maps, pipelines and sorting."""

from __future__ import annotations

from collections import defaultdict
from functools import cmp_to_key
from typing import Any

from .pair import IN_C, TYPED, UNTYPED, Pair

_WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "and", "the", "cat"]


def _word_count() -> int:
    counts: dict[str, int] = {}
    for i in range(100_000):
        word = _WORDS[i % 12]
        counts[word] = counts.get(word, 0) + 1
    return counts["the"]


def _map_of_ints() -> int:
    squares: dict[str, int] = {}
    for i in range(20_000):
        squares[f"k{i & 1023}"] = i
    total = 0
    for _, value in squares.items():
        total += value & 7
    return total


def _map_fields() -> int:
    order = {"price": 3, "count": 0}
    for i in range(100_000):
        order["count"] += order["price"] & i
    return order["count"] & 0xFFFFF


def _list() -> int:
    items = []
    for i in range(60_000):
        items.append(i & 15)
    total = 0
    for i in range(len(items)):
        total += items[i]
    return total


def _list_iteration() -> int:
    items = list(range(100_000))
    total = 0
    for item in items:
        total += item & 7
    return total


def _pipeline() -> int:
    return sum(y for x in range(20_000) if (y := x * 3) % 2 == 0)


def _each() -> int:
    total = 0
    for x in range(60_000):
        total += x & 3
    return total


def _reduce() -> int:
    result = 0
    for x in range(40_000):
        result = (result + x) & 0xFFFF
    return result


def _group_by() -> int:
    groups = defaultdict(list)
    for x in range(20_000):
        groups[str(x % 7)].append(x)
    return max(len(group) for group in groups.values())


def _records() -> int:
    people: list[dict[str, Any]] = [{"name": f"n{i % 50}", "age": i % 90} for i in range(5_000)]
    return sum(len(person["name"]) for person in people if person["age"] > 40)


def _sort_by_comparator() -> int:
    items = [(i * 7919) % 100_003 for i in range(30_000)]

    def descending(a: int, b: int) -> int:
        return (b > a) - (b < a)

    in_order: list[int] = sorted(items, key=cmp_to_key(descending))
    return in_order[0]


def _sort_by_field() -> int:
    people: list[dict[str, Any]] = [{"name": f"n{i}", "age": (i * 7919) % 1_009} for i in range(5_000)]
    return int(sorted(people, key=lambda person: person["age"])[-1]["age"])


def _sort_natural() -> int:
    return sorted((i * 7919) % 100_003 for i in range(60_000))[0]


def _merge_sort() -> int:
    def merged(items: list[int]) -> list[int]:
        if len(items) < 2:
            return items
        middle = len(items) // 2
        left, right = merged(items[:middle]), merged(items[middle:])
        result, i, j = [], 0, 0
        while i < len(left) and j < len(right):
            if left[i] <= right[j]:
                result.append(left[i])
                i += 1
            else:
                result.append(right[j])
                j += 1
        return result + left[i:] + right[j:]

    in_order = merged([(i * 7919) % 100_003 for i in range(8_000)])
    return len(in_order) + in_order[100] + in_order[-1]


PAIRS = (
    Pair(
        "word count, untyped",
        "def words = 'the quick brown fox jumps over the lazy dog and the cat'.split(/ /)\n"
        "def counts = [:]; for (int i = 0; i < 100000; i++) { counts[words[i % 12]] += 1 }; counts.the",
        _word_count,
        TYPED,
    ),
    Pair(
        "word count, typed",
        "List words = 'the quick brown fox jumps over the lazy dog and the cat'.split(/ /)\n"
        "Map counts = [:]; for (int i = 0; i < 100000; i++) { String w = words[i % 12]; counts[w] += 1 }; counts.the",
        _word_count,
        TYPED,
    ),
    Pair(
        "map: built and iterated",
        'Map m = [:]; for (int i = 0; i < 20000; i++) { m["k${i & 1023}"] = i }\n'
        "int t = 0; m.each{ k, v -> t += v & 7 }; t",
        _map_of_ints,
        TYPED,
    ),
    Pair(
        "map: fields",
        "Map m = [price: 3, count: 0]; for (int i = 0; i < 100000; i++) { m.count += m.price & i }; m.count & 0xFFFFF",
        _map_fields,
        TYPED,
    ),
    Pair(
        "list: appended and indexed",
        "List l = []; for (int i = 0; i < 60000; i++) { l <<= i & 15 }; int t = 0\n"
        "for (int i = 0; i < l.size(); i++) { t += l[i] }; t",
        _list,
        TYPED,
    ),
    Pair(
        "list: for each element",
        "def l = 100000.map(); int t = 0; for (int x in l) { t += x & 7 }; t",
        _list_iteration,
        TYPED,
    ),
    Pair("pipeline: map, filter, sum", "20000.map{ it * 3 }.filter{ it % 2 == 0 }.sum()", _pipeline, TYPED),
    Pair("pipeline: each", "int t = 0; 60000.each{ t += it & 3 }; t", _each, TYPED),
    Pair("pipeline: reduce", "40000.reduce(0){ r, x -> (r + x) & 0xFFFF }", _reduce, TYPED),
    Pair("pipeline: groupBy", "20000.groupBy{ '' + it % 7 }.map{ k, v -> v.size() }.max()", _group_by, TYPED),
    Pair(
        "pipeline: records",
        'def people = 5000.map{ [name: "n${it % 50}", age: it % 90] }\n'
        "people.filter{ it.age > 40 }.map{ it.name.size() }.sum()",
        _records,
        TYPED,
    ),
    Pair(
        "sort by comparator", "30000.map{ (it * 7919) % 100003 }.sort{ a, b -> b <=> a }[0]", _sort_by_comparator, TYPED
    ),
    Pair(
        "sort by field",
        'def people = 5000.map{ [name: "n$it", age: (it * 7919) % 1009] }\n'
        "people.sort{ a, b -> a.age <=> b.age }[-1].age",
        _sort_by_field,
        TYPED,
    ),
    Pair("sort, natural order", "60000.map{ (it * 7919) % 100003 }.sort()[0]", _sort_natural, IN_C),
    Pair(
        "merge sort in the script",
        "def merged(items) {\n"
        "  if (items.size() < 2) { return items }\n"
        "  int middle = items.size() / 2\n"
        "  List left = merged(items.subList(0, middle)); List right = merged(items.subList(middle))\n"
        "  List result = []; int i = 0; int j = 0\n"
        "  while (i < left.size() && j < right.size()) {\n"
        "    if (left[i] <= right[j]) { result <<= left[i]; i++ } else { result <<= right[j]; j++ }\n"
        "  }\n"
        "  return result + left.subList(i) + right.subList(j)\n"
        "}\n"
        "def r = merged(8000.map{ (it * 7919) % 100003 }); r.size() + r[100] + r[-1]",
        _merge_sort,
        UNTYPED,
    ),
)
