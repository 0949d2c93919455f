"""What was found of planted faults -> the words for the figures, and a fault of the proof for each that was not found.

A proof that finds nothing shows something only if it would have found a store or a runtime with a fault. So each has
its negative control: the same worlds, judged by the same checks, with a fault planted (`tests/store/planted.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .figures import Row


def with_controls(row: Row, planted: Mapping[str, Sequence[str]]) -> Row:
    """planted: by name of the planted fault, what was found of it."""
    words = [f"{name} {f'found ({len(found)} faults)' if found else 'NOT found'}" for name, found in planted.items()]
    row.text += f"; planted: {', '.join(words)}"
    row.bad += [f"planted: {name} passes: the check cannot fail" for name, found in planted.items() if not found]
    return row
