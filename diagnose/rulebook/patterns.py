"""Patterns of rules: RE2, checked with a reason when RE2 refuses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from diagnose.rulebook.taken import size

_WHY = (
    (re.compile(r"\(\?<?[=!]"), "look-around is not possible in linear time; write what may stand there instead"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]"), "a backreference is not possible in linear time"),
    (re.compile(r"\(\?>|[*+?]\+"), "atomic groups and possessive quantifiers are not needed in RE2; drop them"),
    (re.compile(r"\(\?#|\\Z|\(\?\("), "this is Python's own syntax; write \\z for the end, no comments, no conditions"),
)


SMALL = 20_000
"""Instructions up to which RE2 takes every pattern that it can parse; its memory holds four times as many."""


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> Any:
    """The pattern compiled by RE2. Raises re2.error when RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


@lru_cache(maxsize=8192)
def refusal(pattern: str) -> str:
    """Why RE2 refuses `pattern`, in one sentence; empty when it does not.

    Most patterns are only parsed here, which takes a fifth of the time of compiling them.
    """
    if _parses(pattern) and size(pattern) <= SMALL:
        return ""
    try:
        compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else "malformed"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        why = next((words for sign, words in _WHY if sign.search(pattern)), "")
        return f"RE2 refuses the pattern: {text}" + (f"; {why}" if why else "")
    return ""


def _parses(pattern: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.Set.SearchSet(options).Add(pattern)
    except re2.error:
        return False
    return True
