"""Writes the report of every example to the .expected.txt beside it, and the first one's into the README.

Run it after a change that should alter reports (`make snapshots`), then read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from diagnose.cli import main

EXAMPLES = Path(__file__).parent.resolve()
README = EXAMPLES.parent / "README.md"
IN_README = "wan-flap-survivability"


def write(folder: Path) -> str:
    """Diagnose one example as its reader would, write the report, and give it."""
    report = EXAMPLES / f"{folder.name}.expected.txt"
    os.chdir(EXAMPLES)
    main(["run", folder.name, "-q", "-o", str(report)])
    return report.read_text(encoding="utf-8")


if __name__ == "__main__":
    reports = {
        folder.name: write(folder)
        for folder in sorted(EXAMPLES.iterdir())
        if folder.is_dir() and folder.name != "packs"
    }
    text = README.read_text(encoding="utf-8")
    block = f"```text\n{reports[IN_README].rstrip()}\n```"
    README.write_text(re.sub(r"```text\n.*?```", lambda _: block, text, count=1, flags=re.S), encoding="utf-8")
