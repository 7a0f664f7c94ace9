from __future__ import annotations

import pytest

from tests.read.capture.pcapcase import A, B, Pcap


def both(**more: object) -> Pcap:
    capture = Pcap()
    capture.rtp(0, 500, **more)  # type: ignore[arg-type]
    capture.rtp(0, 500, B, 6000, A, 4000, ssrc=8)
    return capture


def test_a_clean_stream_is_good_across_the_turn_of_its_numbers() -> None:
    found = both().facts("media.quality")
    assert [(f["grade"], f["loss_pct"], f["packets"], f["duration_s"]) for f in found] == [("good", 0.0, 500, 10.0)] * 2
    assert found[0]["jitter_ms"] < 1
    assert both().facts("media.flow") == [{"leg": "unknown", "direction": "both", "sent": 500, "received": 500}]


@pytest.mark.parametrize(
    ("lost", "grade"), [(range(100, 104), "good"), (range(100, 108), "fair"), (range(100, 130), "bad")]
)
def test_loss_is_counted_by_sequence_numbers(lost: range, grade: str) -> None:
    found = both(lost=frozenset(lost)).facts("media.quality")[0]
    assert (found["grade"], found["loss_pct"]) == (grade, round(100 * len(lost) / 500, 2))
    assert found["max_gap_ms"] == 20 * (len(lost) + 1)


def test_jitter_is_that_of_rfc_3550() -> None:
    found = both(jitter=0.06).facts("media.quality")[0]
    assert (found["grade"], round(found["jitter_ms"])) == ("bad", 60)


def test_one_direction_alone_is_told_from_the_side_of_the_host() -> None:
    capture = Pcap()
    capture.rtp(0, 100)
    capture.udp(3, A, 5000, "192.0.2.3", 9999, b"x")
    assert capture.facts("media.flow") == [{"leg": "unknown", "direction": "out_only", "sent": 100, "received": 0}]


def test_a_direction_that_ends_early_has_stopped() -> None:
    capture = Pcap()
    capture.rtp(0, 1000)
    capture.rtp(0, 400, B, 6000, A, 4000, ssrc=8)
    (event,) = capture.facts("media.event")
    assert event["event"] == "media_stopped"


def test_a_direction_that_begins_late_is_told() -> None:
    capture = Pcap()
    capture.rtp(0, 500)
    capture.rtp(5, 250, B, 6000, A, 4000, ssrc=8)
    assert capture.facts("media.setup") == [{"outcome": "late", "delay_ms": 5000, "step": "first RTP packet"}]


def test_a_payload_type_that_changes_is_told() -> None:
    capture = Pcap()
    capture.rtp(0, 50, first=0)
    capture.rtp(1, 50, first=50, kind=9)
    assert capture.facts("media.codec") == [{"outcome": "differs", "detail": "payload type 0 became 9"}]


def test_the_mark_of_the_packets_is_told() -> None:
    assert both(tos=184).facts("media.quality")[0]["dscp"] == 46


def test_datagrams_that_only_look_like_rtp_are_no_stream() -> None:
    capture = Pcap()
    for n in range(40):
        capture.udp(n * 0.02, A, 4000, B, 6000, bytes([0x80, 0, n * 37 % 256, n * 91 % 256]) + bytes(8))
    assert capture.facts("media.quality") == []


def test_what_a_receiver_reports_is_told() -> None:
    capture = Pcap()
    block = (9).to_bytes(4, "big") + bytes([26]) + bytes(3) + bytes(4) + (80).to_bytes(4, "big") + bytes(8)
    capture.udp(0, B, 6001, A, 4001, bytes([0x81, 201, 0, 7]) + bytes(4) + block)
    (found,) = capture.facts("media.quality")
    assert (found["by"], found["loss_pct"], found["grade"]) == ("rtcp", 10.16, "bad")


def test_packets_to_a_private_address_while_the_other_side_s_come_from_a_public_one() -> None:
    capture = Pcap()
    capture.rtp(0, 100, "203.0.113.9", 6000, B, 6000)
    capture.rtp(0, 100, B, 6000, "10.9.9.9", 6000, ssrc=8)
    assert capture.facts("media.address") == [{"address": "10.9.9.9", "scope": "private", "matches_source": False}]
    assert both().facts("media.address") == []
