"""The multi-pattern scan."""

from __future__ import annotations

import pytest
import re2

from diagnose.read.signals.scan import FEW, Scanner
from diagnose.read.signals.signal import Signal
from diagnose.where import Test as Where


def signal(**more: object) -> Signal:
    base: dict[str, object] = {"id": "s", "title": "t", "sources": ("log",), "fact": "ws.close", "match": "closed"}
    return Signal(**{**base, **more})  # type: ignore[arg-type]


def test_groups_and_record_fields_become_fields_and_entities() -> None:
    scanner = Scanner(
        [
            signal(
                match=r"closed with (?P<n>\d+) after (?P<age>\S+) s by (?P<who>\w+ )",
                set={"by": "peer"},
                take={"code": "n", "age_s": "age", "reason": "who", "session": "sid", "edge": "none"},
                numbers=frozenset({"code", "age_s"}),
            )
        ]
    )
    (hit,) = scanner.hits("bot.log", "socket closed with 1006 after 61.5 s by peer now", {"sid": 77})
    assert hit.fields == {"by": "peer", "code": 1006, "age_s": 61.5, "reason": "peer"}
    assert hit.entities == {"session": "77"}


def test_a_number_that_is_none_is_left_out() -> None:
    scanner = Scanner([signal(match=r"closed (?P<n>\w+)", take={"code": "n"}, numbers=frozenset({"code"}))])
    (hit,) = scanner.hits("log", "closed nan", {})
    assert hit.fields == {}


def test_where_narrows_a_pattern_and_decides_alone_without_one() -> None:
    where = (Where("component", "eq", "bridge"),)
    scanner = Scanner([signal(id="a", where=where), signal(id="b", match=None, where=where)])
    assert [h.signal.id for h in scanner.hits("log", "closed", {"component": "Bridge"})] == ["a", "b"]
    assert scanner.hits("log", "closed", {"component": "mixer"}) == []


@pytest.mark.parametrize(
    ("source", "kind", "reached"),
    [
        ("log", "edge.log", True),
        ("prose", "ticket", True),
        ("prose", "log", False),
        ("ticket", "log", True),
        ("edge.log", "bot.log", False),
        ("edge.log", "log", True),
        ("ticket", "edge.log", False),
        ("log", "ticket", False),
        ("sip.log", "sip.trace", True),
        ("log", "network.probe", True),
    ],
)
def test_a_signal_reaches_the_kinds_it_names(source: str, kind: str, reached: bool) -> None:
    assert bool(Scanner([signal(sources=(source,))]).hits(kind, "closed", {})) is reached


def test_no_signals_and_no_match_are_no_hits() -> None:
    assert Scanner([]).hits("log", "closed", {}) == []
    assert Scanner([signal()]).hits("log", "open", {}) == []


def test_a_pattern_that_explodes_elsewhere_is_linear_here() -> None:
    assert Scanner([signal(match="(a+)+$")]).hits("log", "a" * 50_000 + "!", {}) == []


def test_a_pattern_that_re2_refuses_is_refused() -> None:
    with pytest.raises(re2.error):
        Scanner([signal(match="(?<=x)y")]).hits("log", "xy", {})


def test_the_span_covers_what_matched_in_characters() -> None:
    (hit,) = Scanner([signal()]).hits("log", "größte Leitung closed", {})
    assert (hit.start, hit.end) == (15, 21)


def test_a_record_is_only_taken_apart_when_what_is_tested_stands_in_it() -> None:
    needs = signal(where=(Where("info", "matches", "(?i)stt|speech"),), standing=(("info",), ("speech", "stt")))
    scanner = Scanner([needs])
    assert scanner.look("log", "closed", '{"message": "closed", "level": "INFO"}') == []
    assert scanner.look("log", "closed", '{"message": "closed", "reason": "STT"}') == []
    (look,) = scanner.look("log", "closed", '{"message": "closed", "info": "STT failed"}')
    assert scanner.asks([look])
    assert len(scanner.look("log", "closed", '{"message": "closed", "inf\\u006f": "stt"}')) == 1
    assert len(scanner.hits("log", "closed", {"info": "stt"})) == 1


def test_patterns_without_literals_are_searched_together_first() -> None:
    scanner = Scanner([signal(id="a", match=r"(?P<n>\d+)/\d"), signal(id="b", match=r"(?i)^x(?P<n>\d)")])
    assert [h.signal.id for h in scanner.hits("log", "X4 2/3", {})] == ["a", "b"]
    assert scanner.hits("log", "quiet", {}) == []


def test_after_many_texts_the_set_of_literals_finds_the_same() -> None:
    few, many = Scanner([signal(literals=((("closed",),),))]), Scanner([signal(literals=((("closed",),),))])
    many._scanned = FEW
    for text in ("closed", "CLOSED", "clo\u017fed", "open", "größte Leitung closed"):
        assert few.look("log", text, text) == many.look("log", text, text)


@pytest.mark.parametrize(
    "pattern", [r"don[\x{2019}']t (?P<n>\w+)", "don[\u2019']t (?P<n>\\w+)", r"(?i)DON.t (?P<n>\pL+)"]
)
def test_a_pattern_finds_the_same_in_plain_and_in_other_texts(pattern: str) -> None:
    scanner = Scanner([signal(match=pattern, take={"reason": "n"})])
    for text in ("it don't work", "größer: it don\u2019t work", "größer: it don't work"):
        (hit,) = scanner.hits("log", text, {})
        assert hit.fields == {"reason": "work"}
        assert text[hit.start : hit.end].endswith("work")
