"""`python -m jactl_trio` is the command `jactl-trio`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
