"""The option --keys -> a Context that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..runtime.context import Context

keys_option = click.option(
    "--keys", metavar="FILE", help="seals checkpoints: `id: secret in base64 [encrypt]`, a line each, the current first"
)


def context_with(keys: str | None) -> Context:
    """UsageError for a file that holds no keys."""
    from ..runtime.context import Context

    if keys is None:
        return Context()
    from ..checkpoint.keys import KeyRing

    return Context(checkpoint_key=KeyRing.from_file(keys))
