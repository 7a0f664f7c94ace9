"""The parsers of `jc`, imported one by one when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def parsed(parser: str, text: str) -> list[dict[str, Any]]:
    """What jc's `parser` (such as `df`) makes of a program's output, as rows; empty when it makes nothing of it.

    One parser costs 15 ms to import, all of them a second. Some trip over an empty line at the end, so there is none.
    A parser raises whatever its own code trips over on output that it was not written for: that is output of no known
    shape, and hence no rows.
    """
    module = import_module(f"jc.parsers.{parser}")
    try:
        found = module.parse(text.rstrip() + "\n", quiet=True)
    except Exception:
        return []
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict) and row]
