from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.read.sip.message import Message
from diagnose.read.sip.split import Splitter
from tests.read.sip.sipcase import Case
from tests.read.sound import sound

HEAD = """Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1
From: <sip:a@x>;tag=a
To: <sip:b@x>
Call-ID: c1
CSeq: 1 INVITE
Content-Length: 0
"""
INVITE = f"INVITE sip:b@198.51.100.7 SIP/2.0\n{HEAD}"
BUSY = f"SIP/2.0 486 Busy Here\n{HEAD}"


def split(text: str) -> tuple[list[Message], list[str]]:
    splitter = Splitter()
    rest = [line for _, line in splitter.rest(enumerate(text.split("\n"), 1)) if line.strip()]
    return splitter.messages, rest


FRAMES = {
    "sipp": "---------------------------- 2026-03-04 10:00:00.250000\nUDP message sent (642 bytes):\n\n",
    "sngrep": "2026/03/04 10:00:00.250000 10.0.0.1:5060 -> 198.51.100.7:5060\n",
    "homer": "proto:UDP 2026-03-04 10:00:00.250 10.0.0.1:5060 ---> 198.51.100.7:5060\n\n",
    "ngrep": "U 2026/03/04 10:00:00.250000 10.0.0.1:5060 -> 198.51.100.7:5060 #4\n",
    "tcpdump": "2026-03-04 10:00:00.250000 IP (tos 0x0, ttl 64, proto UDP (17), length 909)\n"
    "    10.0.0.1.5060 > 198.51.100.7.5060: SIP, length: 881\n\t",
    "tcpdump -A": "2026-03-04 10:00:00.250000 IP 10.0.0.1.5060 > 198.51.100.7.5060: SIP: INVITE\nE..$.@.@..\nXE..r..",
    "chan_sip": "[2026-03-04 10:00:00.250] VERBOSE[7] sip.c: \n<--- Transmitting (NAT) to 198.51.100.7:5060 --->\n",
    "pjsip logger": "[2026-03-04 10:00:00.250] VERBOSE[7] res_pjsip_logger.c: "
    "<--- Transmitting SIP request (800 bytes) to UDP:198.51.100.7:5060 --->\n",
    "freeswitch": "2026-03-04 10:00:00.200000 [DEBUG] switch_core.c:9 x\n"
    "send 1024 bytes to udp/[198.51.100.7]:5060 at 10:00:00.250000:\n"
    "   ------------------------------------------------------------------------\n   ",
    "pjsua": "2026-03-04 10:00:00.250  pjsua_core.c  .TX 800 bytes Request msg INVITE/cseq=1 (tdta0x1) "
    "to UDP 198.51.100.7:5060:\n",
    "sipdump": "====================\ntag: snd\npid: 1\nprocess: 1\ntime: 1772618400.250000\n"
    "date: Wed Mar 04 10:00:00 2026\nproto: udp ipv4\nsrcip: 10.0.0.1\nsrcport: 5060\ndstip: 198.51.100.7\n"
    "dstport: 5060\n~~~~~~~~~~~~~~~~~~~~\n",
    "audiocodes": "2026-03-04 10:00:00.250 host [S=1] ---- Outgoing SIP Message to 198.51.100.7:5060 "
    "from SIPInterface #0 (UDP) ----\n",
    "cisco": "2026-03-04 10:00:00.250: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nSent: \n",
}


@pytest.mark.parametrize("tool", FRAMES)
def test_every_tool_frames_its_messages_in_its_own_way(tool: str) -> None:
    (message,), rest = split(FRAMES[tool] + INVITE)
    assert (message.method, message.code, message.call_id) == ("INVITE", 0, "c1")
    assert message.travel.ms == 1_772_618_400_250
    assert message.travel.lacks == ""
    if tool not in {"sipp", "cisco"}:
        assert message.travel.dst == "198.51.100.7:5060"
    if tool in {"sipp", "chan_sip", "pjsip logger", "freeswitch", "pjsua", "sipdump", "audiocodes", "cisco"}:
        assert message.travel.sent is True
    assert len(rest) <= 1


