"""Fixtures that many tests share."""

import pytest

pytest.register_assert_rewrite("jactl_trio.verify.kit")
