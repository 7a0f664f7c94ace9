"""What there is to read, one input each, and how something that is wrong with one is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from diagnose.errors import Problem

MAX_FILES = 20_000
"""Files taken from one folder or archive."""


class Input(msgspec.Struct, frozen=True):
    """One thing to read: `path` as reports print it, `size` in bytes if known, `modified` in ms, `open` its stream."""

    path: str
    open: Callable[[], BinaryIO]
    size: int | None = None
    modified: int | None = None


def problem(path: str, code: str, message: str, hint: str = "", *, line: int = 0, severity: str = "error") -> Problem:
    """A problem with an input, as a value; `hint` is the way out."""
    return Problem(path, line, 1 if line else 0, code, message, hint, severity=severity)
