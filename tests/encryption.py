"""Is the library for encryption here?"""

from __future__ import annotations

from importlib.util import find_spec

import pytest

needs_cryptography = pytest.mark.skipif(
    find_spec("cryptography") is None, reason="cryptography IS NOT INSTALLED: no test of encryption runs"
)
