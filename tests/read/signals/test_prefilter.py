"""Which literals are searched for in raw blocks, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose import cached
from diagnose.read.signals import prefilter
from diagnose.read.signals.signal import Signal


@pytest.mark.parametrize(
    ("literal", "kept"),
    [
        ("reset by peer", "reset by peer"),
        ('reset by "the peer"', "reset by "),
        ("wss://bot-host", "bot-host"),
        ("a=b&c", "a"),
        ("$price", "$price"),
        ("tail\nnext line", "next line"),
        ("größe lost", "e lost"),
        ('"', ""),
    ],
)
def test_a_literal_is_cut_where_json_may_write_it_otherwise(literal: str, kept: str) -> None:
    assert prefilter.plain(literal) == kept


def signal(ways: prefilter.Ways, *fragments: str) -> Signal:
    return Signal("s", "", ("log",), "log.event", "x", literals=ways, fragments=fragments)


def test_a_common_literal_gives_way_to_a_rarer_one() -> None:
    asked = signal(((("connection",), ("gave-up",)),))
    assert prefilter.choose([asked], b"quiet " * 100) == ["connection"]
    assert prefilter.choose([asked], b"connection open " * 100) == [r"gave\-up"]
    assert prefilter.choose([signal(((("connection",),),))], b"connection open " * 100) == ["connection"]


def test_each_way_of_a_signal_is_searched_for() -> None:
    assert prefilter.choose([signal(((("reset", "refused"),), (("expired",),)))], b"") == [
        "expired",
        "refused",
        "reset",
    ]


@pytest.mark.parametrize("ways", [(), ((("ok", "reset"),),), ((("a/b",),),), ((("reset",),), ())])
def test_without_literals_that_are_long_enough_fragments_are_searched_for(ways: prefilter.Ways) -> None:
    assert prefilter.choose([signal(ways)], b"") is None
    assert prefilter.choose([signal(ways, "[0-9]{5} ms")], b"") == ["[0-9]{5} ms"]


@pytest.mark.parametrize("engine", ["hyperscan", "re2"])
def test_each_line_with_a_match_is_found_once(engine: str) -> None:
    if engine == "hyperscan":
        hyperscan = pytest.importorskip("hyperscan", reason="Hyperscan is in the extra `fast`")
        search = prefilter.by_hyperscan(hyperscan, ["reset", "set by"])
    else:
        search = prefilter.by_re2(["reset", "set by"])
    block = b"Reset by, RESET\nquiet\nset by reset\nreset"
    assert [block.count(b"\n", 0, end) for end in search(block)] == [0, 2, 3]


@pytest.mark.parametrize(
    "line", [rb"\u0072eset", rb"\u212aiosk", rb"\u017fet", "\u212aiosk".encode(), "\u017fet".encode()]
)
def test_what_is_spelt_otherwise_is_always_worth_reading(line: bytes) -> None:
    assert list(prefilter.search_for(["zzz"])(line))
    assert not list(prefilter.search_for(["zzz"])(rb"caf\u00e9 \u003cb\u003e"))


def test_a_database_is_compiled_once_and_anew_when_what_was_kept_is_spoilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hyperscan = pytest.importorskip("hyperscan", reason="Hyperscan is in the extra `fast`")
    monkeypatch.setattr(cached, "folder", lambda kind: tmp_path / kind)
    block = b"quiet\nreset"
    for _ in range(2):
        assert list(prefilter.by_hyperscan(hyperscan, ["reset"])(block)) == [11]
        (entry,) = (tmp_path / "hyperscan").iterdir()
    monkeypatch.setattr(hyperscan, "dumpb", lambda _: pytest.fail("compiled again"))
    assert list(prefilter.by_hyperscan(hyperscan, ["reset"])(block)) == [11]
    monkeypatch.undo()
    monkeypatch.setattr(cached, "folder", lambda kind: tmp_path / kind)
    entry.write_bytes(entry.read_bytes()[:40])
    assert list(prefilter.by_hyperscan(hyperscan, ["reset"])(block)) == [11]
