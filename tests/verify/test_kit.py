"""The kit for stores and Environments: a sound one passes, and one that breaks a rule is told which."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import trio

import jactl_trio as jactl
from jactl_trio import verify
from jactl_trio.errors import UsageError
from jactl_trio.store import CheckpointStore, MemoryStore, SQLiteStore
from jactl_trio.store.records import Answer, Hibernate, Message, Operation, Save, Send, Waiting
from jactl_trio.verify import FaultyStore, NotVerified, StoreFault, check_store
from jactl_trio.verify.around import AroundStore
from jactl_trio.verify.kit.model import check_against_model


def broken_rules(factory: Callable[[], Any], **how: Any) -> list[str]:
    with pytest.raises(NotVerified) as caught:
        check_store(factory, **how)
    return [finding.rule for finding in caught.value.report.findings]


def test_a_sound_store_passes(tmp_path: Path) -> None:
    paths = (tmp_path / f"{number}.db" for number in range(1_000_000))
    report = check_store(lambda: SQLiteStore(next(paths)), view=lambda store: SQLiteStore(store.path), examples=3)
    assert report.results[0].checks > 60
    alone = check_store(MemoryStore, examples=1)
    assert alone.results[0].checks < report.results[0].checks


def test_a_store_may_be_slow() -> None:
    """Its clock goes on between the calls, as that of a store elsewhere does; the time to a wake shrinks."""

    def slow() -> CheckpointStore:
        ticks = itertools.count(1_000_000)
        return MemoryStore(lambda: next(ticks) * 0.25)

    check_against_model(lambda clock: slow(), has_clock=False, examples=15)


class Unfenced(MemoryStore):
    """Takes a save from anybody."""

    def write(self, owner: uuid.UUID, operations: Sequence[Operation]) -> list[Answer]:
        save = operations[0] if operations else None
        record = self.instance(save.id) if isinstance(save, Save) else None
        if save is not None and record is not None and record.owner is not None:
            return super().write(record.owner, [dataclasses.replace(save, token=record.token), *operations[1:]])
        return super().write(owner, operations)


def test_a_store_that_breaks_a_rule_is_told_which() -> None:
    rules = broken_rules(Unfenced, examples=1)
    assert "whoever lost the instance is refused (keeps_outcome False)" in rules
    assert "each save replaces the one before" not in rules
    with pytest.raises(NotVerified, match=r"expected  assert isinstance\(answer, StaleInstanceError\)\n.*where "):
        check_store(Unfenced, examples=1)


class _OfEach(MemoryStore):
    """Changes an operation on its way; `changed` is overridden."""

    def write(self, owner: uuid.UUID, operations: Sequence[Operation]) -> list[Answer]:
        return super().write(owner, [self.changed(operation) for operation in operations])

    def changed(self, operation: Operation) -> Operation:
        raise NotImplementedError


class Untaking(_OfEach):
    """Leaves a message where it is when a checkpoint has taken it."""

    def changed(self, operation: Operation) -> Operation:
        return dataclasses.replace(operation, takes=()) if isinstance(operation, Save) else operation


class Keyless(_OfEach):
    """Takes a message that is sent again for another one."""

    def changed(self, operation: Operation) -> Operation:
        return dataclasses.replace(operation, key=None) if isinstance(operation, Send) else operation


class Nameless(MemoryStore):
    """Gives any message, whatever its name."""

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        found = ((who, self.sent(who.id)) for who in waiting)
        return [next(one for one in sent if one.seq > who.after) for who, sent in found if len(sent) > who.after]


class Unguarded(MemoryStore):
    """Gives messages to whoever lost the instance, too."""

    def messages(self, waiting: Sequence[Waiting]) -> list[Message]:
        return super().messages([dataclasses.replace(who, token=None) for who in waiting])


class Deaf(_OfEach):
    """Forgets what a hibernated instance waits for."""

    def changed(self, operation: Operation) -> Operation:
        return dataclasses.replace(operation, awaits=None) if isinstance(operation, Hibernate) else operation


class Sleepless(_OfEach):
    """Wakes what hibernates at once."""

    def changed(self, operation: Operation) -> Operation:
        return dataclasses.replace(operation, wake_in_s=0.0) if isinstance(operation, Hibernate) else operation


@pytest.mark.parametrize(
    ("store", "rule"),
    [
        (Untaking, "a message is there until a checkpoint takes it"),
        (Keyless, "a key is used once also after its message was taken"),
        (Nameless, "messages come by name in the order in which they were sent"),
        (Unguarded, "a message is there until a checkpoint takes it"),
        (Deaf, "whoever hibernates is free when its message is there"),
        (Sleepless, "whoever hibernates is free when its time has come"),
    ],
)
def test_a_store_that_is_wrong_about_messages_or_hibernation_is_told_which(store: type[MemoryStore], rule: str) -> None:
    rules = broken_rules(store, examples=1)
    assert rule in rules and "each save replaces the one before" not in rules


class Folder(jactl.Environment):
    """Keeps checkpoints in a map, from a thread; `answers` may be changed to break it."""

    def __init__(self, times: int = 1, is_late: bool = False, forgets: bool = False) -> None:
        self.kept: dict[uuid.UUID, bytes] = {}
        self.times, self.is_late, self.forgets = times, is_late, forgets

    def save_checkpoint(
        self, id: uuid.UUID, checkpoint_id: int, checkpoint: bytes, source: str, offset: int, result: Any, resumer: Any
    ) -> None:
        def save() -> None:
            if self.is_late:
                resumer(result)
            self.kept[id] = checkpoint
            for _ in range(0 if self.is_late else self.times):
                resumer(result)

        if self.is_late:
            trio.lowlevel.current_trio_token().run_sync_soon(save)
        else:
            thread = threading.Thread(target=save)
            thread.start()
            thread.join()

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        if not self.forgets:
            del self.kept[id]

    def read(self, id: uuid.UUID) -> bytes | None:
        return self.kept.get(id)


def test_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jactl_trio.verify.kit.environments.ANSWER_SECONDS_MAX", 0.2)
    lenient = type("Lenient", (Folder,), {"delete_checkpoint": lambda self, id, _: self.kept.pop(id, None)})
    assert check_store(lenient, load=Folder.read).results[0].checks == 7
    assert broken_rules(Folder, load=Folder.read) == ["the end of an instance that is not there is no error"]
    assert "the end drops the checkpoint and no other" in broken_rules(lambda: Folder(forgets=True), load=Folder.read)
    late = broken_rules(lambda: Folder(is_late=True), load=Folder.read)
    assert "a script recovers from each checkpoint that it was told of" in late
    with pytest.raises(UsageError, match="load="):
        check_store(Folder)


def test_a_faulty_store_fails_as_it_was_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    kinds = (StoreFault.BEFORE, StoreFault.AFTER, StoreFault.DELAY, StoreFault.DUPLICATE)
    store = FaultyStore(MemoryStore(), dict(enumerate(kinds, 2)), delay_s=3.0)
    from jactl_trio.verify.kit.hands import Hand

    hand = Hand(store)
    begun = hand.new()
    for is_written in (False, True):
        with pytest.raises(jactl.StoreError):
            hand.save(begun, 1, b"one")
        assert store.checkpoint(begun.id) == ((1, b"one") if is_written else None)
    assert hand.save(begun, 2, b"two") is None and slept == [3.0]
    assert hand.save(begun, 3, b"three") is None
    assert (store.calls, list(store.happened.values())) == (5, list(kinds))


async def test_a_script_ends_well_on_a_store_that_fails_by_chance() -> None:
    store = FaultyStore.by_chance(MemoryStore(), 0.4, seed=3, kinds=[StoreFault.AFTER, StoreFault.DUPLICATE])
    context = jactl.Context()
    script = context.compile("def n = 0\nfor (int i = 1; i <= 9; i++) { checkpoint(); n += i }\nn")
    async with jactl.open_runtime(context, store) as runtime:
        assert await (await runtime.start(script)).result() == 45
    assert set(store.happened.values()) == {StoreFault.AFTER, StoreFault.DUPLICATE}


def test_what_is_public_is_there() -> None:
    assert verify.__all__ == sorted(verify.__all__)
    for name in verify.__all__:
        assert getattr(verify, name).__doc__, name


def test_a_store_around_another_passes_everything_on() -> None:
    methods = {name for name in vars(CheckpointStore) if not name.startswith("_")}
    assert methods <= set(vars(AroundStore))
