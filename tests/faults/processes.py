"""Host processes: run to their end or their kill, with what they told; a store's state afterwards."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID

from jactl_trio.store import open_store

from .events import SENT, Event
from .forking import ROOT as ROOT
from .forking import Forked
from .ledger import violations

W = TypeVar("W")
O = TypeVar("O")  # noqa: E741


def in_parallel(work: Callable[[W], O], items: Iterable[W], workers: int) -> list[O]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


def some_of(items: Sequence[W], count: int | None) -> Sequence[W]:
    """So many of them, from all over; None: all."""
    if count is None or count >= len(items):
        return items
    return [items[index * len(items) // count] for index in range(count)]


def command_of(url: str, *options: object) -> list[str]:
    return [sys.executable, "-m", "tests.faults.host", url, *map(str, options)]


def run_host(options: Sequence[object], traced: Sequence[str] = ()) -> tuple[bool, list[Event]]:
    """Did it come to its own end (with success)? And what it told."""
    with Forked(options, traced) as host:
        assert host.wait(), f"the host does not end: {options}"
        if host.code not in (0, -signal.SIGKILL):
            raise AssertionError(f"the host ended with {host.code}: {host.words()}")
        return host.code == 0, host.events()


def messages_option(events: Iterable[Event]) -> list[str]:
    """For the next host: how many messages of each instance were acknowledged."""
    sent: dict[int, int] = {}
    for event in events:
        if event.kind == SENT:
            sent[event.id.int] = max(sent.get(event.id.int, 0), event.number)
    return [f"--messages={','.join(f'{number}={count}' for number, count in sent.items())}"]


def faults_found(
    url: str, events: Sequence[Event], expected: Mapping[UUID, str], lapsed: Iterable[str] = ()
) -> list[str]:
    """What the events break, and what is wrong with the store."""
    store = open_store(url, must_exist=True)
    store.open()
    states = {record.id: record.state for record in store.instances(limit=1_000_000)}
    found = [*violations(events, expected, lapsed), *store.check()]
    found += [f"{id} is {states.get(id)} in the store" for id in expected if states.get(id) != "finished"]
    store.close()
    return found
