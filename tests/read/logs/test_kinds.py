"""Whose log it is, by content."""

from __future__ import annotations

import pytest

from diagnose.read.logs import kinds
from diagnose.read.logs.rows import text_rows


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
    assert kinds.log_kind([(fields, message)] * 3, name) == kind


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
    assert kinds.command_kind(head) == kind


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
    assert kinds.log_kind([(record.fields, record.message)], "x.txt") == kind
