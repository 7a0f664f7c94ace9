"""Words of a text in the form in which wordings meet."""

from __future__ import annotations

import pytest

from diagnose.tokens import features, split, stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bot doesn\u2019t answer", ["bot", "not", "answer"]),
        ("ConnectionResetError: errno=104", ["connection", "reset", "error", "errno"]),
        ("SIP/2.0 488 after 61 s at 8000 Hz", ["sip", "0", "488", "after", "8000", "hz"]),
        ("6f1c2d3e4a5b6c7d8e9f0a1b2c3d4e5f60718293 up", ["up"]),
        ("", []),
    ],
)
def test_only_words_and_telling_numbers_are_left(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_wordings_of_one_thing_meet() -> None:
    assert stem("disconnects") == stem("disconnected") == stem("disconnecting")
    assert list(features("Calls dropped")) == ["call", "drop", "call drop"]
