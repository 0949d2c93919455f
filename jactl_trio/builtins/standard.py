"""Importing this module declares everything the language has; LANGUAGE is the registry of it."""

from __future__ import annotations

from .declare import LANGUAGE

__all__ = ["LANGUAGE"]
