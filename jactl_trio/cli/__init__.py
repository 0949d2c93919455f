"""The command `jactl-trio`: run, verify, recover, instances, explain, eval, repl.

Exit codes: 0 done; 1 the script failed; 2 wrong usage, or a source that does not compile; 3 a checkpoint or the store;
130 interrupted.
"""

from .main import main

__all__ = ["main"]
