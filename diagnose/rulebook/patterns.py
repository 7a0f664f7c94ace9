"""Patterns of rules: RE2, checked with a reason when RE2 refuses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

_WHY = (
    (re.compile(r"\(\?<?[=!]"), "look-around is not possible in linear time; write what may stand there instead"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]"), "a backreference is not possible in linear time"),
    (re.compile(r"\(\?>|[*+?]\+"), "atomic groups and possessive quantifiers are not needed in RE2; drop them"),
    (re.compile(r"\(\?#|\\Z|\(\?\("), "this is Python's own syntax; write \\z for the end, no comments, no conditions"),
)


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> Any:
    """The pattern compiled by RE2. Raises re2.error when RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def refusal(pattern: str) -> str:
    """Why RE2 refuses `pattern`, in one sentence; empty when it does not."""
    try:
        compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else "malformed"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        why = next((words for sign, words in _WHY if sign.search(pattern)), "")
        return f"RE2 refuses the pattern: {text}" + (f"; {why}" if why else "")
    return ""


def groups(pattern: str) -> frozenset[str]:
    """Names of the named groups of a pattern that RE2 accepts."""
    return frozenset(compiled(pattern).groupindex)
