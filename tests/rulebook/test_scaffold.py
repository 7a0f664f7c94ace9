"""New findings and causes with tests that pass at once."""

from __future__ import annotations

import pytest

from diagnose import pipeline
from diagnose.errors import RulebookError, UsageError
from diagnose.rulebook import scaffold
from diagnose.rulebook.drafts import Draft
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import Library, gather
from diagnose.rulebook.lint import lint
from diagnose.rulebook.ruletest import run_tests
from diagnose.rulebook.scaffold import Seen
from tests.rulebook.conftest import FACTS

KNOWN = """\
kind: cause
id: c.old
title: An old cause
prior: 0.1
explains: [{finding: f.old, seen_when_true: often}]
remedies: [{remedy: r, fixes: 0.5}]
---
kind: remedy
id: r
title: Mend
does: removes
steps: [mend]
---
kind: finding
id: f.old
title: An old finding
match: {x: {fact: link.state, where: {state: down}}}
---
kind: test
name: old
sources: [edge.log]
events: [{at: +0s, fact: link.state, state: down}]
expect: {findings: [f.old]}
"""
FILES = [RuleFile("facts.yaml", "base", FACTS.encode()), RuleFile("pack/a.yaml", "pack", KNOWN.encode())]


@pytest.fixture(scope="module")
def library() -> Library:
    return gather(FILES)


def holds(draft: Draft) -> Draft:
    """The draft, tried; what it writes is clean and its tests pass on both engines."""
    tried = scaffold.tried(draft, FILES, "pack", pipeline)
    new = gather([*FILES, RuleFile("pack/new.yaml", "pack", tried.whole().encode())])
    assert [p.render() for p in lint(new).problems if "new.yaml" in p.path] == []
    assert {r.status for r in run_tests(new, pipeline, "new.yaml").results} == {"passed"}
    return tried


@pytest.mark.parametrize(
    "seen",
    [
        Seen("link.state", {"state": "up"}),
        Seen("link.state", {"flaps": 3}),
        Seen("link.state", {"reason": "fire"}),
        Seen("hello", {"first": True}),
        Seen("hello", {"edge": "e7"}),
        Seen("edge.move"),
        Seen("link.state", {"state": "up"}, "hello", {"outcome": "reset"}, "90s", ("edge",)),
        Seen("hello", {"outcome": "ok"}, "hello", {"outcome": "reset"}, "2s"),
    ],
)
def test_findings_of_any_kind_pass_their_tests(seen: Seen, library: Library) -> None:
    draft = holds(scaffold.finding("f.new", "A new finding", seen, library, "c.old", "0.7"))
    assert len(draft.tests) == 2


def test_a_finding_is_linked_to_a_cause_of_another_pack(library: Library) -> None:
    draft = scaffold.finding("f.new", "A new finding", Seen("edge.move"), library, "c.old", "always")
    new = gather([*FILES, RuleFile("pack/new.yaml", "pack", draft.whole().encode())])
    links = new.of("cause")["c.old"].model.explains
    assert [(link.finding, link.seen_when_true) for link in links] == [("f.old", "often"), ("f.new", "always")]


def test_a_cause_comes_with_a_finding_a_remedy_and_tests(library: Library) -> None:
    seen = Seen("edge.move", {"state": "entered"})
    draft = holds(scaffold.cause("c.new", "A new cause", seen, "", library, ["do it"]))
    assert draft.tests[0]["expect"] == {"findings": ["c.new_seen"], "cause": {"is": "c.new"}}
    assert draft.comments == ()


def test_where_another_cause_leads_the_test_claims_less(library: Library) -> None:
    draft = holds(scaffold.cause("c.new", "A new cause", Seen("link.state", {"state": "down"}), "", library, ["do it"]))
    assert draft.tests[0]["expect"] == {"findings": ["c.new_seen"]}
    assert "Another cause leads" in draft.comments[0]


def test_a_cause_may_stand_on_a_known_finding(library: Library) -> None:
    draft = holds(scaffold.cause("c.new", "A new cause", None, "f.old", library, ["do it"]))
    assert draft.tests[0]["like"] == "old"


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("fact", "helo", "did you mean 'hello'"), ("cause", "c.odl", "did you mean 'c.old'")],
)
def test_an_unknown_name_gets_the_nearest(kind: str, name: str, words: str, library: Library) -> None:
    with pytest.raises(UsageError, match=words):
        scaffold.known(name, kind, library)


def test_a_name_that_is_taken_is_refused(library: Library) -> None:
    with pytest.raises(UsageError, match=r"exists in pack/a.yaml:\d+"):
        scaffold.free("f.old", "finding", library)


def test_a_wrong_value_is_shown_at_its_place(library: Library) -> None:
    draft = scaffold.finding("f.new", "A new finding", Seen("link.state", {"state": "dwon"}), library)
    with pytest.raises(RulebookError, match="did you mean 'down'"):
        scaffold.tried(draft, FILES, "pack", pipeline)
