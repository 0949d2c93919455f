"""The package's log, silent for one block or function: where stores fail by design its warnings are no news."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """As a decorator too: `@quiet()`."""
    logger = logging.getLogger("jactl_trio")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
