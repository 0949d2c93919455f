"""Requests on standard input -> answers on standard output, one line of JSON each. Runs under the peers' Python.

in   {"work": NAME, ...}
out  {...}, what the function of that name gave
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def serve(**works: Callable[..., dict[str, Any]]) -> None:
    """What else is printed goes to standard error: standard output is for answers alone."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answer = works[request.pop("work")](**request)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
