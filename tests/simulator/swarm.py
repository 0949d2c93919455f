"""A seed -> a world to be: how many hosts and instances, and which troubles there are in it.

Each world has some of the troubles, not all (a swarm): what one hides another shows.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from random import Random


class Trouble(enum.StrEnum):
    """What can go wrong."""

    CRASH = "crash"  # a host is gone, and comes up again later
    FAILS = "fails"  # a transaction fails: nothing is written
    FAILS_AFTER = "fails-after"  # it is written, and then an error is the answer
    LATE = "late"  # an error is the answer, and it is written some time later
    DUPLICATE = "duplicate"  # it arrives twice, at once
    ECHO = "echo"  # it arrives once more, some time later
    DELAY = "delay"  # the store, or a host function, takes its time
    PAUSE = "pause"  # a host stands still, as by SIGSTOP, often for longer than its lease
    CUT_OFF = "cut-off"  # a host does not reach the store for a time
    CLOCK = "clock"  # the store's clock jumps, forward or back
    CANCEL = "cancel"  # an instance is cancelled
    RELEASE = "release"  # an instance is released
    SHUTDOWN = "shutdown"  # a runtime is shut down in order
    RECOVER = "recover"  # a host recovers once more, while it does already
    IMPATIENCE = "impatience"  # a client gives up, and asks again


@dataclass(frozen=True)
class Client:
    """Someone who wants the result of an instance, at one host."""

    instance: int
    host: int
    begins_at: float
    is_durable: bool


@dataclass(frozen=True)
class Swarm:
    """share: of the points that are struck.  troubles_max: then, or at healed_at_s, nothing goes wrong any more."""

    seed: int
    hosts: int
    scripts: tuple[int, ...]  # an instance each
    clients: tuple[Client, ...]
    troubles: frozenset[Trouble]
    share: float
    troubles_max: int
    healed_at_s: float
    lease_s: float
    recover_every_s: float
    latency_s: float  # of the store and of the host's functions, at most
    shares_a_machine: bool  # hosts see at once that one of them is gone
    is_on_disk: bool  # SQLiteStore; else MemoryStore

    @classmethod
    def drawn(cls, seed: int, scripts: int) -> Swarm:
        """The world of a seed, whose instances run some of so many scripts."""
        chance = Random(seed)
        hosts, instances = chance.randint(1, 4), chance.randint(1, 5)
        lease_s = chance.choice((10.0, 30.0, 300.0))
        clients = [
            Client(number, host, chance.uniform(0, 60), chance.random() < 0.5)
            for number in range(instances)
            for host in chance.sample(range(hosts), min(hosts, chance.choice((1, 1, 2))))
        ]
        return cls(
            seed,
            hosts,
            tuple(chance.randrange(scripts) for _ in range(instances)),
            tuple(clients),
            frozenset(trouble for trouble in Trouble if chance.random() < 0.5),
            chance.choice((0.01, 0.03, 0.1)),
            chance.randint(3, 9),
            chance.choice((200.0, 1000.0, 5000.0)),
            lease_s,
            lease_s * chance.uniform(0.2, 1.5),
            chance.choice((0.0, 0.0, 0.5)),
            chance.random() < 0.3,
            chance.random() < 0.2,
        )
