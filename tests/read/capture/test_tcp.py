from __future__ import annotations

from typing import Any

import pytest

from tests.read.capture.pcapcase import A, B, Pcap

ENDS = (A, 40_000, B, 443)
BACK = (B, 443, A, 40_000)


def hello(name: bytes = b"bot.example.com") -> bytes:
    sni = bytes([0, 0]) + (len(name) + 5).to_bytes(2, "big") + (len(name) + 3).to_bytes(2, "big") + b"\0"
    sni += len(name).to_bytes(2, "big") + name
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + len(sni).to_bytes(2, "big") + sni
    return b"\x16\x03\1" + (len(body) + 4).to_bytes(2, "big") + b"\1" + len(body).to_bytes(3, "big") + body


def opened(at: float = 0.0) -> Pcap:
    capture = Pcap()
    capture.tcp(at, *ENDS, "S", seq=0)
    capture.tcp(at + 0.02, *BACK, "SA", seq=0)
    capture.tcp(at + 0.02, *ENDS, "A")
    return capture


def failures(capture: Pcap) -> list[dict[str, Any]]:
    return capture.facts("tcp.failure")


def test_a_reset_in_answer_to_a_syn_is_a_refusal() -> None:
    capture = Pcap()
    capture.tcp(0, *ENDS, "S", seq=0)
    capture.tcp(0.02, *BACK, "RA", seq=0)
    (found,) = failures(capture)
    assert (found["outcome"], found["phase"], found["by"], found["port"]) == ("refused", "connect", "server", 443)


def test_syns_without_an_answer_are_a_timeout() -> None:
    capture = Pcap()
    for at in (0, 1, 3):
        capture.tcp(at, *ENDS, "S", seq=0)
    (found,) = failures(capture)
    assert (found["outcome"], found["phase"], found["times"]) == ("timeout", "connect", 3)


def test_a_syn_at_the_end_of_a_capture_tells_nothing() -> None:
    capture = Pcap()
    capture.tcp(0, *ENDS, "S", seq=0)
    assert failures(capture) == []


def test_a_reset_of_a_connection_that_worked_tells_age_quiet_and_by_whom() -> None:
    capture = opened()
    capture.tcp(1, *ENDS, "PA", b"hello", seq=1)
    capture.tcp(1.1, *BACK, "PA", b"world", seq=1)
    capture.tcp(61.1, *BACK, "R", seq=6, ttl=200)
    (found,) = failures(capture)
    assert (found["outcome"], found["phase"], found["by"]) == ("reset", "established", "server")
    assert (found["age_s"], found["quiet_s"], found["ttl_differs"]) == (61.1, 60.0, True)


def test_a_reset_after_a_normal_end_is_none() -> None:
    capture = opened()
    capture.tcp(1, *BACK, "PA", b"bye", seq=1)
    capture.tcp(1.1, *BACK, "FA", seq=4)
    capture.tcp(1.2, *ENDS, "R", seq=1)
    assert failures(capture) == []


def test_a_tls_handshake_that_hangs_after_the_hello() -> None:
    capture = opened()
    capture.tcp(0.1, *ENDS, "PA", hello(), seq=1)
    capture.tcp(20, A, 1, B, 2, "S")
    (found,) = capture.facts("tls.failure")
    assert (found["reason"], found["name"], found["target"]) == ("timeout", "bot.example.com", "bot")


def test_a_reset_after_the_hello_is_one_of_the_handshake() -> None:
    capture = opened()
    capture.tcp(0.1, *ENDS, "PA", hello(), seq=1)
    capture.tcp(0.15, *BACK, "R", seq=1)
    assert [f["phase"] for f in failures(capture)] == ["handshake"]
    assert [f["reason"] for f in capture.facts("tls.failure")] == ["reset"]


@pytest.mark.parametrize(("code", "reason"), [(48, "untrusted"), (45, "expired"), (70, "version"), (40, "no_cipher")])
def test_an_alert_tells_its_reason_and_who_sent_it(code: int, reason: str) -> None:
    capture = opened()
    capture.tcp(0.1, *ENDS, "PA", hello(), seq=1)
    capture.tcp(0.2, *BACK, "PA", b"\x16\x03\x03\0\x04\2\0\0\0", seq=1)
    capture.tcp(0.3, *ENDS, "PA", bytes([21, 3, 3, 0, 2, 2, code]), seq=200)
    (found,) = capture.facts("tls.failure")
    assert (found["reason"], found["by"]) == (reason, "client")


def test_a_normal_close_alert_is_no_failure() -> None:
    capture = opened()
    capture.tcp(0.3, *ENDS, "PA", bytes([21, 3, 3, 0, 2, 1, 0]), seq=1)
    assert capture.facts("tls.failure") == []


def test_the_answer_to_a_websocket_upgrade() -> None:
    capture = opened()
    request = b"GET /s HTTP/1.1\r\nHost: audiohook.example.com\r\nUpgrade: websocket\r\n\r\n"
    capture.tcp(0.1, *ENDS, "PA", request, seq=1)
    capture.tcp(0.2, *BACK, "PA", b"HTTP/1.1 403 Forbidden\r\n\r\n", seq=1)
    assert capture.facts("http.status") == [{"status": 403, "where": "upgrade", "detail": "audiohook.example.com"}]


def test_repeated_segments_and_a_closed_window() -> None:
    capture = opened()
    for n in range(10):
        capture.tcp(1 + n, *ENDS, "PA", b"abcd", seq=1 + 4 * (n // 2))
    capture.tcp(20, *BACK, "A", win=0)
    (found,) = capture.facts("tcp.quality")
    assert (found["repeated"], found["repeated_pct"], found["zero_window"]) == (5, 50.0, True)
