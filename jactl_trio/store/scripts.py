"""What a store keeps of a script: its source, and what it was compiled against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class ScriptRecord:
    """All it takes to compile a unit again, elsewhere.

    globals: the static types, by name, of the globals that were bound when it was compiled.  uses: the identities of
    the class files that it was compiled against.
    """

    identity: str
    source: str
    name: str = ""
    package: str = ""
    globals: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    is_class: bool = False
