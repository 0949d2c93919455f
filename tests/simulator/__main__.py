"""Simulated worlds: `python -m tests.simulator [--seeds N] [--seed S] [--workers W] [--report FILE]`.

--seed S: that one world, with the story of each instance that broke a rule.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.faults import figures

from .running import Told, lived, told_of

BATCH = 50


def batch(seeds: range) -> list[Told]:
    return [told_of(seed) for seed in seeds]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many worlds")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, default=None, help="this world alone")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", default=None, help="the page whose table gets the figures")
    given = parser.parse_args()
    if given.seed is not None:
        return show(given.seed)
    started = time.perf_counter()
    last = given.first + given.seeds
    batches = [range(first, min(first + BATCH, last)) for first in range(given.first, last, BATCH)]
    with ProcessPoolExecutor(given.workers) as pool:
        told = [one for some in pool.map(batch, batches) for one in some]
    troubles: Counter[str] = Counter()
    for one in told:
        troubles.update(one.troubles)
    bad = [line for one in told for line in one.found]
    kinds = ", ".join(f"{name} {count:,}" for name, count in troubles.most_common())
    text = (
        f"{len(told):,} worlds, {sum(one.instances for one in told):,} instances, "
        f"{sum(one.saves for one in told):,} checkpoints, {sum(one.runs for one in told):,} runs, "
        f"{sum(troubles.values()):,} troubles ({kinds})"
    )
    row = figures.Row("simulator", "Hosts and a store in virtual time, troubles by swarm", text, bad)
    row.seconds = time.perf_counter() - started
    print(f"{text}; {len(bad)} faults; {row.seconds:.0f} s", *bad, sep="\n  ")
    if given.report is not None:
        figures.write_row(given.report, row)
    return min(len(bad), 1)


def show(seed: int) -> int:
    world, found = lived(seed)
    print(world.swarm)
    for finding in found:
        print(finding, *finding.timeline, sep="\n  ")
    print(f"seed {seed}: {len(found)} faults; {dict(world.struck_by)}")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
