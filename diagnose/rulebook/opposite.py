"""A line that says the opposite of another one, or something else of the same thing: what a pattern must not match."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_TURNS = (
    ("failed", "succeeded"), ("failure", "success"), ("fails", "works"), ("lost", "restored"), ("refused", "accepted"),
    ("rejected", "accepted"), ("denied", "granted"), ("disconnected", "connected"), ("unreachable", "reachable"),
    ("unavailable", "available"), ("timed out", "answered"), ("timeout", "answer"), ("dropped", "kept"),
    ("down", "up"), ("closed", "opened"), ("stopped", "started"), ("stalled", "running"), ("expired", "renewed"),
    ("invalid", "valid"), ("missing", "present"), ("exceeded", "kept"), ("error", "success"), ("gone", "back"),
    ("broken", "whole"), ("degraded", "healthy"), ("offline", "online"), ("disabled", "enabled"), ("late", "in time"),
    ("off", "on"), ("deregistered", "registered"), ("unregistered", "registered"), ("aborted", "completed"),
    ("cannot", "can"), ("not", "now"), ("no", "a"), ("starved", "fed"), ("exhausted", "free"), ("full", "free"),
    ("killed", "started"), ("crashed", "started"), ("blocked", "open"), ("reset", "set up"), ("mismatch", "match"),
)  # fmt: skip
"""Words of trouble, and what stands in their place when all is well."""


_TROUBLE = re.compile(rf"(?i)\b(?:{'|'.join(bad for bad, _ in _TURNS)})\b")


def troubled(text: str) -> bool:
    """Whether a text speaks of trouble."""
    return _TROUBLE.search(text) is not None


def near_miss(text: str, words: Sequence[str], found: Callable[[str], Any]) -> list[str]:
    """One line like `text` that `found` (the pattern's search) must not match, or nothing when it matches them all."""
    for bad, good in _TURNS:
        turned = re.sub(rf"(?i)\b{bad}\b", good, text, count=1)
        if turned != text and not found(turned):
            return [turned]
    for word in reversed([w for w in words if len(w) > 3]):
        at = text.lower().find(word)
        turned = f"{text[:at]}ok"
        if at > 0 and not found(turned):
            return [turned]
    return []
