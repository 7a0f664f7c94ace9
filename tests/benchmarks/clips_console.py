"""Loads CLIPS files one by one as its console does, then resets and runs; for `compare_rule_tools.py`.

Usage: python clips_console.py [--matches RULE] FILE... with a Python that has clipspy.
"""

from __future__ import annotations

import sys

import clips
from clips.routers import Router


class Console(Router):
    """Prints what CLIPS prints."""

    def __init__(self) -> None:
        super().__init__("console", 50)

    def query(self, name: str) -> bool:
        """Whether output of this name is for the console."""
        return name in ("stdout", "stderr", "stdwrn", "t")

    def write(self, _name: str, message: str) -> None:
        """Print."""
        sys.stdout.write(message)


def main(arguments: list[str]) -> None:
    """Load the files, run, and show what a rule matched in part."""
    rule = arguments[1] if arguments[:1] == ["--matches"] else None
    environment = clips.Environment()
    environment.add_router(Console())
    for file in arguments[2:] if rule else arguments:
        print(f'CLIPS> (load "{file}")')
        print(environment.eval(f'(load "{file}")'))
    environment.reset()
    print("CLIPS> (reset) (run)")
    print(f"{environment.run(1000)} rules fired")
    if rule:
        print(f"CLIPS> (matches {rule})")
        environment.eval(f"(matches {rule})")


if __name__ == "__main__":
    main(sys.argv[1:])
