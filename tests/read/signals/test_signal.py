"""The compiled form of a signal, and the kinds of sources."""

from __future__ import annotations

import msgspec

from diagnose.read.signals.signal import LOG_KINDS, SOURCE_KINDS, Signal


def test_every_kind_of_log_is_a_kind_of_source_and_none_stands_twice() -> None:
    assert set(LOG_KINDS) < set(SOURCE_KINDS)
    assert len(set(SOURCE_KINDS)) == len(SOURCE_KINDS)


def test_every_reader_of_programs_reports_a_kind_of_source() -> None:
    from diagnose.read.programs.families import FAMILIES, module_of

    assert {module_of(f).KIND for f in FAMILIES} <= set(SOURCE_KINDS)


def test_a_signal_comes_back_from_the_cache_as_it_went() -> None:
    signal = Signal("s", "t", ("log",), "link.state", r"link (?P<state>up|down)", take={"state": "state"},
                    literals=((("link ",), ("up", "down")),), numbers=frozenset({"n"}))  # fmt: skip
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(signal), type=Signal) == signal
