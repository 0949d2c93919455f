"""The options of a Context, as the compiler and the running code read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Options:
    """Mirrors the guide's page on JactlContext; None or -1: no limit. Times in milliseconds where the name says so."""

    min_scale: int = 10
    max_loop_iterations: int = -1
    max_execution_time: int = -1  # milliseconds
    class_access_to_globals: bool = False
    allow_undeclared_globals: bool = False
    disable_eval: bool = False
    disable_print: bool = False
    disable_die: bool = False
    allow_host_access: bool = False
    allow_host_class_lookup: Callable[[str], bool] | bool = False
    repl_mode: bool = False
    fold_constants: bool = True
    stress: str | None = None  # None, "suspend" or "checkpoint"

    @property
    def disabled_words(self) -> frozenset[str]:
        """The words of the language that scripts may not use."""
        disabled = {"eval"} if self.disable_eval else set()
        if self.disable_print:
            disabled |= {"print", "println"}
        if self.disable_die:
            disabled.add("die")
        return frozenset(disabled)
