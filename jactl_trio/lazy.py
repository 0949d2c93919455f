"""Names of a package -> their values, whose modules are imported when a name is first used.

The one way in which this library loads late what a small script does not need (docs/architecture.md).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(package: str, places: Mapping[str, tuple[str, str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package. places: the module (below the package) and the name in it, by public name."""

    def get(name: str) -> Any:
        place = places.get(name)
        if place is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, attribute = place
        value = getattr(import_module(f".{module}", package), attribute)
        setattr(sys.modules[package], name, value)
        return value

    return get
