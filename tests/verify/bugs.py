"""Faults of one line that the harness has to find: each is one replacement in one file of the package."""

from __future__ import annotations

from dataclasses import dataclass


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
        "        if self.instance._is_cancelled:\n            await self._cancelled()\n",
        "        if self.instance._is_cancelled:\n"
        "            self.instance._is_cancelled = False\n            await self._released()\n",
    ),
    Bug(
        "a cancellation is lost",
        "runtime/instance.py",
        "        self._scope.cancel()\n        return",
        "        return",
    ),
    Bug(
        "a release is a cancellation",
        "runtime/instance.py",
        'as `cancel` can."""\n        return self._stop()',
        'as `cancel` can."""\n        return self.cancel()',
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
        "self.checkpoints.pop(record.id, None)",
        "self.checkpoints.get(record.id)",
    ),
    Bug("the end is not recorded", "store/rules.py", "state=state,", "state=RUNNING,"),
    Bug(
        "a claim gives no checkpoint",
        "store/rules.py",
        "self.checkpoints.get(claim.id),",
        "None,",
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
        "checkpoint/row_writers.py",
        "(source, index[0] if index else 0)",
        "(source, 0)",
    ),
    Bug(
        "an iterator skips one",
        "checkpoint/row_writers.py",
        "(source, index[0] if index else 0)",
        "(source, index[0] + 1 if index else 0)",
    ),
    Bug(
        "shared objects are written twice",
        "checkpoint/encoder.py",
        "row = self.rows.get(id(value))\n",
        "row = None\n",
    ),
    Bug(
        "a Decimal loses its scale",
        "checkpoint/columns.py",
        "return Decimal(text)",
        "return Decimal(text).normalize()",
    ),
    Bug("a cell is empty", "checkpoint/row_writers.py", "shaped(layout, (value.v,))", "shaped(layout, (None,))"),
    Bug(
        "a map is turned round",
        "checkpoint/shapes.py",
        "zip(names, row, strict=False)) for row in rows_]",
        "zip(names, row[::-1], strict=False)) for row in rows_]",
    ),
    Bug("two frames are swapped", "runtime/driver.py", "(run, snapshot.frames)", "(run, snapshot.frames[::-1])"),
    Bug(
        "an id is skipped after a failed save",
        "runtime/driver.py",
        "            run.call_ordinal = ordinal\n",
        "            run.call_ordinal, run.checkpoint_id = ordinal, checkpoint_id\n",
    ),
    Bug(
        "a failed save is taken for done",
        "runtime/driver.py",
        "if isinstance(answer, BaseException):\n                raise _save_failed",
        "if answer is None:\n                raise _save_failed",
    ),
    Bug(
        "the script does not wait for its save",
        "runtime/driver.py",
        "answer = reply.value if reply.is_there else await self._wait_for(reply)",
        "answer = None",
    ),
    Bug(
        "a value that travels along is lost",
        "runtime/driver.py",
        "        return snapshot.value",
        "        return None",
    ),
    Bug(
        "the caller's globals stay as they were",
        "runtime/driver.py",
        "            bound.update(mine)\n",
        "            pass\n",
    ),
    Bug(
        "outer frames are dropped at the next wait",
        "continuation/machine.py",
        "self.frames += capture(",
        "self.frames = capture(",
    ),
    Bug(
        "a resumed loop ends with its iteration",
        "continuation/resume.py",
        "body=body, orelse=[*before, loop])",
        "body=body, orelse=[])",
    ),
    Bug(
        "a resumed loop over a range leaves an iteration out",
        "continuation/resume.py",
        "else _constant(1, loop)",
        "else _constant(2, loop)",
    ),
    Bug(
        "a resumed condition is asked again",
        "continuation/resume.py",
        "op=ast.Or(), values=[at, test])",
        "op=ast.Or(), values=[test, test])",
    ),
    Bug(
        "what is live around a loop is forgotten",
        "continuation/liveness.py",
        "                    changed = True\n",
        "                    pass\n",
    ),
    Bug("a long comes back as an int", "checkpoint/columns.py", "list(map(Long, _within(", "list(map(int, _within("),
    Bug(
        "what a closure has captured is turned round",
        "checkpoint/shapes.py",
        "        return tuple(fields)\n",
        "        return tuple(fields)[::-1]\n",
    ),
    Bug(
        "an instance that lives elsewhere is granted",
        "store/rules.py",
        "if record.state not in GOING or self._is_alive(record.owner):",
        "if record.state not in GOING:",
    ),
    Bug("a new checkpoint does not count", "store/rules.py", "record, checkpoint_id=save.checkpoint_id,", "record,"),
    Bug(
        "a known id begins again",
        "runtime/runtime.py",
        "if claimed.recoveries == 0:",
        "if claimed.recoveries >= 0:",
    ),
    Bug(
        "a failed script is kept for recovery",
        "runtime/task.py",
        "            await self._failed(error)\n",
        "            await self._released(error)\n",
    ),
    Bug(
        "a script is told of its end before that is written",
        "runtime/task.py",
        "                await keeper.finish(instance.id, state, outcome, error, self._leave_by)\n",
        "                pass\n",
    ),
    Bug(
        "a script's error loses its place",
        "continuation/failures.py",
        "_location(error.__traceback__) or _waiting_location(waiting)",
        "_waiting_location(waiting)",
    ),
    Bug(
        "what was received comes again after its checkpoint",
        "store/rules.py",
        "self.taken += [(save.id, seq) for seq in save.takes]\n",
        "pass\n",
    ),
    Bug(
        "what was received comes again at once",
        "runtime/store_box.py",
        "return max((seq for",
        "return min((seq - 1 for",
    ),
    Bug(
        "a message goes with the checkpoint before it is received",
        "runtime/store_box.py",
        "return tuple(seq for _, seq in taken) if taken else ()",
        "return tuple(seq + 1 for _, seq in taken) if taken else ()",
    ),
    Bug(
        "commit runs before its checkpoint is saved",
        "builtins/globals.py",
        "    saved = suspend(SaveCheckpoint())\n    closure = commit if saved else recover\n",
        "    early = None\n    if commit is not None:\n        early = commit()\n"
        "    saved = suspend(SaveCheckpoint())\n    if saved:\n        return early\n    closure = recover\n",
    ),
    Bug(
        "what was received comes again where it hibernated",
        "store/rules.py",
        "self.taken += [(hibernate.id, seq) for seq in hibernate.takes]\n",
        "pass\n",
    ),
    Bug(
        "what hibernates does not wait again",
        "runtime/recovery.py",
        "if snapshot.value is not None:  # it hibernated",
        "if False:",
    ),
)
