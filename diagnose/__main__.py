"""`python -m diagnose` is the command `diagnose`."""

import sys

from diagnose.cli import main


def start() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(main())


if __name__ == "__main__":
    start()
