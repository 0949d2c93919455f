"""What stands for a time on the command line, `90`, `12h` or `30d` -> seconds."""

from __future__ import annotations

import re

import click

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def seconds_of(_: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """Of a number and s, m, h, d or w; without a unit it is seconds. The callback of an option."""
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smhdw]?)", text)
    if match is None:
        raise click.BadParameter(f"{text!r} is no time: give a number and s, m, h, d or w, as in 30d", param=option)
    return float(match[1]) * _UNITS_S[match[2]]
