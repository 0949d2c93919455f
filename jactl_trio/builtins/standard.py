"""Importing this module declares everything the language has; LANGUAGE is the registry of it."""

from __future__ import annotations

from . import class_json, collecting, dates, globals, lists, numbers, objects, pipelines, reducing, sorting, strings
from .declare import LANGUAGE

DECLARED_IN = (class_json, collecting, dates, globals, lists, numbers, objects, pipelines, reducing, sorting, strings)

__all__ = ["DECLARED_IN", "LANGUAGE"]
