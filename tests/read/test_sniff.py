"""Formats by content."""

from __future__ import annotations

import pytest

from diagnose.read import sniff

RECORD = '{"ts": "2031-03-04T05:06:07Z", "msg": "up"}\n'


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (RECORD * 3, "x.txt", "json-lines"),
        (RECORD * 4 + "panic: oops\n", "x.log", "json-lines"),
        (RECORD, "x.log", "json-document"),
        ('{\n  "conversations": [', "x.log", "json-document"),
        ("[\n]", "x", "json-document"),
        ("2031-03-04T05:06:07Z INFO up\n  at a.b(C.java:1)\n", "ticket.txt", "text-log"),
        ("[ops@branch ~]# dig example.org\n;; Got answer:\n", "x.txt", "command-output"),
        ("The uplink went down and the bot has been silent since.\n", "x.txt", "ticket"),
        (
            "The uplink went down and the bot was silent.\n2031-03-04T05:06:07Z INFO up\nWhat is it that we can do?\n",
            "x",
            "ticket",
        ),
        ("ERROR: tm [ut.h:274]: failed to resolve\n", "console.log", "plain-text"),
        ("SIP/2.0 408 Request Timeout\n", "x.txt", "plain-text"),
        ("", "x.txt", "plain-text"),
    ],
)
def test_the_format_goes_by_content(text: str, name: str, expected: str) -> None:
    assert sniff.text_format(text, name) == expected


def test_a_ticket_by_name_may_be_terse() -> None:
    assert sniff.text_format("bot silent\n", "ticket.txt") == "ticket"
    assert sniff.text_format("bot silent\n", "kamailio.log") == "plain-text"


def test_a_header_with_time_and_message_makes_a_table() -> None:
    assert sniff.text_format("time,message\n1930367167,reset\n") == "table"
    assert sniff.text_format("The time, we think, matters\nand more\n") != "table"
