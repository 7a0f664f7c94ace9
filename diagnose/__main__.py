"""`python -m diagnose` is the command `diagnose`."""

import gc
import sys

from diagnose.cli import main


def start() -> None:
    """Run the command line and leave with its exit code."""
    code = main()
    gc.freeze()  # else the interpreter looks through all that is left before it lets go of it
    sys.exit(code)


if __name__ == "__main__":
    start()
