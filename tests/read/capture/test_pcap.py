from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.read import read
from diagnose.read.capture.pcap import claims_bytes, read_bytes
from diagnose.read.signals.scan import Scanner
from tests.read.capture.pcapcase import A, B, Pcap
from tests.read.sip.sipcase import Case, sdp
from tests.read.sound import sound_source


def packets(lines: list[str]) -> list[bytes]:
    """The messages of a case as the payloads of datagrams."""
    text = "\n".join(line for line in lines if " -> " not in line)
    out: list[str] = []
    for line in text.split("\n"):
        if "SIP/2.0" in line and not line.startswith("Via"):
            out.append("")
        out[-1] += line + "\r\n"
    return [o.encode() for o in out]


INVITE, BUSY = packets(Case().add(0, "INVITE", body=sdp()).add(1, "486 Busy Here", back=True, tags=("a", "b")).lines)


@pytest.mark.parametrize("ng", [False, True])
def test_sip_in_datagrams_becomes_the_same_facts_as_a_trace(ng: bool) -> None:
    capture = Pcap(ng=ng)
    capture.udp(0, A, 5060, B, 5060, INVITE)
    capture.udp(1, B, 5060, A, 5060, BUSY)
    assert claims_bytes(capture.bytes()[:16])
    drafts, report = capture.read()
    (response,) = [d for d in drafts if d.kind == "sip.response"]
    assert (response.fields["code"], response.fields["after_ms"], response.source) == (486, 1000, "sip.trace")
    assert response.place.pointer == "/packet/2"
    assert (report.kind, report.records) == ("network.capture", 2)


def test_sip_in_a_tcp_stream_may_be_cut_anywhere() -> None:
    capture = Pcap()
    capture.tcp(0, A, 40_000, B, 5060, "PA", INVITE[:50], seq=1)
    capture.tcp(0.1, A, 40_000, B, 5060, "PA", INVITE[50:], seq=51)
    both = BUSY.rstrip() + b"\r\n\r\n"
    capture.tcp(0.2, B, 5060, A, 40_000, "PA", both, seq=1)
    assert [f["code"] for f in capture.facts("sip.response")] == [486]


def test_a_large_invite_in_fragments_is_put_together() -> None:
    import dpkt

    capture = Pcap()
    udp = dpkt.udp.UDP(sport=5060, dport=5060, data=INVITE.replace(b"s=-", b"s=" + b"x" * 1600))
    udp.ulen = len(udp)
    data = bytes(udp)
    capture.ip(0, A, B, data[:1480], 17, id=5, mf=1)
    capture.ip(0.001, A, B, data[1480:], 17, id=5, offset=1480)
    capture.udp(1, B, 5060, A, 5060, BUSY)
    (response,) = capture.facts("sip.response")
    assert response["after_ms"] == 999
    assert capture.read()[1].why == ""


def test_a_fragment_that_never_comes_is_said() -> None:
    capture = Pcap()
    capture.ip(0, A, B, INVITE[:800], 17, id=5, mf=1)
    assert "of 1 datagrams in fragments not all parts are there" in capture.read()[1].why


def test_a_capture_that_breaks_off_gives_what_stands_before() -> None:
    capture = Pcap()
    capture.rtp(0, 50)
    drafts, report = read_bytes(io.BytesIO(capture.bytes()[:-30]), "x.pcap")
    assert "media.quality" in {d.kind for d in drafts}
    assert report.why == "the capture breaks off in packet 50"


def test_a_file_that_only_begins_like_a_capture_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(16) + b"\x93\0\0\0" + bytes(60))
    (tmp_path / "y.log").write_text("a line\n")
    problems = read([str(tmp_path)], Scanner([])).problems
    assert [p.code for p in problems if p.severity == "error"] == ["IN015"]


def test_without_dpkt_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dpkt", None)
    with pytest.raises(ValueError, match="pip install"):
        read_bytes(io.BytesIO(Pcap().bytes()), "x.pcap")


def whole() -> bytes:
    capture = Pcap()
    capture.udp(0, A, 5060, B, 5060, INVITE)
    capture.rtp(0, 12)
    capture.tcp(1, A, 40_000, B, 443, "S")
    capture.tcp(1.1, B, 443, A, 40_000, "RA")
    capture.udp(2, A, 5353, B, 53, b"\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1")
    return capture.bytes()


WHOLE = whole()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(24, len(WHOLE) - 1), st.binary(min_size=1, max_size=8)), max_size=8))
def test_a_spoilt_capture_is_read_without_an_error(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE)
    for at, new in changes:
        data[at : at + len(new)] = new
    sound_source(*read_bytes(io.BytesIO(bytes(data)), "x.pcap"))
