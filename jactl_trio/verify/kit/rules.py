"""Rules: functions that are given a place of checkpoints and fail with an AssertionError where it breaks the rule."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...store import CheckpointStore

P = TypeVar("P")
F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True)
class Rule(Generic[P]):
    """One rule; `needs_views`: several stores over the same data, as other processes have."""

    name: str
    check: Callable[[P], None]
    needs_views: bool = False


class StorePlace:
    """Where stores keep their data, empty at first: open() gives the store, then further views of the same data.

    further: makes a view; without it open() gives the one store again, and has_views is False.
    """

    def __init__(
        self, factory: Callable[[], CheckpointStore], further: Callable[[], CheckpointStore] | None = None
    ) -> None:
        self.has_views = further is not None
        self._factory = factory
        self._further = further
        self._opened: list[CheckpointStore] = []

    def open(self) -> CheckpointStore:
        if self._opened and self._further is None:
            return self._opened[0]
        store = self._further() if self._opened and self._further is not None else self._factory()
        store.open()
        self._opened.append(store)
        return store

    def close(self) -> None:
        for store in self._opened:
            store.close()


STORE_RULES: list[Rule[StorePlace]] = []


def store_rule(**choices: list[Any]) -> Callable[[F], F]:
    """Add a rule, or one for each choice of its further parameter.

    Its first parameter is named `store` (it is given one) or `place` (it opens several views).
    """

    def add(function: F) -> F:
        takes_place = next(iter(inspect.signature(function).parameters)) == "place"
        text = function.__name__.replace("_", " ")
        for further in [{name: one} for name, values in choices.items() for one in values] or [{}]:
            name = text + "".join(f" ({parameter} {value!r})" for parameter, value in further.items())

            def check(place: StorePlace, further: dict[str, Any] = further) -> None:
                function(place if takes_place else place.open(), **further)

            STORE_RULES.append(Rule(name, check, takes_place))
        return function

    return add
