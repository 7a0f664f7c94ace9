"""Ten mistakes and more: each with its place, its code and a way out, all in one run."""

from __future__ import annotations

import pytest

from diagnose.rulebook.lint import lint
from diagnose.rulebook.schema import milliseconds

MISTAKES = """\
kind: finding
id: a.misspelt
title: A misspelt key and an unknown fact
abuot: [edge]
match: {x: {fact: link.sate}}
---
kind: finding
id: a.wrong-type
title: A wrong type
background: much
match: {x: {fact: link.state}}
---
kind: finding
id: a.window
title: A window without a join
match: {x: {fact: link.state}, y: {fact: hello}}
sequence: [{after: x, then: y, within: 30s}]
---
kind: signal
id: a.look-ahead
from: [edge.log]
match: 'down(?= for)'
fact: link.state
---
kind: finding
id: a.window
title: The same id again
match: {x: {fact: hello}}
---
kind: cause
id: a.cause
title: A dangling remedy and a probability over one
prior: 1.2
remedies: [{remedy: does-not-exist, fixes: 0.9}]
---
kind: finding
id: a.round
title: In a circle
match: {x: {finding: a.about}}
---
kind: finding
id: a.about
title: In a circle
match: {x: {finding: a.round}}
---
kind: remedy
id: a-tab
\ttitle: A tab
"""


def test_ten_mistakes_come_out_in_one_run_with_line_column_and_code(library) -> None:
    report = lint(library(MISTAKES))
    assert [(p.code, p.line, p.column) for p in report.problems if p.severity == "error"] == [
        ("R007", 4, 1),
        ("R012", 5, 19),
        ("R009", 10, 13),
        ("R025", 17, 40),
        ("R023", 22, 8),
        ("R018", 26, 5),
        ("R010", 33, 8),
        ("R022", 34, 21),
        ("R026", 42, 5),
        ("R003", 48, 1),
    ]
    assert report.summary() == "10 errors, 0 warnings in 1 file (9 documents)"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("R007", "did you mean 'about'?"),
        ("R012", "did you mean 'link.state'?"),
        ("R009", "a number from 0 to 1"),
        ("R025", "join: {edge: [x, y]}"),
        ("R023", "look-around is not possible in linear time"),
        ("R018", "first in pack/0.yaml:14"),
        ("R010", "1.2 is not between 0 and 1"),
        ("R022", "no remedy 'does-not-exist'"),
        ("R026", "a.about -> a.round -> a.about"),
        ("R003", "replace it by spaces"),
    ],
)
def test_each_mistake_says_what_is_wrong_or_the_way_out(library, code: str, words: str) -> None:
    problem = next(p for p in lint(library(MISTAKES)).problems if p.code == code)
    assert words in f"{problem.message} {problem.hint}"


def test_the_caret_stands_under_the_misspelt_word(library) -> None:
    problem = next(p for p in lint(library(MISTAKES)).problems if p.code == "R012")
    place, line, carets = problem.render().splitlines()
    assert place.startswith("pack/0.yaml:5:19  R012 unknown fact 'link.sate'")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "link.sate"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\n", ("R005", 1, 1)),
        ("kind: findnig\nid: a\n", ("R006", 1, 7)),
        ("kind: finding\nid: A.b\ntitle: t\nmatch: {x: {fact: hello}}\n", ("R017", 2, 5)),
        ("kind: finding\nid: a\nmatch: {x: {fact: hello}}\n", ("R008", 1, 1)),
        ("kind: finding\nid: a\ntitle: t\nsettle: 90\nmatch: {x: {fact: hello}}\n", ("R011", 4, 9)),
        ("kind: pack\nid: a\nversion: 1.0\n", ("R009", 3, 10)),
        ("kind: remedy\nid: a\ntitle: t\ndoes: cures\nsteps: [x]\n", ("R010", 4, 7)),
        (
            "kind: cause\nid: a\ntitle: t\nprior: .1\nexplains: [{finding: f, seen_when_true: mostly}]\n",
            ("R010", 5, 41),
        ),
        ("kind: finding\nid: a\ntitle: t\nmatch: [x]\n", ("R009", 4, 8)),
        ("kind: finding\nid: a\ntitle: t\nmatch: {x: {fact: hello, denied: yes}}\n", ("R009", 4, 34)),
    ],
)
def test_a_malformed_document_is_placed(codes, text: str, expected: tuple[str, int, int]) -> None:
    assert expected in codes(text)


def test_a_number_where_text_is_needed_is_told_to_take_quotes(library) -> None:
    problems = library("kind: pack\nid: a\nversion: 1.0\n").problems
    assert [(p.message, p.hint) for p in problems] == [("a number where text is needed", "put it in quotes")]


@pytest.mark.parametrize(
    ("text", "ms"),
    [("90s", 90_000), ("500ms", 500), ("5m", 300_000), ("24h", 86_400_000), ("2d", 172_800_000), ("1.5s", 1500)],
)
def test_durations_carry_a_unit(text: str, ms: int) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize("text", ["90", 90, "s", "-5s", "5 s", "1w", None])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="no duration"):
        milliseconds(text)


def test_a_misspelt_key_is_not_missing_as_well(codes) -> None:
    remedy = "kind: remedy\nid: r\ntitel: t\ndoes: removes\nsteps: [x]\n"
    assert codes(remedy) == [("R007", 3, 1)]
    assert codes(remedy.replace("titel", "colour")) == [("R008", 1, 1), ("R007", 3, 1)]
