"""The streams of a capture are told to the calls that announced their ends."""

from __future__ import annotations

from typing import Any

from tests.read.capture.pcapcase import A, B, Pcap
from tests.read.capture.test_pcap import packets
from tests.read.sip.sipcase import Case, sdp


def signal(
    capture: Pcap, call_id: str, ours: int, theirs: int, *, at: float = 0.0, more: str = "", end: float = 30.0
) -> None:
    """An answered call from A to B, whose audio is to go to port `ours` at A and `theirs` at B."""
    case = Case(call_id).add(0, "INVITE", body=sdp(A, port=ours, more=more))
    case.add(1, "200 OK", back=True, tags=("a", "b"), body=sdp(B, port=theirs))
    case.add(1, "ACK", cseq="1 ACK", tags=("a", "b")).add(end, "BYE", cseq="2 BYE", tags=("a", "b"), branch="z9hG4bK2")
    case.add(end, "200 OK", cseq="2 BYE", back=True, tags=("a", "b"), branch="z9hG4bK2")
    for second, back, data in zip(
        (0, 1, 1, end, end), (False, True, False, False, True), packets(case.lines), strict=True
    ):
        ends = (B, 5060, A, 5060) if back else (A, 5060, B, 5060)
        capture.udp(at + second, *ends, data)


def flows(capture: Pcap) -> dict[str | None, tuple[Any, ...]]:
    drafts, _ = capture.read()
    return {
        d.entities.get("session"): (d.fields["direction"], d.fields["sent"], d.fields["received"])
        for d in drafts
        if d.kind == "media.flow"
    }


def test_of_two_calls_the_one_way_one_is_named() -> None:
    capture = Pcap()
    signal(capture, "good", 4000, 6000)
    signal(capture, "deaf", 4010, 6010, at=0.5)
    capture.rtp(2, 60, A, 4000, B, 6000)
    capture.rtp(2, 50, B, 6000, A, 4000, ssrc=8)
    capture.rtp(2, 60, A, 4010, B, 6010, ssrc=9)
    assert flows(capture) == {"good": ("both", 60, 50), "deaf": ("out_only", 60, 0)}
    qualities = [d for d in capture.read()[0] if d.kind == "media.quality"]
    assert sorted(d.entities["session"] for d in qualities) == ["deaf", "good", "good"]


def test_a_side_that_sends_from_another_port_than_it_announced_is_no_one_way_call() -> None:
    capture = Pcap()
    signal(capture, "odd", 4000, 6000)
    capture.rtp(2, 60, A, 4000, B, 6000)
    capture.rtp(2, 50, B, 7777, A, 4000, ssrc=8)
    assert flows(capture) == {"odd": ("both", 60, 50)}


def test_a_call_without_a_packet_is_told_where_media_of_its_hosts_is_seen() -> None:
    capture = Pcap()
    signal(capture, "good", 4000, 6000)
    signal(capture, "mute", 4010, 6010, at=0.5)
    capture.rtp(2, 60, A, 4000, B, 6000)
    capture.rtp(2, 50, B, 6000, A, 4000, ssrc=8)
    assert flows(capture)["mute"] == ("none", 0, 0)


def test_a_call_that_is_held_short_or_whose_media_goes_elsewhere_is_not_told_of() -> None:
    capture = Pcap()
    signal(capture, "held", 4010, 6010, more="\na=sendonly")
    signal(capture, "short", 4020, 6020, end=2.0)
    signal(capture, "alone", 4030, 6030)
    assert flows(capture) == {}
    capture.rtp(2, 60, "10.0.0.8", 4000, "10.0.0.9", 6000)
    capture.rtp(2, 60, "10.0.0.9", 6000, "10.0.0.8", 4000, ssrc=8)
    assert flows(capture) == {None: ("both", 60, 60)}


def test_streams_of_no_announced_end_are_paired_by_their_ends_and_may_be_of_any_call() -> None:
    capture = Pcap()
    signal(capture, "other", 4000, 6000)
    capture.rtp(2, 60, A, 4444, B, 6666)
    capture.rtp(2, 50, B, 6666, A, 4444, ssrc=8)
    assert flows(capture) == {None: ("both", 60, 50)}
