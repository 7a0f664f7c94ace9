"""The trees of `tshark -V` give the same facts as the packets that they show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from diagnose.model import Draft
from diagnose.read import read
from diagnose.read.capture import dump
from diagnose.read.capture.verbose import is_verbose, packets_of
from diagnose.read.signals.scan import Scanner
from tests.read import mutate
from tests.read.sip.sipcase import Case, sdp
from tests.read.sound import sound_source

A, B = "10.0.0.1", "198.51.100.7"


def frame(number: int, at: float, src: str, dst: str, *layers: str, new: bool = True) -> str:
    epoch = "Epoch Arrival Time" if new else "Epoch Time"
    return "\n".join([
        f"Frame {number}: 214 bytes on wire (1712 bits), 214 bytes captured (1712 bits) on interface eth0, id 0",
        "    Encapsulation type: Ethernet (1)",
        f"    {epoch}: {1_772_618_400 + at:.9f}{'' if new else ' seconds'}",
        "Ethernet II, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02",
        f"Internet Protocol Version 4, Src: {src}, Dst: {dst}",
        "    Differentiated Services Field: 0xb8 (DSCP: EF PHB, ECN: Not-ECT)",
        "    Time to Live: 64",
        *layers,
        "",
        "",
    ])  # fmt: skip


def udp(sport: int, dport: int) -> str:
    return f"User Datagram Protocol, Src Port: {sport}, Dst Port: {dport}\n    Length: 180"


def sip(message: list[str]) -> str:
    start, *rest = message
    body = rest.index("") if "" in rest else len(rest)
    line = "Status-Line" if start.startswith("SIP") else "Request-Line"
    tree = [
        f"Session Initiation Protocol ({start.split()[0]})",
        f"    {line}: {start}",
        "        Method: X",
        "    Message Header",
    ]
    tree += [part for header in rest[:body] for part in (f"        {header}", "            Some part: of it")]
    lines = [text for text in rest[body + 1 :] if text]
    if lines:
        tree += ["    Message Body", "        Session Description Protocol"]
        tree += [f"            What it is ({text[0]}): {text[2:]}" for text in lines]
    return "\n".join(tree)


def rtp(number: int, seq: int, ssrc: int) -> str:
    return "\n".join([
        "Real-Time Transport Protocol",
        "    10.. .... = Version: RFC 1889 Version (2)",
        "    Payload type: ITU-T G.711 PCMU (0)",
        f"    Sequence number: {seq}",
        f"    [Extended sequence number: {65536 + seq}]",
        f"    Timestamp: {160 * seq}",
        f"    Synchronization Source identifier: 0x{ssrc:08x} ({ssrc})",
        f"    Payload: {'d5' * 20}{number}",
    ])  # fmt: skip


def call() -> str:
    lines = Case().add(0, "INVITE", body=sdp(A)).add(1, "486 Busy Here", back=True, tags=("a", "b")).lines
    at = lines.index("SIP/2.0 486 Busy Here")
    invite, busy = lines[1 : at - 1], lines[at:]
    return frame(1, 0, A, B, udp(5060, 5060), sip(invite)) + frame(2, 1, B, A, udp(5060, 5060), sip(busy), new=False)


def facts(text: str) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    drafts: list[Draft] = dump.read_text(text, "x.txt")[0]
    for one in drafts:
        out.setdefault(one.kind, []).append(one.fields)
    return out


def test_a_sip_message_gets_its_bytes_back() -> None:
    (response,) = facts(call())["sip.response"]
    assert (response["code"], response["after_ms"]) == (486, 1000)
    invite, busy = packets_of(list(enumerate(call().splitlines(), 1)))
    assert b"m=audio 4000 RTP/AVP 0 101" in invite.payload
    assert b"Some part" not in invite.payload
    assert (busy.src, busy.number, busy.ttl, busy.tos) == (B, 2, 64, 0xB8)


def test_media_is_counted() -> None:
    text = "".join(frame(n, 0.02 * n, A, B, udp(4000, 6000), rtp(n, n, 7)) for n in range(1, 40) if n != 20)
    found = facts(text)
    assert [(f["direction"], f["sent"]) for f in found["media.flow"]] == [("out_only", 38)]
    assert (found["media.quality"][0]["packets"], found["media.quality"][0]["dscp"]) == (38, 46)
    assert found["media.quality"][0]["loss_pct"] == pytest.approx(2.56)


def test_connections_names_and_errors_are_read() -> None:
    tcp = "Transmission Control Protocol, Src Port: {}, Dst Port: {}, Seq: 0, Len: 0\n    Flags: {}"
    syn, rst = tcp.format(40000, 443, "0x002 (SYN)\n    Window: 64240"), tcp.format(443, 40000, "0x014 (RST, ACK)")
    ask = "Domain Name System (query)\n    Transaction ID: 0x0009\n    Flags: 0x0100 Standard query\n    Queries\n"
    ask += "        edge.example: type A, class IN"
    told = ask.replace("0x0100 Standard query", "0x8183 Standard query response, No such name")
    icmp = "Internet Control Message Protocol\n    Type: 3 (Destination unreachable)\n    Code: 3 (Port unreachable)"
    found = facts(
        frame(1, 0, A, B, syn) + frame(2, 0.1, B, A, rst) + frame(3, 1, A, "10.0.0.53", udp(5353, 53), ask)
        + frame(4, 1.1, "10.0.0.53", A, udp(53, 5353), told) + frame(5, 2, B, A, icmp)
    )  # fmt: skip
    assert [f["outcome"] for f in found["tcp.failure"]][:1] == ["refused"]
    assert [(f["outcome"], f["name"]) for f in found["dns.result"]] == [("nxdomain", "edge.example")]


@pytest.mark.parametrize("before", ["", "[root@edge-7 ~]# tshark -r call.pcap -V\n"])
def test_such_a_text_finds_its_reader(before: str, tmp_path: Any) -> None:
    (tmp_path / "capture.txt").write_text(before + call())
    reading = read([str(tmp_path)], Scanner([]))
    assert [s.kind for s in reading.sources] == ["network.capture"]
    assert "sip.response" in {d.kind for d in reading.drafts}


def test_a_tree_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    text = call()
    assert is_verbose(text)
    cut = text[: text.index("Frame 2") + 60]
    assert [p.number for p in packets_of(list(enumerate(cut.splitlines(), 1)))] == [1]
    assert list(packets_of([(1, "no packet")])) == []


@settings(max_examples=150, deadline=None)
@given(mutate.texts([call(), frame(1, 0, A, B, udp(4000, 6000), rtp(1, 1, 7))]))
def test_spoilt_trees_are_read_as_far_as_they_go(text: str) -> None:
    sound_source(*dump.read_text(text, "x.txt"), text)
