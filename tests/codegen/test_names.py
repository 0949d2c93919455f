"""Locals have names that later releases give them too: from the source, whatever else is lowered around them."""

from __future__ import annotations

import jactl_trio as jactl
from jactl_trio.continuation.sites import live_names

WAITS = "def f(x) { sleep(0, x) }; [f(1), f(2), f(3)]"


def waiting_names(first: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is live at each site behind a first statement of ten characters."""
    unit = jactl.Context().compile(f"{first:10};{WAITS}").unit
    main = unit.codes["main"]
    return [(site.name, live_names(main, site)) for site in main.sites.values() if site.pos > 10]


def test_temporaries_do_not_depend_on_what_comes_before() -> None:
    simple, nested = waiting_names("1"), waiting_names("[[1],[2]]")
    spilled = waiting_names("sleep(0,1)")
    assert any(name.startswith("t") for _, live in simple for name in live)
    assert simple == nested == spilled
