"""Gathering documents: packs, duplicates, overrides."""

from __future__ import annotations

import pytest

from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import gather

PACK = "kind: pack\nid: acme\nversion: '1.2'\n"
CAUSE = """\
kind: cause
id: c.one
title: One
prior: 0.1
explains:
  - {finding: f.a.b, seen_when_true: often}
remedies: []
"""


def test_a_pack_is_named_by_its_document_and_hashed_by_its_files(library) -> None:
    first, second = library(PACK, CAUSE), library(PACK, CAUSE + "note: changed\n")
    assert [(p.id, p.version) for p in first.packs] == [("acme", "1.2"), ("base", "0")]
    assert first.packs[0].sha256 != second.packs[0].sha256
    assert first.of("cause")["c.one"].document.pack == "acme"


def test_a_required_pack_that_is_not_loaded_is_an_error(library) -> None:
    problems = library(PACK + "requires: [base, acmee]\n").problems
    assert [(p.code, p.line, p.column) for p in problems] == [("R031", 4, 18)]


def test_an_override_changes_what_it_names(library) -> None:
    override = (
        "override: c.one\nset: {prior: 0.3, explains.f.a.b.seen_when_true: always, short: new}\nbecause: measured\n"
    )
    found = library(CAUSE, override)
    model = found.of("cause")["c.one"].model
    assert found.problems == []
    assert (model.prior, model.explains[0].seen_when_true, model.short) == (0.3, "always", "new")


def test_a_mistake_in_an_override_is_placed_in_the_override(library) -> None:
    (problem,) = library(CAUSE, "override: c.one\nset: {prior: 3}\nbecause: typo\n").problems
    assert (problem.path, problem.code, problem.line, problem.column) == ("pack/1.yaml", "R010", 2, 14)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("override: c.onne\nset: {prior: 0.3}\nbecause: x\n", ("R019", 1, 11)),
        ("override: c.one\nset: {explains.f.z.seen_when_true: often}\nbecause: x\n", ("R019", 2, 7)),
        ("override: c.one\nset: {prior: 0.3}\n", ("R008", 1, 1)),
    ],
)
def test_an_override_of_nothing_or_without_a_reason_is_an_error(library, override: str, expected) -> None:
    assert [(p.code, p.line, p.column) for p in library(CAUSE, override).problems] == [expected]


def test_an_id_defined_in_two_files_is_an_error_that_names_the_first(library) -> None:
    (problem,) = library(CAUSE, CAUSE).problems
    assert (problem.path, problem.code, problem.line) == ("pack/1.yaml", "R018", 2)
    assert "pack/0.yaml:2" in problem.hint


def test_a_finding_and_a_cause_may_share_an_id(library) -> None:
    finding = "kind: finding\nid: c.one\ntitle: t\nmatch: {x: {fact: hello}}\n"
    assert library(CAUSE, finding).problems == []


def test_a_file_that_is_no_text_does_not_hide_the_others() -> None:
    found = gather([RuleFile("a.yaml", "p", b"\xff\xfe"), RuleFile("b.yaml", "p", CAUSE.encode())])
    assert [p.code for p in found.problems] == ["R001"]
    assert "c.one" in found.of("cause")


STORY = "kind: story\ncause: c.one\ntold: ['The link was gone.']\n"


def test_a_cause_may_have_many_stories(library) -> None:
    found = library(CAUSE, STORY, STORY)
    assert found.problems == []
    assert len(found.of("story")) == 2
