from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.read.capture.dump import claims_text, read_text
from tests.read.sound import sound_source


def facts(text: str, kind: str) -> list[dict[str, Any]]:
    assert claims_text(text)
    return [d.fields for d in read_text(text, "tcpdump.txt")[0] if d.kind == kind]


REFUSED = """10:00:00.000000 IP 10.0.0.1.40000 > 198.51.100.7.443: Flags [S], seq 9, win 64240, length 0
10:00:00.020000 IP 198.51.100.7.443 > 10.0.0.1.40000: Flags [R.], seq 0, ack 10, win 0, length 0
"""
VERBOSE = """2026-03-04 10:00:00.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
    10.0.0.1.40000 > 198.51.100.7.443: Flags [S], cksum 0x1 (correct), seq 9, win 64240, length 0
2026-03-04 10:00:00.020000 IP (tos 0x0, ttl 55, id 0, offset 0, flags [DF], proto TCP (6), length 40)
    198.51.100.7.443 > 10.0.0.1.40000: Flags [R.], cksum 0x2 (correct), seq 0, ack 10, win 0, length 0
"""
SHARK = """    1 0.000000000     10.0.0.1 → 198.51.100.7 TCP 74 40000 → 443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
    2 0.020000000 198.51.100.7 → 10.0.0.1     TCP 54 443 → 40000 [RST, ACK] Seq=1 Ack=1 Win=0 Len=0
"""


@pytest.mark.parametrize("text", [REFUSED, VERBOSE, SHARK])
def test_a_refusal_is_the_same_in_every_form(text: str) -> None:
    (found,) = facts(text, "tcp.failure")
    assert (found["outcome"], found["phase"], found["by"], found["age_s"]) == ("refused", "connect", "server", 0.02)


def test_times_that_count_from_the_start_of_a_capture_are_none() -> None:
    drafts, report = read_text(SHARK, "x.txt")
    assert [d.start for d in drafts] == [None]
    assert report.from_ is None


def test_syns_without_an_answer() -> None:
    text = "".join(
        f"10:00:0{at}.5 IP 10.0.0.1.40000 > 198.51.100.7.443: Flags [S], seq 9, win 64240, length 0\n"
        for at in (0, 1, 3)
    )
    assert [(f["outcome"], f["times"]) for f in facts(text, "tcp.failure")] == [("timeout", 3)]


@pytest.mark.parametrize(
    ("said", "error", "port"),
    [
        ("198.51.100.7 udp port 5062 unreachable, length 409", "port_unreachable", 5062),
        ("host 198.51.100.7 unreachable, length 60", "host_unreachable", None),
        ("host 198.51.100.7 unreachable - admin prohibited filter, length 60", "admin_prohibited", None),
        ("198.51.100.7 unreachable - need to frag (mtu 1400), length 556", "frag_needed", None),
    ],
)
def test_icmp_in_words(said: str, error: str, port: int | None) -> None:
    (found,) = facts(f"10:00:00.1 IP 10.0.0.254 > 10.0.0.1: ICMP {said}\n", "icmp.error")
    assert (found["error"], found.get("port"), found["by"]) == (error, port, "10.0.0.254")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("NXDomain 0/1/0 (90)", "nxdomain"), ("ServFail 0/0/0 (30)", "servfail"), ("1/0/0 A 198.51.100.7 (46)", "ok")],
)
def test_look_ups_in_words(answer: str, outcome: str) -> None:
    text = (
        "10:00:00.1 IP 10.0.0.1.5353 > 10.0.0.53.53: 4711+ A? edge.example.com. (34)\n"
        f"10:00:00.2 IP 10.0.0.53.53 > 10.0.0.1.5353: 4711 {answer}\n"
    )
    (found,) = facts(text, "dns.result")
    assert (found["outcome"], found["name"], round(found["rtt_ms"])) == (outcome, "edge.example.com", 100)


def test_a_look_up_that_tshark_shows() -> None:
    text = (
        "    1 0.000000000 10.0.0.1 → 10.0.0.53 DNS 80 Standard query 0x1a2b A edge.example.com\n"
        "    2 0.010000000 10.0.0.53 → 10.0.0.1 DNS 80 Standard query response 0x1a2b No such name A edge.example.com\n"
    )
    assert [f["outcome"] for f in facts(text, "dns.result")] == ["nxdomain"]


