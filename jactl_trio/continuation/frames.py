"""Frames: a stopped script as plain data."""

from __future__ import annotations

from typing import Any

from ..structs import Struct
from .unit import Code, Site


class Frame(Struct):
    """One call that waits: its function, the site where it waits, and the variables needed after the site.

    `locals` holds exactly the names of the site's live set (see continuation.liveness).
    """

    code: Code
    site: Site
    locals: dict[str, Any]

    @property
    def offset(self) -> int:
        """Source offset of the waiting call; -1 for the runtime's own functions."""
        return self.site.pos