def test_indented_lines_are_those_of_the_message() -> None:
    indented = "\n".join(f"   {line}" for line in BUSY.split("\n"))
    (message,), rest = split(f"recv 300 bytes from udp/[198.51.100.7]:5060 at 10:00:00.5:\n   -----\n{indented}")
    assert (message.code, message.reason, message.headers.get("CSeq")) == (486, "Busy Here", "1 INVITE")
    assert (message.size, message.travel.sent, message.travel.lacks) == (300, False, "date")
    assert rest == []


def test_folded_and_compact_headers_and_junk_are_read() -> None:
    headers = "v: SIP/2.0/UDP 10.0.0.1;branch=q\ni: c9\nSubject: one\n  two\nCSeq: 4 INVITE\nReason: Q.850\n ;cause=17"
    text = f"INVITE sip:b@x SIP/2.0\n{headers}\n"
    (message,), _ = split(text)
    assert (message.call_id, message.branch, message.number) == ("c9", "q", 4)
    assert message.headers.get("Subject") == "one two"
    assert message.cause("Q.850") == 17


def test_a_message_on_one_line_with_escaped_line_ends() -> None:
    (message,), _ = split(f"Mar  4 10:00:00 sbc kamailio[5]: {INVITE.strip()}".replace("\n", "#015#012"))
    assert (message.call_id, message.travel.lacks) == ("c1", "year")


def test_a_message_whose_every_line_has_the_header_of_syslog() -> None:
    head = "Mar  4 10:00:00 sbc asterisk[5]: "
    (message,), rest = split("\n".join(head + line for line in BUSY.strip().split("\n")))
    assert (message.code, message.call_id) == (486, "c1")
    assert rest == []


def test_what_surrounds_messages_stays_with_its_numbers() -> None:
    text = f"We see this on every call:\n\n{INVITE}\nand it comes back with\n\n{BUSY}\nWhy?"
    splitter = Splitter()
    rest = [(n, line) for n, line in splitter.rest(enumerate(text.split("\n"), 1)) if line]
    assert [m.code for m in splitter.messages] == [0, 486]
    assert rest == [(1, "We see this on every call:"), (11, "and it comes back with"), (21, "Why?")]
    assert [m.line for m in splitter.messages] == [3, 13]


def test_a_start_line_without_headers_is_no_message() -> None:
    assert split("got SIP/2.0 503 Service Unavailable from the carrier\nand gave up") == (
        [],
        ["got SIP/2.0 503 Service Unavailable from the carrier", "and gave up"],
    )


def test_a_message_that_a_tool_prints_twice_counts_once() -> None:
    messages, _ = split(f"---- 2026-03-04 10:00:00.1\nUDP message received [9] bytes :\n\n{BUSY}\n"
                        f"-----------------\nUnexpected UDP message received:\n\n{BUSY}\n")  # fmt: skip
    assert len(messages) == 1


def test_a_time_of_day_takes_the_date_of_the_log_around_it() -> None:
    text = f"2026-03-04 23:59:59.9 [DEBUG] x\nrecv 9 bytes from udp/[198.51.100.7]:5060 at 00:00:00.100:\n{BUSY}"
    (message,), _ = split(text)
    assert (message.travel.ms, message.travel.lacks) == (1_772_668_800_100, "")


TRACE = "\n".join(Case().answered().bye(30).lines)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_spoilt_trace_is_read_without_an_error(data: st.DataObject) -> None:
    text = TRACE
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 60))
        text = text[:at] + data.draw(st.text(max_size=20)) + text[at + cut :]
    from tests.read.sip.sipcase import read

    sound(read(text.split("\n")), text)


def test_of_a_message_on_one_line_what_stands_before_its_start_is_left_out() -> None:
    joined = BUSY.replace("\n", "#012")
    (message,), _ = split(f"Mar  4 10:00:00 sbc sip[9]: it said:#012 {joined}")
    assert (message.code, message.call_id) == (486, "c1")


def test_a_log_line_that_joins_others_and_ends_in_a_start_line_stays_a_line() -> None:
    line = r"sent:\n64 bytes from 192.0.2.1\n64 bytes from 192.0.2.1\nthen received 'SIP/2.0 483 Too Many Hops"
    assert split(line) == ([], [line])
