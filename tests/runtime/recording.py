"""An Environment that keeps what it is given, and does with each save what a test asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jactl_trio as jactl


@dataclass
class Saved:
    id: uuid.UUID
    checkpoint_id: int
    checkpoint: bytes
    source: str
    offset: int
    result: Any


@dataclass
class Recording(jactl.Environment):
    """answer(saved, resumer) decides about a save; by default it succeeds at once."""

    answer: Callable[[Saved, jactl.Resumer], None] | None = None
    saved: list[Saved] = field(default_factory=list)
    deleted: list[tuple[uuid.UUID, int]] = field(default_factory=list)

    def save_checkpoint(
        self,
        id: uuid.UUID,
        checkpoint_id: int,
        checkpoint: bytes,
        source: str,
        offset: int,
        result: Any,
        resumer: jactl.Resumer,
    ) -> None:
        saved = Saved(id, checkpoint_id, checkpoint, source, offset, result)
        self.saved.append(saved)
        if self.answer is None:
            resumer(result)
        else:
            self.answer(saved, resumer)

    def delete_checkpoint(self, id: uuid.UUID, checkpoint_id: int) -> None:
        self.deleted.append((id, checkpoint_id))

    @property
    def ids(self) -> list[int]:
        return [saved.checkpoint_id for saved in self.saved]
