"""The scripts of all worlds, compiled in several Contexts: an instance goes on in code that was compiled elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jactl_trio.runtime.context import Context
from jactl_trio.runtime.script import Script
from jactl_trio.verify.drawn_scripts import host_context
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.subjects import Subject

FOLDER = Path(__file__).parents[1] / "verify" / "scripts"
COMPILATIONS = 3
SHORTER = ("sleep(3600000)", "sleep(200000)")  # in an hour hosts look thousands of times for something to do

# Waits, and says in its value how often it was recovered at each checkpoint with closures.
PATIENT = """
def seen = []
for (int i = 0; i < 3; i++) {
  seen <<= checkpoint(commit: { committed(i); 'saved' }, recover: { recovered(i); 'recovered' })
  sleep(20000)
  println "${i}: ${fetch(i)}"
}
seen
"""


@dataclass(frozen=True)
class Scripts:
    """references: of each script.  compiled: by Context, by script."""

    references: tuple[Reference, ...]
    contexts: tuple[Context, ...]
    compiled: tuple[tuple[Script, ...], ...]


@cache
def scripts() -> Scripts:
    """They are compiled once in a process."""
    texts = [path.read_text() for path in sorted(FOLDER.glob("*.jactl"))]
    sources = [text.replace(*SHORTER) for text in texts if "// messages:" not in text]  # nobody sends any here
    subjects = [Subject.read(source, None, host_context) for source in (*sources, PATIENT)]
    contexts = [subjects[0].new_context() for _ in range(COMPILATIONS)]
    compiled = [tuple(subject.script(context) for subject in subjects) for context in contexts]
    return Scripts(tuple(map(Reference, subjects)), tuple(contexts), tuple(compiled))
