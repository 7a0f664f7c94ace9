"""The table of readers: who claims what."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from diagnose.model import Draft, Place, SourceReport
from diagnose.read import read, readers
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal

RESET = Signal("l.reset", "t", ("log",), "bot.media.handshake", "(?i)reset by peer", (), {"outcome": "reset"})


@pytest.mark.parametrize("row", [*readers.OBJECTS, *readers.TEXTS, *readers.BYTES])
def test_every_row_names_a_module_that_has_its_two_functions(row: readers.Row) -> None:
    module = readers._module(row)
    sorts = {"": readers.OBJECTS, "_text": readers.TEXTS, "_bytes": readers.BYTES}
    for suffix, table in sorts.items():
        if row in table:
            assert callable(getattr(module, f"claims{suffix}"))
            assert callable(getattr(module, f"read{suffix}"))


def test_what_no_reader_claims_is_left_to_others() -> None:
    assert readers.read_object({"a": 1}, "x.json") is None
    assert not readers.claimed(7)
    assert readers.of_text("some words") is None


def _draft(path: str) -> Draft:
    return Draft("tcp.failure", "network.probe", Place(path, 1), {"outcome": "refused"})


def test_bytes_that_a_reader_claims_are_never_taken_for_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_bytes(stream: Any, path: str) -> readers.Found:
        size = len(stream.read(100))
        return [_draft(path)], SourceReport(path, "network.capture", size, 1)

    module = SimpleNamespace(claims_bytes=lambda head: head.startswith(b"\x00CAP"), read_bytes=read_bytes)
    monkeypatch.setattr(readers, "BYTES", (readers.Row("capture"),))
    monkeypatch.setattr(readers, "_module", lambda row: module)
    reading = read(["-"], Scanner([]), stdin=io.BytesIO(b"\x00CAP" + bytes(40)))
    assert [(s.kind, s.records) for s in reading.sources] == [("network.capture", 44)]
    assert len(reading.drafts) == 1


@pytest.mark.parametrize(
    ("scanned", "kinds"), [(False, ["tcp.failure"]), (True, ["tcp.failure", "bot.media.handshake"])]
)
def test_a_text_that_a_reader_claims_is_scanned_for_signals_when_its_row_says_so(
    scanned: bool, kinds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = SimpleNamespace(
        claims_text=lambda head: "PROBE" in head,
        read_text=lambda text, path: ([_draft(path)], SourceReport(path, "network.probe", 2, 1)),
    )
    monkeypatch.setattr(readers, "TEXTS", (readers.Row("probe", scanned),))
    monkeypatch.setattr(readers, "BYTES", ())
    monkeypatch.setattr(readers, "_module", lambda row: module)
    reading = read(["-"], Scanner([RESET]), stdin=io.BytesIO(b"PROBE 1\nconnection reset by peer\n"))
    assert [d.kind for d in reading.drafts] == kinds
    assert [(s.records, s.facts) for s in reading.sources] == [(2, len(kinds))]
