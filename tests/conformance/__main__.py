"""Print, per suite and mode, how many of the reference's cases hold: `python -m tests.conformance`.

python -m tests.conformance [--mode MODE]... [--suite NAME]... [--every N] [--failures FILE] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter, defaultdict

from .cases import FOLDER, read, suites
from .runner import MODES, applies, rows_of_cases

_CHUNK = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", action="append", choices=MODES, help="default: all")
    parser.add_argument("--suite", action="append", help="default: all")
    parser.add_argument("--id", help="only cases whose id holds this text")
    parser.add_argument("--every", type=int, default=1, help="sample: each N-th case")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--failures", help="write one line for each case that does not hold")
    parser.add_argument("--json", help="write the table as JSON")
    arguments = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"no conformance cases at {FOLDER}: nothing to run")
        return 0
    modes = arguments.mode or list(MODES)
    work = []
    left_out: Counter[str] = Counter()
    for path in suites():
        if arguments.suite and path.stem not in arguments.suite:
            continue
        cases = [case for number, case in enumerate(read(path)) if number % arguments.every == 0]
        if arguments.id:
            cases = [case for case in cases if arguments.id in case.id]
        for mode in modes:
            reasons = [(case, applies(case, mode)) for case in cases]
            meant = [(case.data, mode) for case, reason in reasons if reason is None]
            left_out.update(reason for _, reason in reasons if reason is not None)
            work += [meant[start : start + _CHUNK] for start in range(0, len(meant), _CHUNK)]
    status = _report(work, arguments)
    for reason, count in left_out.most_common():
        print(f"left out: {count} ({reason})")
    return status


def _report(work: list[list[tuple[dict[str, object], str]]], arguments: argparse.Namespace) -> int:
    started = time.perf_counter()
    table: dict[tuple[str, str], list[int]] = defaultdict(
        lambda: [0, 0, 0, 0, 0]
    )  # value: n, ok; error: n, ok, position
    failures = []
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        for rows in pool.imap_unordered(rows_of_cases, work):
            for suite, kind, id_, mode, holds, position, reason in rows:
                for key in ((suite, mode), ("total", mode)):
                    cell = table[key]
                    if position is None and kind != "error":
                        cell[0] += 1
                        cell[1] += holds
                    else:
                        cell[2] += 1
                        cell[3] += holds
                        cell[4] += bool(position)
                if not holds or position is False:
                    failures.append(f"{mode}\t{kind}\t{id_}\t{reason}")
    _print_table(table, time.perf_counter() - started)
    if arguments.failures:
        with open(arguments.failures, "w", encoding="utf-8") as out:
            out.write("\n".join(line.replace("\n", "\\n") for line in sorted(failures)) + "\n")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:
            json.dump({f"{suite}/{mode}": cell for (suite, mode), cell in table.items()}, out, indent=1)
    return 0


def _print_table(table: dict[tuple[str, str], list[int]], seconds: float) -> None:
    print(f"{'suite':28}{'mode':12}{'values':>16}{'':8}{'errors':>14}{'':8}{'positions':>14}")
    for (suite, mode), (n, ok, errors, error_ok, position_ok) in sorted(table.items(), key=lambda row: row[0]):
        values = f"{ok}/{n}" if n else "-"
        failed = f"{error_ok}/{errors}" if errors else "-"
        placed = f"{position_ok}/{errors}" if errors else "-"
        print(
            f"{suite:28}{mode:12}{values:>16}{_share(ok, n):>8}{failed:>14}{_share(error_ok, errors):>8}"
            f"{placed:>14}{_share(position_ok, errors):>8}"
        )
    print(f"{seconds:.0f} s")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


if __name__ == "__main__":
    sys.exit(main())
