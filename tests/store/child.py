"""A process that works on a store and is killed while it does: prints what was answered, line by line.

usage: child.py URL ID...   saves checkpoints 1, 2, ... of all instances, one batch after the other, for ever.
"""

from __future__ import annotations

import sys
import uuid

from jactl_trio.store import open_store
from jactl_trio.store.records import Save
from jactl_trio.verify.kit.hands import Hand


def body(id: uuid.UUID, checkpoint_id: int) -> bytes:
    return id.bytes + str(checkpoint_id).encode() * 100


def main(url: str, *given: str) -> None:
    store = open_store(url)
    store.open()
    hand = Hand(store)
    begun = [hand.new(uuid.UUID(text)) for text in given]
    for checkpoint_id in range(1, 1_000_000):
        saves = [Save(one.id, one.token, checkpoint_id, body(one.id, checkpoint_id)) for one in begun]
        assert store.write(hand.id, saves) == [None] * len(saves)
        print(checkpoint_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
