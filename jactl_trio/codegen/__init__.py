"""Resolved tree -> Python functions, resume sites and positions: a Unit that a machine can run."""

from . import (  # noqa: F401 - each registers its handlers
    access,
    arithmetic,
    assignment,
    calls,
    classes,
    comparisons,
    conversions,
    increments,
    iteration,
    literals,
    loops,
    nulls,
    operators,
    regex,
    statements,
    strings,
    switch,
    variables,
)
from .build import generate

__all__ = ["generate"]
