from __future__ import annotations

import pytest

from diagnose.read.capture import tcp, watch
from tests.read.capture.pcapcase import A, B, Pcap


def test_a_capture_without_anything_known_gives_a_report_alone() -> None:
    capture = Pcap()
    capture.udp(0, A, 1, B, 2, b"x")
    drafts, report = capture.read()
    assert (drafts, report.kind, report.records, report.covers) == ([], "network.capture", 1, False)


def test_what_is_beyond_a_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MAX_CONNECTIONS", 1)
    monkeypatch.setattr(watch, "MAX_DRAFTS", 0)
    capture = Pcap()
    for port in (1, 2):
        capture.tcp(0, A, port, B, 443, "S")
        capture.tcp(0.1, B, 443, A, port, "RA")
    why = capture.read()[1].why
    assert why == "2 connections beyond the limit were left out; 1 facts after the first 0 were left out"
