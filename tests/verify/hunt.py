"""Look for a broken rule in the package that is imported; print the first one. Exit code 1: there is one.

python -m tests.verify.hunt [EXAMPLES]
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from jactl_trio.store import CheckpointStore, MemoryStore
from jactl_trio.verify.campaign import check_schedule
from jactl_trio.verify.drawn_scripts import GLOBALS, closure_violations, host_context, scripts
from jactl_trio.verify.equivalence import differences
from jactl_trio.verify.reference import Reference
from jactl_trio.verify.schedule import Schedule, schedules
from jactl_trio.verify.subjects import Subject

HOMES: tuple[Callable[[], CheckpointStore | None], ...] = (lambda: None, MemoryStore)


def hunt(examples: int) -> None:
    """Raises what is found."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        verbosity=Verbosity.quiet,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scripts(), st.lists(schedules(16), min_size=4, max_size=4))
    def look(source: str, drawn: list[Schedule]) -> None:
        subject = Subject(source, GLOBALS, host_context)
        for index, schedule in enumerate(drawn):
            history = check_schedule(Reference(subject), schedule, HOMES[index % 2]())
            assert closure_violations(history) == []
        assert differences(subject, ("moved",)) == []

    look()


def main() -> int:
    logging.disable(logging.ERROR)
    try:
        hunt(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    except Exception as found:
        print(f"{type(found).__name__}: {found}"[:300].splitlines()[0])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
