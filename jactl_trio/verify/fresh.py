"""Checkpoints of a script -> what becomes of each in a fresh process, which knows nothing but the bytes.

The parent sends the script, its checkpoints and the recorded answers of the host; the child goes on from each
checkpoint to the end, and answers with what it has seen.  `python -m jactl_trio.verify.fresh` is the child.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import cbor2
import trio

from .. import errors
from ..checkpoint import Snapshot, decode, encode
from ..continuation.machine import Step
from ..errors import HostFunctionError, InternalError, JactlError
from ..runtime.context import Context
from ..values.convert import from_host, to_host
from .answers import Answer
from .loading import LoadedHost, load, path_of
from .reference import Path, Plain, PlainDriver, Reference, Segment, drive, new_run, run_on_mock_clock
from .scripted_post import PlainPost
from .subjects import Recorder, Subject

CHILD_SECONDS_MAX = 300.0
Taken = tuple[bytes, float, dict[str, int]]  # a checkpoint, its time, and how many messages were received by then


def fresh_runs(reference: Reference, most: int) -> list[tuple[Path, Plain]]:
    """Recover at each of the first checkpoints in a fresh process: (the path that it stands for, what was seen).

    The subject's make_context must be something that another process can import.
    """
    subject = reference.subject
    taken: list[Taken] = run_on_mock_clock(_checkpoints, subject)[:most]
    if not taken:
        return []
    paths = [(True,) * index + (False,) for index in range(len(taken))]
    for path in paths:
        reference.plain(path)  # records what the host answers on it
    context = subject.context()
    job = {
        "host": path_of(subject.make_context),
        "source": subject.source,
        "name": subject.name,
        "globals": _packed(context, subject.given()),
        "messages": _packed(context, subject.messages),
        "stubs": _packed(context, dict(subject.recorder.stubs)),
        "answers": _packed(context, list(map(list, _answers(subject.recorder)))),
        "checkpoints": taken,
    }
    return list(zip(paths, map(_plain, _run_child(job)), strict=True))


def _run_child(job: dict[str, Any]) -> list[Any]:
    folders = os.pathsep.join(folder or os.getcwd() for folder in sys.path)
    done = subprocess.run(
        [sys.executable, "-m", "jactl_trio.verify.fresh"],
        input=cbor2.dumps(job),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": folders},
        timeout=CHILD_SECONDS_MAX,
        check=False,
    )
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace").strip()
        raise InternalError(f"The fresh process failed: {text[-1000:]}")
    return list(cbor2.loads(done.stdout))


class _TakingDriver(PlainDriver):
    """Keeps the bytes of every checkpoint."""

    __slots__ = ("taken",)

    taken: list[Taken]

    async def save(self) -> Step:
        self.run_state.call_ordinal = 0
        assert isinstance(self.post, PlainPost)
        letters = dict(self.post.box.taken)
        self.taken.append((self.encoded(self.run_state.checkpoint_id + 1), trio.current_time(), letters))
        return await super().save()


async def _checkpoints(subject: Subject) -> list[Taken]:
    script = subject.script()
    driver = _TakingDriver(script.unit, new_run(script, subject))
    driver.taken = []
    await drive(subject, driver)
    return driver.taken


def _answers(recorder: Recorder) -> list[tuple[Any, ...]]:
    """Rows of name, arguments, checkpoint id, ordinal, value, error class, message."""
    rows: list[tuple[Any, ...]] = []
    for (name, text, checkpoint_id, ordinal), (value, error) in recorder.known().items():
        shown = error
        if error is not None and not isinstance(error, JactlError):
            shown = HostFunctionError(f"Error invoking {name}(): {error or type(error).__name__}")
        kind = None if shown is None else type(shown).__name__
        message = shown.message if isinstance(shown, JactlError) else None
        rows.append((name, text, checkpoint_id, ordinal, value, kind, message))
    return rows


def _packed(context: Context, value: Any) -> bytes:
    snapshot = Snapshot(
        context.compile("null").unit, [], {}, UUID(int=0), value=from_host(value, context.registry.knows)
    )
    return encode(snapshot, context.registry, context.keys)


def _unpacked(context: Context, data: bytes) -> Any:
    unit = context.compile("null").unit
    return to_host(decode(data, context.registry, lambda reference: unit, context.keys).value)


def _plain(row: list[Any]) -> Plain:
    answer, segments = row
    return Plain([Segment(output, [tuple(call) for call in calls]) for output, calls in segments], Answer(*answer))


# The child


def _child(job: dict[str, Any]) -> list[Any]:
    make_context: Callable[[], Context] = LoadedHost(job["host"])
    if load(job["host"]) is Context:
        make_context = Context  # there is no host
    context = make_context()
    recorder = Recorder(_unpacked(context, job["stubs"]))
    for name, text, checkpoint_id, ordinal, value, kind, message in _unpacked(context, job["answers"]):
        error = None if kind is None else getattr(errors, kind)(message)
        recorder.add((name, text, checkpoint_id, ordinal), value, error)
    subject = Subject(job["source"], _unpacked(context, job["globals"]), make_context, job["name"], recorder)
    subject.messages = _unpacked(context, job["messages"])
    return [_row(run_on_mock_clock(_recovered, subject, *taken)) for taken in job["checkpoints"]]


async def _recovered(subject: Subject, checkpoint: bytes, late_s: float, letters: dict[str, int]) -> Plain:
    script = subject.script()
    driver = PlainDriver(script.unit, new_run(script, subject))
    return await drive(subject, driver, checkpoint=checkpoint, late_s=late_s, taken=letters)


def _row(plain: Plain) -> list[Any]:
    answer = plain.answer
    segments = [[one.output, [list(call) for call in one.calls]] for one in plain.segments]
    return [[answer.value, answer.globals, answer.error], segments]


def main() -> None:
    """Read a job from standard input, write its result to standard output; what hosts print goes elsewhere."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    result = _child(cbor2.loads(sys.stdin.buffer.read()))
    output.write(cbor2.dumps(result))
    output.close()


if __name__ == "__main__":
    main()
