"""A disk in memory, without SQLite: what is not synced when the power goes may be there, in part, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

SECTOR_BYTES = 512  # written as a whole or not at all
LOGS = ("-journal", "-wal")
KEEPS_ALL, KEEPS_NONE, KEEPS_FIRST, KEEPS_SOME = "all", "none", "first", "some"


class PowerCut(Exception):
    """The power is gone."""


class SyncFailed(Exception):
    """fsync has failed: what was to be synced is not, and never will be."""


@dataclass(slots=True, frozen=True)
class Write:
    """data None: cut the file to `offset` bytes."""

    offset: int
    data: bytes | None

    def onto(self, content: bytearray) -> None:
        if self.data is None:
            del content[self.offset :]
            return
        content.extend(bytes(max(0, self.offset - len(content))))
        content[self.offset : self.offset + len(self.data)] = self.data

    def torn(self, chance: Random) -> list[Write]:
        """Some of its sectors."""
        if self.data is None:
            return [self]
        parts = [
            Write(self.offset + start, self.data[start : start + SECTOR_BYTES])
            for start in range(0, len(self.data), SECTOR_BYTES)
        ]
        return [part for part in parts if chance.random() < 0.5]


@dataclass(slots=True)
class DiskFile:
    """name: in its folder.  content: what programs read.  durable: what the disk has for sure.  pending: what lies
    between the two."""

    name: str
    content: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Write] = field(default_factory=list)
    is_entered: bool = False  # in its folder, for sure

    def survivor(self, chance: Random) -> bytes | None:
        """What is left of it after a power cut; None: nothing."""
        keeps = chance.choice((KEEPS_ALL, KEEPS_NONE, KEEPS_FIRST, KEEPS_SOME, KEEPS_SOME))
        if not self.is_entered and (keeps == KEEPS_NONE or chance.random() < 0.3):
            return None
        left = bytearray(self.durable)
        for write in self._kept(keeps, chance):
            write.onto(left)
        return bytes(left)

    def _kept(self, keeps: str, chance: Random) -> list[Write]:
        if keeps == KEEPS_NONE:
            return []
        if keeps == KEEPS_ALL:
            return self.pending
        if keeps == KEEPS_FIRST:
            count = chance.randint(0, len(self.pending))
            return [
                *self.pending[:count],
                *(part for write in self.pending[count : count + 1] for part in write.torn(chance)),
            ]
        kept = [write for write in self.pending if chance.random() < 0.6]
        chance.shuffle(kept)
        return [part for write in kept for part in (write.torn(chance) if chance.random() < 0.3 else [write])]


class Disk:
    """The files of one folder.

    cut_at: the operation at which the power goes, counted from here.  sync_fails_at: the sync that fails, once.
    lies: says that things are synced when they are not.
    """

    def __init__(
        self,
        chance: Random,
        cut_at: int,
        sync_fails_at: int = 0,
        lies: bool = False,
        files: dict[str, bytes] | None = None,
    ) -> None:
        self.files = {
            name: DiskFile(name, bytearray(content), bytearray(content), is_entered=True)
            for name, content in (files or {}).items()
        }
        self.operations = 0
        self.syncs = 0
        self.failed_syncs = 0
        self.is_off = False
        self._removed: dict[str, DiskFile] = {}
        self._chance = chance
        self._cut_at = cut_at
        self._sync_fails_at = sync_fails_at
        self._lies = lies

    def survivors(self) -> dict[str, bytes]:
        """The files as the next start finds them."""
        found = {name: file.survivor(self._chance) for name, file in self.files.items()}
        for name, file in self._removed.items():
            if name not in self.files and self._chance.random() < 0.5:
                found[name] = bytes(file.durable)
        return {name: content for name, content in found.items() if content is not None}

    # What programs ask. Once the power is off nothing that they do makes a difference.

    def opened(self, name: str) -> DiskFile:
        return self.files.setdefault(name, DiskFile(name))

    def write(self, file: DiskFile, offset: int, data: bytes | None) -> None:
        if self.is_off:
            return
        write = Write(offset, data)
        write.onto(file.content)
        file.pending.append(write)
        self._passes()

    def sync(self, file: DiskFile) -> None:
        if self.is_off:
            return
        self._passes()
        self.syncs += 1
        if self.syncs == self._sync_fails_at:
            self.failed_syncs += 1
            file.pending.clear()  # as Linux does: the pages are taken for clean, and the next sync finds nothing to do
            raise SyncFailed
        if not self._lies:
            for write in file.pending:  # not all of the content: what a failed sync has lost is not there
                write.onto(file.durable)
            file.pending.clear()
            if file.name.endswith(LOGS) and not file.is_entered:
                self._sync_folder()

    def remove(self, name: str, is_synced: bool) -> None:
        if self.is_off:
            return
        file = self.files.pop(name, None)
        if file is not None and file.is_entered and not is_synced:
            self._removed[name] = file
        self._passes()

    def _sync_folder(self) -> None:
        """SQLite does it when it first syncs a journal or a log."""
        self._removed.clear()
        for file in self.files.values():
            file.is_entered = True

    def _passes(self) -> None:
        self.operations += 1
        if self.operations == self._cut_at:
            self.is_off = True
            raise PowerCut