def datagrams(src: str, dst: str, count: int) -> list[str]:
    return [f"10:00:{n * 0.02:09.6f} IP {src} > {dst}: UDP, length 172" for n in range(count)]


def test_datagrams_at_the_rate_of_voice_show_the_directions() -> None:
    there = datagrams("10.0.0.1.4000", "198.51.100.7.6000", 100)
    back = datagrams("198.51.100.7.6000", "10.0.0.1.4000", 100)
    assert [f["direction"] for f in facts("\n".join(sorted(there + back)), "media.flow")] == ["both"]
    (alone,) = facts("\n".join([*there, "10:00:05.0 IP 10.0.0.1.9 > 192.0.2.1.8: UDP, length 3"]), "media.flow")
    assert (alone["direction"], alone["sent"], alone["received"]) == ("out_only", 100, 0)


def test_the_answer_to_an_upgrade_in_the_bytes_of_a_dump() -> None:
    text = """10:00:00.1 IP 10.0.0.1.40000 > 198.51.100.7.80: Flags [P.], seq 1:99, ack 1, win 63, length 98: HTTP: GET /s HTTP/1.1
E..r\\(@.@...
..GET /s HTTP/1.1
Host: bot.example.com
Upgrade: websocket

10:00:00.2 IP 198.51.100.7.80 > 10.0.0.1.40000: Flags [P.], seq 1:60, ack 99, win 64, length 59: HTTP: HTTP/1.1 502 Bad Gateway
"""  # noqa: E501
    assert facts(text, "http.status") == [{"status": 502, "where": "upgrade", "detail": "bot.example.com"}]


def test_sip_on_one_line_a_packet_counts_as_asked_and_answered() -> None:
    line = "10:00:0{}.0 IP 10.0.0.1.5060 > 198.51.100.7.5060: SIP: OPTIONS sip:198.51.100.7 SIP/2.0\n"
    asked = "".join(line.format(at) for at in range(4))
    (found,) = facts(asked, "sip.silence")
    assert (found["method"], found["times"]) == ("OPTIONS", 4)
    answered = asked + "10:00:03.1 IP 198.51.100.7.5060 > 10.0.0.1.5060: SIP: SIP/2.0 200 OK\n"
    assert facts(answered, "sip.silence") == []
    again = "".join(line.format(at) for at in range(4, 8))
    assert [f["times"] for f in facts(answered + again, "sip.silence")] == [4]


TABLE = """$ tshark -r call.pcap -q -z rtp,streams
========================= RTP Streams ========================
   Start time      End time     Src IP addr  Port    Dest IP addr  Port       SSRC          Payload  Pkts         Lost   Min Delta(ms)  Mean Delta(ms)   Max Delta(ms)  Min Jitter(ms) Mean Jitter(ms)  Max Jitter(ms) Problems?
     0.015145     15.991277        10.0.0.1 16470    198.51.100.7 16472 0xEDC63D47            g711U   672   128 (16.0%)          16.321          23.809          77.819           0.219           1.160           1.654 X
"""  # noqa: E501
BACK = "     0.015145      9.991277    198.51.100.7 16472        10.0.0.1 16470 0x23C05C43            g711U   500     0 (0.0%)          16.321          19.809          27.819           0.219           1.160           1.654 \n"  # noqa: E501


def test_the_table_of_streams_tells_quality_and_directions() -> None:
    (quality,) = facts(TABLE, "media.quality")
    assert (quality["grade"], quality["loss_pct"], quality["jitter_ms"], quality["packets"]) == ("bad", 16.0, 1.16, 672)
    assert [f["direction"] for f in facts(TABLE, "media.flow")] == ["out_only"]
    assert [f["direction"] for f in facts(TABLE + BACK, "media.flow")] == ["both"]
    assert [f["event"] for f in facts(TABLE + BACK, "media.event")] == ["media_stopped"]


@pytest.mark.parametrize(
    "text", ["", "some words", "a > b: c\n", "10:00:00 edge INFO call went 10.0.0.1 > 10.0.0.2 ok"]
)
def test_other_texts_are_not_claimed(text: str) -> None:
    assert not claims_text(text)


WHOLE = REFUSED + VERBOSE + SHARK + TABLE + "\n".join(datagrams("10.0.0.1.4000", "198.51.100.7.6000", 30))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_spoilt_text_is_read_without_an_error(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text(max_size=12)) + text[at + data.draw(st.integers(0, 40)) :]
    claims_text(text)
    sound_source(*read_text(text, "x.txt"), text)
