from __future__ import annotations

from diagnose.read.capture.packets import Packet
from diagnose.read.capture.signalling import Signalling

OPTIONS = b"OPTIONS sip:b@x SIP/2.0\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"


def segment(data: bytes, seq: int) -> Packet:
    return Packet(1.0, "10.0.0.1", "2001:db8::1", 5060, 5060, "TCP", data, len(data), "A", seq)


def test_two_messages_in_one_segment_and_keep_alives_between() -> None:
    found = Signalling()
    assert found.add(segment(OPTIONS + b"\r\n\r\n" + OPTIONS, 1))
    assert [m.method for m in found.messages] == ["OPTIONS"] * 2
    assert (found.messages[0].travel.src, found.messages[0].travel.dst) == ("10.0.0.1:5060", "[2001:db8::1]:5060")


def test_a_segment_that_is_sent_again_counts_once() -> None:
    found = Signalling()
    found.add(segment(OPTIONS[:30], 1))
    found.add(segment(OPTIONS[:30], 1))
    found.add(segment(OPTIONS[30:], 31))
    assert len(found.messages) == 1


def test_a_gap_in_a_stream_drops_what_was_held() -> None:
    found = Signalling()
    found.add(segment(OPTIONS[:30], 1))
    found.add(segment(OPTIONS, 500))
    assert len(found.messages) == 1


def test_other_payloads_are_not_taken() -> None:
    assert not Signalling().add(segment(b"GET / HTTP/1.1\r\n\r\n", 1))
    assert not Signalling().add(Packet(1.0, "a", "b", 1, 2, "UDP", b"SIP/2.0 is a protocol", 20))
