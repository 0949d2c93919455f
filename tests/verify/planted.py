"""Planted bugs: faults of one line, each applied to a copy of the package, in which the harness has to find it.

python -m tests.verify.planted [NAME...]     plants all, or those; prints what found each
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 60


@dataclass(frozen=True)
class Bug:
    """`old` stands once in `file`; `new` in its place is the bug."""

    name: str
    file: str
    old: str
    new: str


BUGS = (
    Bug(
        "an id is skipped after a recovery",
        "runtime/driver.py",
        "run.checkpoint_id = snapshot.checkpoint_id\n",
        "run.checkpoint_id = snapshot.checkpoint_id + (snapshot.checkpoint_id > 0)\n",
    ),
    Bug(
        "the script goes on after a failed save",
        "runtime/driver.py",
        "return self.machine.throw(error)\n        self._in_flight",
        "return self.machine.resume(True)\n        self._in_flight",
    ),
    Bug("ids do not grow", "runtime/driver.py", "run.checkpoint_id = checkpoint_id\n", "pass\n"),
    Bug("commit runs on recovery", "runtime/driver.py", "answer: Any = False", "answer: Any = True"),
    Bug("globals are forgotten", "runtime/driver.py", "run.globals = snapshot.globals", "pass"),
    Bug("call ordinals are not reset", "runtime/driver.py", "run.call_ordinal = 0\n", "pass\n"),
    Bug(
        "call ordinals begin anew elsewhere",
        "runtime/driver.py",
        "run.call_ordinal = snapshot.call_ordinal",
        "run.call_ordinal = snapshot.call_ordinal + 1",
    ),
    Bug(
        "nobody waits for a save that is under way",
        "runtime/task.py",
        "await self.driver.settle()",
        "await trio.lowlevel.checkpoint()",
    ),
    Bug(
        "delete is called twice",
        "runtime/task.py",
        "self.environment.delete_checkpoint(instance.id, instance.checkpoint_id)\n",
        "[self.environment.delete_checkpoint(instance.id, instance.checkpoint_id) for _ in 'ab']\n",
    ),
    Bug(
        "delete has the id before",
        "runtime/task.py",
        "delete_checkpoint(instance.id, instance.checkpoint_id)",
        "delete_checkpoint(instance.id, instance.checkpoint_id - 1)",
    ),
    Bug("delete is forgotten", "runtime/task.py", "if instance.checkpoint_id > 0:", "if instance.checkpoint_id > 3:"),
    Bug(
        "a cancelled instance is only released",
        "runtime/task.py",
        "self._released() if instance._is_released else self._cancelled()",
        "self._released()",
    ),
    Bug("a cancellation is lost", "runtime/instance.py", "        self._scope.cancel()\n", "        pass\n"),
    Bug(
        "a release is a cancellation",
        "runtime/instance.py",
        "        self._is_released = True\n",
        "        self._is_released = False\n",
    ),
    Bug(
        "a save has no fence",
        "store/rules.py",
        "if record is None or not mine:",
        "if record is None:",
    ),
    Bug("a save is not kept", "store/rules.py", "self.checkpoints[save.id] = save.checkpoint\n", "pass\n"),
    Bug(
        "the end leaves the checkpoint",
        "store/rules.py",
        "self.checkpoints.pop(finish.id, None)",
        "self.checkpoints.get(finish.id)",
    ),
    Bug("the end is not recorded", "store/rules.py", "record, state=finish.state,", "record, state=RUNNING,"),
    Bug(
        "a claim gives no checkpoint",
        "store/rules.py",
        "checkpoint = self.checkpoints.get(claim.id)",
        "checkpoint = None",
    ),
    Bug(
        "a failed transaction is taken for done",
        "runtime/store_doubts.py",
        "return None if store.checkpoint(save.id) == (save.checkpoint_id, save.checkpoint) else failure",
        "return None",
    ),
    Bug(
        "a done transaction is taken for failed",
        "runtime/store_doubts.py",
        "return None if record is None or record.state in ENDED else failure",
        "return failure",
    ),
    Bug(
        "a live variable is forgotten",
        "continuation/capture.py",
        "{name: values[name] for name in live}\n",
        "{name: values[name] for name in live[1:]}\n",
    ),
    Bug(
        "what is live is what was live before",
        "continuation/sites.py",
        "liveness.names_of(liveness.after[site.line])",
        "liveness.names_of(liveness.at_entry)",
    ),
    Bug(
        "an iterator starts again",
        "checkpoint/encode.py",
        "(source, index[0] if index else 0)",
        "(source, 0)",
    ),
    Bug(
        "an iterator skips one",
        "checkpoint/encode.py",
        "(source, index[0] if index else 0)",
        "(source, index[0] + 1 if index else 0)",
    ),
    Bug(
        "shared objects are written twice",
        "checkpoint/encode.py",
        "row = self.rows.get(id(value))\n",
        "row = None\n",
    ),
    Bug(
        "a Decimal loses its scale",
        "checkpoint/columns.py",
        "return Decimal(text)",
        "return Decimal(text).normalize()",
    ),
    Bug("a cell is empty", "checkpoint/encode.py", "(rows.CELL,)), (value.v,))", "(rows.CELL,)), (None,))"),
    Bug(
        "a map is turned round",
        "checkpoint/shapes.py",
        "shell.update(zip(self.names, fields",
        "shell.update(zip(reversed(self.names), fields",
    ),
    Bug("two frames are swapped", "runtime/driver.py", "(run, snapshot.frames)", "(run, snapshot.frames[::-1])"),
)


def hunted(bug: Bug) -> tuple[bool, float, str]:
    """Plant a bug in a copy: was it found, how long did it take, and what was seen?"""
    with tempfile.TemporaryDirectory() as folder:
        for package in ("jactl_trio", "tests"):
            shutil.copytree(ROOT / package, Path(folder) / package, ignore=shutil.ignore_patterns("__pycache__"))
        path = Path(folder) / "jactl_trio" / bug.file
        text = path.read_text(encoding="utf-8")
        if text.count(bug.old) != 1:
            raise LookupError(f"{bug.name}: {bug.old!r} stands {text.count(bug.old)} times in {bug.file}")
        path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")
        return _run(folder)


def _run(folder: str) -> tuple[bool, float, str]:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "tests.verify.hunt"]
    environment = {**os.environ, "PYTHONPATH": folder}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return True, time.perf_counter() - begun, "it hangs"
    text = done.stdout.strip() or done.stderr.strip()[-200:]
    return done.returncode != 0, time.perf_counter() - begun, text


def main() -> int:
    wanted = [bug for bug in BUGS if not sys.argv[1:] or any(word in bug.name for word in sys.argv[1:])]
    missed = 0
    for bug in wanted:
        try:
            is_found, seconds, text = hunted(bug)
        except LookupError as error:
            is_found, seconds, text = False, 0.0, str(error)
        missed += not is_found
        print(f"{'found' if is_found else 'MISSED':7} {seconds:5.1f} s  {bug.name}: {text}", flush=True)
    print(f"{len(wanted) - missed} of {len(wanted)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
