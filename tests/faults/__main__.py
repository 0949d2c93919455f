"""The fault proofs in full: `python -m tests.faults [PROOF] [--report FILE]`; with no PROOF all of them, in turn."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from . import (
    cancellations,
    clock,
    damage,
    errors,
    figures,
    fleet,
    handover,
    killing,
    mutants,
    parking,
    power,
    restarts,
    sharing,
    syscalls,
)

PROOFS: dict[str, Callable[[argparse.Namespace], figures.Row]] = {
    "mutants": mutants.prove,
    "power": power.prove,
    "damage": damage.prove,
    "fleet": fleet.prove,
    "restarts": restarts.prove,
    "syscalls": syscalls.prove,
    "probes": killing.prove,
    "errors": errors.prove,
    "parking": parking.prove,
    "cancellations": cancellations.prove,
    "clock": clock.prove,
    "handover": handover.prove,
    "sharing": sharing.prove,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proof", nargs="?", choices=PROOFS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", default=None, help="the page whose table gets the figures")
    parser.add_argument("--at", nargs="+", default=None, help="one world, as a finding names it")
    parser.add_argument("--count", type=int, default=None, help="how many worlds; of all that there are, a part")
    given = parser.parse_args()
    faults = 0
    for name in [given.proof] if given.proof else PROOFS:
        started = time.perf_counter()
        row = PROOFS[name](given)
        row.seconds = time.perf_counter() - started
        print(f"{name}: {row.text}; {len(row.bad)} faults; {row.seconds:.0f} s", *row.bad, sep="\n  ", flush=True)
        if given.report is not None:
            figures.write_row(given.report, row)
        faults += len(row.bad)
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
