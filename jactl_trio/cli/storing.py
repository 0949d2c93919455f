"""The commands of `store`: make one, bring it up to date, look whether it is whole, count what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from ..store import CheckpointStore, open_store
from .codes import OK, STORE


def init(url: str) -> int:
    """Make a store; one that is there stays as it is."""
    with opened(url, must_exist=False):
        print(f"{_place(url)} is ready")
    return OK


def migrate(url: str) -> int:
    """Bring the schema up to date: opening does it, in one transaction; a newer schema is refused."""
    with opened(url):
        print(f"{_place(url)} has the schema of this release")
    return OK


def verify(url: str, as_json: bool) -> int:
    """Print what is wrong with the data."""
    with opened(url) as store:
        faults = store.check()
    if as_json:
        print(json.dumps(faults))
    else:
        print("\n".join(faults) or "no faults found")
    return STORE if faults else OK


def stats(url: str, as_json: bool) -> int:
    """Print how much there is of what."""
    with opened(url) as store:
        found = store.statistics()
    if as_json:
        print(json.dumps(asdict(found)))
        return OK
    for state, count in sorted(found.instances.items()):
        print(f"{'instances ' + state:26}{count:>14,}")
    for name in ("free", "owners", "scripts", "checkpoints", "checkpoint_bytes", "largest_checkpoint_bytes"):
        print(f"{name.replace('_', ' '):26}{getattr(found, name):>14,}")
    return OK


def purge(url: str, older_than_s: float, as_json: bool) -> int:
    """Forget the outcomes of instances that ended longer ago, and print how many those were."""
    count = 0
    with opened(url) as store:
        while found := store.purge(older_than_s):
            count += found
    print(json.dumps({"purged": count}) if as_json else f"{count:,} outcomes purged")
    return OK


def reseal(url: str, keys: str, accept_unkeyed: bool, as_json: bool) -> int:
    """Seal what a store holds with the first key of a file, and print what was done."""
    from ..checkpoint.keys import KeyRing
    from ..runtime.resealing import reseal_store

    ring = KeyRing.from_file(keys)
    with opened(url) as store:
        found = reseal_store(store, ring, accept_unkeyed=accept_unkeyed)
    if as_json:
        print(json.dumps(asdict(found)))
    else:
        print(f"{found.resealed:,} resealed, {found.current:,} had the key {ring.current.id!r} already")
        for line in found.refused:
            print(f"refused: {line}")
        if found.left:
            print(f"{found.left:,} left: hosts have just saved them by an older key. Run this again in a minute")
    return OK if found.is_complete else STORE


@contextmanager
def opened(url: str, must_exist: bool = True) -> Iterator[CheckpointStore]:
    store = open_store(url, must_exist=must_exist)
    try:
        store.open()
        yield store
    finally:
        store.close()


def _place(url: str) -> str:
    """The URL without a password."""
    scheme, colon, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not colon:
        return url
    return f"{scheme}://{user.partition(':')[0]}{at}{host}"
