"""Exit codes."""

OK, SCRIPT_FAILED, USAGE, STORE = 0, 1, 2, 3
