from __future__ import annotations

import pytest

from diagnose.read.sip.frame import address, frame_of, host_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1:5060", "10.0.0.1:5060"),
        ("10.0.0.1.5060", "10.0.0.1:5060"),
        ("udp/[10.0.0.1]:5060", "10.0.0.1:5060"),
        ("[2001:db8::1]:5060", "[2001:db8::1]:5060"),
        ("10.0.0.1", "10.0.0.1"),
        ("somewhere", "somewhere"),
    ],
)
def test_an_end_has_one_form(text: str, expected: str) -> None:
    assert address(text) == expected


@pytest.mark.parametrize(
    ("end", "host"),
    [
        ("10.0.0.1:5060", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:5060", "2001:db8::1"),
        ("self", ""),
        ("", ""),
        ("x:1", ""),
    ],
)
def test_the_host_of_an_end(end: str, host: str) -> None:
    assert host_of(end) == host


def test_lines_that_are_no_frame_stay_with_the_log() -> None:
    frame = frame_of(["an ordinary line", "2026/03/04 10:00:00.5 10.0.0.1:5060 -> 10.0.0.2:5060"], "")
    assert (frame.lines, frame.travel.src, frame.travel.dst) == (1, "10.0.0.1:5060", "10.0.0.2:5060")


def test_nothing_before_a_message_is_no_frame() -> None:
    frame = frame_of([], "")
    assert (frame.lines, frame.travel.ms, frame.travel.sent) == (0, None, None)
