"""Causes, remedies and questions."""

from __future__ import annotations

import pytest

from diagnose.infer.program import Fix, Link
from diagnose.model import Cost

WORLD = """\
kind: finding
id: f.one
title: One
background: 0.1
match: {x: {fact: hello}}
---
kind: finding
id: f.two
title: Two
background: 0.6
match: {x: {fact: link.state}}
---
kind: remedy
id: do-it
title: Do it
does: bypasses
steps: [first, second]
cost: {minutes: 2, risk: high, reversible: false, drops_calls: true}
---
kind: cause
id: c.down
title: Downstream
prior: 0.1
explains:
  - {finding: f.one, seen_when_true: usually, group: g}
  - {finding: f.two, seen_when_true: 0.4}
remedies: [{remedy: do-it, fixes: 0.9}]
"""
UP = "kind: cause\nid: {0}\ntitle: Up\nprior: 0.1\nupstream_of: [{1}]\nexplains: {2}\n"


def links(book, cause: str) -> tuple[Link, ...]:
    return next(c for c in book.program.causes if c.id == cause).links


def test_words_of_likelihood_become_numbers_that_name_their_origin(compile_texts) -> None:
    book, problems = compile_texts(WORLD)
    assert problems == []
    assert links(book, "c.down") == (
        Link("f.one", 0.8, "g", "expert, 'usually'"),
        Link("f.two", 0.4, None, "expert, 0.4"),
    )
    assert book.program.causes[0].remedies == (Fix("do-it", 0.9),)


def test_an_upstream_cause_shows_what_its_downstream_shows_but_weaker(compile_texts) -> None:
    book, _ = compile_texts(WORLD, UP.format("c.up", "c.down", "[]"))
    assert links(book, "c.up") == (
        Link("f.one", pytest.approx(0.6), "g", "through c.down"),
        Link("f.two", 0.6, None, "through c.down"),
    )


def test_a_link_of_its_own_wins_over_an_inherited_one(compile_texts) -> None:
    book, _ = compile_texts(WORLD, UP.format("c.up", "c.down", "[{finding: f.one, seen_when_true: rarely}]"))
    assert links(book, "c.up")[0] == Link("f.one", 0.05, None, "expert, 'rarely'")


def test_links_are_inherited_through_several_causes(compile_texts) -> None:
    book, _ = compile_texts(WORLD, UP.format("c.up", "c.down", "[]"), UP.format("c.top", "c.up", "[]"))
    top = links(book, "c.top")[0]
    assert (top.p, top.origin) == (pytest.approx(0.45), "through c.up")


def test_causes_upstream_of_each_other_are_an_error(codes) -> None:
    assert codes(WORLD, UP.format("c.a", "c.b", "[]"), UP.format("c.b", "c.a", "[]")) == [("R027", 5, 1)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("explains: [{finding: f.on, seen_when_true: often}]", ("R020", 5, 22)),
        ("rules_out: [f.nothing]", ("R020", 5, 13)),
        ("upstream_of: [c.nothing]", ("R021", 5, 15)),
        ("remedies: [{remedy: do-them, fixes: 1}]", ("R022", 5, 21)),
        ("remedies: [{remedy: do-it, fixes: 1}, {remedy: do-it, fixes: 1}]", ("R018", 5, 39)),
        ("explains: [{finding: f.one, seen_when_true: 1.5}]", ("R010", 5, 45)),
    ],
)
def test_a_mistake_in_a_cause_is_placed(codes, line: str, expected: tuple[str, int, int]) -> None:
    assert codes(WORLD, f"kind: cause\nid: c.x\ntitle: X\nprior: 0.1\n{line}\n") == [expected]


def test_a_remedy_keeps_its_cost_and_its_steps(compile_texts) -> None:
    (remedy,) = compile_texts(WORLD)[0].program.remedies
    assert (remedy.kind, remedy.steps) == ("bypasses", ("first", "second"))
    assert remedy.cost == Cost(2, "high", False, True)


def test_the_answers_yes_and_no_stay_words(compile_texts) -> None:
    text = (
        "kind: question\nid: ask.one\nasks: f.one\ntext: One?\nanswers: {yes: seen, no: not_seen, 'maybe': unknown}\n"
    )
    book, problems = compile_texts(WORLD, text)
    assert problems == []
    assert book.program.questions[0].answers == {"yes": "seen", "no": "not_seen", "maybe": "unknown"}


def test_a_question_must_ask_for_a_finding(codes) -> None:
    text = "kind: question\nid: ask.one\nasks: f.onne\ntext: One?\nanswers: {yes: seen}\n"
    assert codes(WORLD, text) == [("R020", 3, 7)]


def test_stories_and_catalogues_must_name_causes_that_exist(codes) -> None:
    story = "kind: story\ncause: c.gone\ntold: [Gone.]\n"
    catalogue = (
        "kind: catalogue\nid: k\ntitle: K\nsource: ours\nrows:\n  - {code: 1, name: One, points_to: {c.gone: weakly}}\n"
    )
    assert codes(story, catalogue) == [("R021", 2, 8), ("R021", 6, 46)]
