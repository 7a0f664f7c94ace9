"""Signals and the whole rulebook."""

from __future__ import annotations

import pytest

from diagnose.where import Test

TABLE = """\
kind: signals
defaults: {from: [log], fact: hello, set: {outcome: reset}, where: {level: error}}
rows:
- id: s.reset
  match: 'handshake reset after (?P<age>\\d+) s on (?P<where>\\S+)'
  take: {age_s: age, edge: where, conversation: call_id}
- id: s.timeout
  title: Timed out
  from: ticket
  match: timed out
  set: {outcome: timeout, first: true}
  where: {component: {in: [bridge, connector]}}
  denied: true
"""


def test_a_table_spreads_into_signals_over_its_defaults(compile_texts) -> None:
    book, problems = compile_texts(TABLE)
    assert problems == []
    reset, timeout = book.signals
    assert (reset.id, reset.title, reset.sources, reset.fact) == ("s.reset", "s.reset", ("log",), "hello")
    assert (reset.set, reset.where) == ({"outcome": "reset"}, (Test("level", "eq", "error"),))
    assert reset.take == {"age_s": "age", "edge": "where", "conversation": "call_id"}
    assert reset.numbers == {"age_s"}
    assert (timeout.sources, timeout.set, timeout.polarity) == (
        ("ticket",),
        {"outcome": "timeout", "first": True},
        "denied",
    )
    assert timeout.where == (Test("component", "in", ("bridge", "connector")), Test("level", "eq", "error"))


def test_mistakes_in_a_row_and_in_the_defaults_keep_their_own_lines(codes) -> None:
    text = "kind: signals\ndefaults: {from: [log], fact: helo}\nrows:\n"
    text += "- {id: a, match: x, set: {outcome: ok}}\n- {id: b, mach: x}\n"
    assert codes(text) == [("R012", 2, 31), ("R028", 5, 3), ("R007", 5, 11)]


SIGNAL = "kind: signal\nid: s\nfrom: [edge.log]\nfact: hello\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SIGNAL, ("R028", 1, 1)),
        (SIGNAL + "match: '(?P<a>x)'\n", ("R048", 5, 8)),
        (SIGNAL + "match: '(x)\\1'\n", ("R023", 5, 8)),
        (SIGNAL + "match: x\nset: {outcome: rset}\n", ("R014", 6, 16)),
        (SIGNAL + "match: x\nset: {colour: red}\n", ("R013", 6, 7)),
        (SIGNAL + "match: x\ntake: {agee: age}\n", ("R013", 6, 8)),
        (SIGNAL + "match: x\nwhere: {level: {like: a}}\n", ("R016", 6, 17)),
        (SIGNAL.replace("edge.log", "edge.logs") + "match: x\n", ("R015", 3, 8)),
        ("kind: signals\nrows: []\n", ("R008", 1, 1)),
        ("kind: signals\nrow: [{id: a}]\nrows: [x]\n", ("R009", 3, 8)),
    ],
)
def test_a_mistake_in_a_signal_is_placed(codes, text: str, expected: tuple[str, int, int]) -> None:
    assert expected in codes(text)


def test_a_signal_may_go_by_its_fields_alone(compile_texts) -> None:
    book, problems = compile_texts(SIGNAL + "where: {code: {gte: 500}}\n")
    assert problems == []
    assert (book.signals[0].match, book.signals[0].where) == (None, (Test("code", "gte", 500),))


def test_a_circle_through_a_negative_is_a_circle(codes) -> None:
    one = "kind: finding\nid: c.one\ntitle: t\nmatch: {x: {fact: hello}}\nunless: {finding: c.two}\n"
    two = "kind: finding\nid: c.two\ntitle: t\nmatch: {x: {finding: c.one}}\n"
    assert codes(one, two) == [("R026", 2, 5)]
