from __future__ import annotations

import pytest

from diagnose.read import readers
from diagnose.read.sip.screen import claims_text, read_text

SCREEN = """------------------------------ Scenario Screen -------- [1-9]: Change Screen --
                                 Messages  Retrans   Timeout   Unexpected-Msg
      INVITE ---------->         2         {repeated}         {timeout}
         100 <----------         0         0         0         {unexpected}
         180 <----------         {got}         0         0         0
         200 <----------  E-RTD1 {got}         0         0         0
         ACK ---------->         {got}         0
       Pause [   7000ms]         2                             0
         BYE ---------->         {got}         {again}         0
         200 <----------         {got}         0         0         0
----------------------------- Statistics Screen ------- [1-9]: Change Screen --
  Current Time           | 2026-03-04\t10:00:21.905614\t1772618421.905614
  Successful call        |        0                  |        {got}
  Failed call            |        0                  |        {failed}
"""
NONE = {"repeated": 0, "timeout": 0, "unexpected": 0, "got": 2, "again": 0, "failed": 0}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, [("sip.call", "answered")]),
        ({"again": 1}, [("sip.retransmit", "BYE"), ("sip.call", "answered")]),
        ({"repeated": 9, "timeout": 1, "got": 0, "failed": 2}, [("sip.silence", "INVITE")]),
        ({"repeated": 9, "got": 0, "failed": 2}, [("sip.silence", "INVITE")]),
        ({"unexpected": 2, "got": 0, "failed": 2}, []),
    ],
)
def test_a_screen_tells_what_was_answered_repeated_and_silent(
    counts: dict[str, int], expected: list[tuple[str, str]]
) -> None:
    text = SCREEN.format(**(NONE | counts))
    assert claims_text(text)
    drafts, report = read_text(text, "screen.log")
    assert [(d.kind, str(d.fields.get("outcome") or d.fields.get("method"))) for d in drafts] == expected
    assert report.from_ == 1_772_618_421_905


def test_the_last_screen_counts() -> None:
    text = SCREEN.format(**(NONE | {"repeated": 9, "got": 0, "failed": 2})) + SCREEN.format(**NONE)
    drafts, _ = read_text(text, "screen.log")
    assert [(d.kind, d.place.line) for d in drafts] == [("sip.call", 20)]


def test_other_texts_are_left_to_others() -> None:
    assert not claims_text("Messages were lost")
    row = readers.of_text(SCREEN.format(**NONE))
    assert row is not None
    assert row.module == "sip.screen"
