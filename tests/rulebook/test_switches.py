"""Rules and packs that are off, and experimental ones."""

from __future__ import annotations

import pytest

from diagnose import pipeline
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.files import RuleFile, switches
from diagnose.rulebook.library import gather
from diagnose.rulebook.ruletest import run_tests
from tests.rulebook.conftest import FACTS

RULES = """\
kind: finding
id: f.down
title: Down
match: {x: {fact: link.state, where: {state: down}}}
---
kind: finding
id: f.both
title: Both
join: {}
match: {a: {finding: f.down}, b: {fact: hello}}
---
kind: finding
id: f.either
title: Either
any:
  - match: {a: {finding: f.both}}
  - match: {b: {fact: hello}}
---
kind: cause
id: c.one
title: One
prior: 0.1
explains: [{finding: f.down, seen_when_true: often}, {finding: f.either, seen_when_true: often}]
rules_out: [f.both]
remedies: [{remedy: r.one, fixes: 0.5}]
---
kind: remedy
id: r.one
title: Do
does: removes
steps: [do]
---
kind: question
id: q.one
asks: f.both
text: Both?
answers: {yes: seen}
---
kind: signal
id: s.one
from: [edge.log]
match: down
fact: link.state
set: {state: down}
"""
PACK = "kind: pack\nid: acme\nversion: '1'\nmaturity: experimental\n"


def compiled(*texts: str, experimental: bool = False, enable: tuple[str, ...] = (), disable: tuple[str, ...] = ()):
    files = [RuleFile("facts.yaml", "base", FACTS.encode())]
    files += [RuleFile(f"pack/{i}.yaml", "pack", text.encode()) for i, text in enumerate(texts)]
    library = gather([*files, *switches(enable, disable)], experimental=experimental)
    book, problems = compile_library(library)
    assert [p.render() for p in problems if p.severity == "error"] == []
    return library, book


def names(items) -> list[str]:
    return [item.id for item in items]


def test_a_finding_that_is_off_takes_along_what_needs_it_and_the_links_to_it() -> None:
    _, book = compiled(RULES, "disable: f.down\nbecause: noisy\n")
    (either,) = book.program.findings
    assert (either.id, len(either.rules)) == ("f.either", 1)
    (cause,) = book.program.causes
    assert [link.finding for link in cause.links] == ["f.either"]
    assert (cause.rules_out, book.program.questions) == ((), ())


def test_the_kind_chooses_among_documents_and_options_win_over_documents() -> None:
    library, _ = compiled(RULES, "disable: f.down\nkind: finding\nbecause: noisy\n", enable=("f.down",))
    assert library.off == {}
    library, book = compiled(RULES, disable=("r.one", "s.one", "c.one"))
    assert sorted(library.off) == [("cause", "c.one"), ("remedy", "r.one"), ("signal", "s.one")]
    assert (book.signals, book.program.causes, book.program.remedies) == ((), (), ())


@pytest.mark.parametrize("text", ["disable: f.donw\nbecause: x\n", "enable: nobody\nbecause: x\n"])
def test_what_is_switched_must_exist(library, text: str) -> None:
    assert [(p.code, p.line) for p in library(RULES, text).problems] == [("R019", 1)]


@pytest.mark.parametrize("text", ["disable: f.down\n", "disable: f.down\nenable: f.down\nbecause: x\n"])
def test_a_switch_says_one_thing_and_why(library, text: str) -> None:
    assert [p.code for p in library(RULES, text).problems] == ["R008"]


def test_an_unknown_id_of_an_option_is_told_as_that_option() -> None:
    library = gather([RuleFile("0.yaml", "p", RULES.encode()), *switches((), ["f.donw"])])
    problem = next(p for p in library.problems if p.code == "R019")
    assert (problem.path, problem.hint) == ("--disable", "did you mean 'f.down'?")


def test_an_experimental_pack_is_off_until_it_is_enabled_and_says_so() -> None:
    _, book = compiled(PACK, RULES)
    assert (book.program.findings, book.signals) == ((), ())
    assert book.notes == ("7 experimental rules of pack 'acme' are off; to try them: --enable acme",)
    assert next(p for p in book.packs if p.id == "acme").maturity == "experimental"
    for options in ({"experimental": True}, {"enable": ("acme",)}, {"enable": ("all",)}):
        _, book = compiled(PACK, RULES, **options)
        assert names(book.program.findings) == ["f.both", "f.down", "f.either"]
        assert book.program.findings[1].title == "Down (experimental)"
        assert book.program.causes[0].title == "One (experimental)"
        assert book.notes == ()


def test_a_rule_may_be_of_another_maturity_than_its_pack() -> None:
    _, book = compiled(RULES.replace("title: Down", "title: Down\nmaturity: experimental"))
    assert names(book.program.findings) == ["f.either"]
    assert book.notes == ("1 experimental rule of pack 'pack' is off; to try it: --enable pack",)
    _, book = compiled(PACK, RULES.replace("title: Down", "title: Down\nmaturity: stable"))
    assert names(book.program.findings) == ["f.down"]


def test_all_that_is_experimental_is_not_all_that_is_off() -> None:
    library, _ = compiled(PACK, RULES, "disable: f.down\nbecause: noisy\n", enable=("all",))
    assert list(library.off) == [("finding", "f.down")]


def test_a_deprecated_pack_is_on_and_says_so() -> None:
    _, book = compiled(PACK.replace("experimental", "deprecated"), RULES)
    assert len(book.program.findings) == 3
    assert book.notes == ("pack 'acme' is deprecated",)


def test_tests_of_what_is_disabled_are_left_out() -> None:
    test = "kind: test\nname: it is down\nsources: [edge.log]\nevents: [{at: +0s, fact: link.state, state: down}]\n"
    texts = (RULES, test + "expect: {findings: [f.down]}\n", "disable: f.down\nbecause: noisy\n")
    outcome = run_tests(compiled(*texts, experimental=True)[0], pipeline, engines=("reference",))
    left_out = "1 left out: they expect something of what a pack disables"
    assert (outcome.results, [*outcome.lines()]) == ((), ["0 passed", left_out])
    outcome = run_tests(compiled(*texts[:2])[0], pipeline, engines=("reference",))
    assert [*outcome.lines()] == ["1 passed on reference"]
