r"""The parts of a pattern without alternatives -> in how long a text a search with it takes few steps.

A matcher that tries every way begins at each character, and each loop may end at each: chars ** (1 + loops) steps at
most. But most loops can end at one place only: `\w+` of `(\w+) = (.*)` where the space comes, since what it takes and
what follows it have no character in common. Where such a loop gives back a character, all that follows fails there and
then. All of them together are one walk along the text.
"""

from __future__ import annotations

import re

STEPS_MAX = 1_000_000  # some milliseconds

Part = tuple[str, str]  # what one character has to match, and its quantifier

_ASCII = "".join(map(chr, range(128)))


def chars_for(loops: int) -> int:
    """The length of a text in which so many loops inside one another end within STEPS_MAX."""
    return int(STEPS_MAX ** (1 / max(loops, 1)))


def ascii_chars(parts: list[Part], is_anchored: bool) -> int:
    """The length of ASCII texts in which the parts, one after the other, are searched for within STEPS_MAX.

    is_anchored: a match begins at the text's begin alone."""
    pieces = [(frozenset(re.findall(one, _ASCII)), loop) for one, loop in parts]
    open_loops = sum(
        1 for index, (taken, loop) in enumerate(pieces) if loop and not _ends_at_one_place(taken, pieces[index + 1 :])
    )
    return chars_for(1 + open_loops + (not is_anchored))


def _ends_at_one_place(taken: frozenset[str], after: list[tuple[frozenset[str], str]]) -> bool:
    for following, loop in after:
        if taken & following:
            return False
        if not loop.startswith(("*", "?", "{0")):  # it cannot be left out
            return True
    return True
