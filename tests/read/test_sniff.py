"""Formats and kinds by content."""

from __future__ import annotations

import pytest

from diagnose.read import sniff
from diagnose.read.records import text_rows

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


@pytest.mark.parametrize(
    ("fields", "message", "name", "kind"),
    [
        ({"component": "media-bridge"}, "up", "client.log", "edge.log"),
        ({"component": "bot-orchestrator", "edge_node": "n1"}, "listening", "edge.log", "bot.log"),
        ({}, "getUserMedia failed: NotAllowedError", "edge.log", "client.log"),
        ({}, '10.1.1.1 - - "GET /a HTTP/1.1" 502 12', "x.log", "proxy.log"),
        ({}, "chan_sip: no route to sip:a@b", "x.log", "sip.log"),
        ({}, "SIP/2.0 488 Not Acceptable Here", "x.txt", "sip.trace"),
        ({}, "systemd[1]: foo.service: Failed with result 'oom-kill'", "x.log", "system.log"),
        ({}, "fw action=deny policyid=3 srcip=10.0.0.1", "x.log", "network.note"),
        ({}, "something else", "edge-7.log", "edge.log"),
        ({}, "something else", "x.log", "log"),
    ],
)
def test_whose_log_it_is_goes_by_content_before_the_name(
    fields: dict[str, str], message: str, name: str, kind: str
) -> None:
    assert sniff.log_kind([(fields, message)] * 3, name) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("[ops@n1 ~]# dig example.org\n", "network.dns"),
        ("$ sudo timeout 8 openssl s_client -connect a:443\n", "network.tls"),
        ("ops@n1:~$ ntpq -p\n", "host.clock"),
        ("ops@n1:~$ frobnicate\n", None),
    ],
)
def test_a_transcript_is_what_its_first_command_looks_at(head: str, kind: str | None) -> None:
    assert sniff.command_kind(head) == kind


@pytest.mark.parametrize(
    "line", ["var client = new Client();", "}", "await api.Query(q);", 'View = "summary",', "import re"]
)
def test_lines_of_programs_are_code(line: str) -> None:
    assert sniff.is_code(line)


def test_sentences_are_no_code() -> None:
    assert not sniff.is_code("The bridge returns 502 (bad gateway).")
    assert sniff.is_prose("The bridge returns to the cloud when it is up again.")
    assert not sniff.is_prose("ERROR: the bridge is not up and we have no route")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("bot-media.service: Main process exited, code=killed, status=9/KILL", "system.log"),
        ('10.1.0.4 - - [22/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 502 157 "-" "x"', "proxy.log"),
        (" 2(27401) ERROR: <script>: trunk destination down", "sip.log"),
        ("call: SIP Progress: 180 Ringing (/)", "sip.log"),
        ("NOTICE[2100][C-0000001f] res_rtp_x.c:4021 timed out", "sip.log"),
        ("softphone.js:120 ICE connection state: failed", "client.log"),
        ("2031-03-04T05:06:07Z tx opened", "bot.log"),
        ("2031-03-04T05:06:07Z ERROR upload: it failed", "log"),
    ],
)
def test_one_line_of_a_known_program_tells_whose_log_it_is(line: str, kind: str) -> None:
    (row,) = text_rows([(1, line)], sparse=True)
    record = row.record()
    assert sniff.log_kind([(record.fields, record.message)], "x.txt") == kind


def test_a_header_with_time_and_message_makes_a_table() -> None:
    assert sniff.text_format("time,message\n1930367167,reset\n") == "table"
    assert sniff.text_format("The time, we think, matters\nand more\n") != "table"
