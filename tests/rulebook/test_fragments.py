"""Every match of a pattern holds one of its fragments."""

from __future__ import annotations

import pytest
import re2

from diagnose.rulebook.fragments import fragments


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\b[1-9]\d{4,5} ?ms\b", (r"[1-9](?:[0-9]){4,5}(?:\ ){0,1}ms",)),
        (r"(?:200|OK)\b[^;]{0,40}\b[1-9]\d{4,5} ?ms", (r"[1-9](?:[0-9]){4,5}(?:\ ){0,1}ms",)),
        (r"(?:a|bb)+-cc|x\d\d:\d\d", (r"(?:(?:a|bb)){1,}\-cc", "x[0-9][0-9]:[0-9][0-9]")),
        (r"(?:\w+ )*", ()),
        (r"a.b", ()),
        (r"[^a]bc", ()),
        (r"\s[é]abc\"d", (r"abc",)),
        (r"reset|\d", ()),
        (r"(?:(?:\d{30}){30}a){5}", ()),
        (r"\pL+", ()),
        (r"[[:alpha:]]{9}", ()),
    ],
)
def test_the_most_telling_plain_part_is_kept(pattern: str, found: tuple[str, ...]) -> None:
    assert fragments(pattern) == found
    assert all(re2.compile(f) for f in found)
