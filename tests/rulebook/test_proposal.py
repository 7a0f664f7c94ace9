"""Signals proposed from log lines, what they are like, and the tests made for them."""

from __future__ import annotations

import pytest

from diagnose import pipeline
from diagnose.errors import UsageError
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.drafts import Draft
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import Library, gather
from diagnose.rulebook.likeness import Examples, users
from diagnose.rulebook.proposal import Proposal, Wishes, forms, propose, read_lines
from diagnose.rulebook.ruletest import run_tests
from diagnose.rulebook.trial import draft_of
from tests.rulebook.conftest import FACTS

KNOWN = """\
kind: signals
defaults: {from: [log]}
rows:
  - {id: a.link, match: 'carrier lost', fact: link.state, set: {state: down},
     examples: {match: ['uplink: carrier lost on the wire']}}
  - {id: a.hello, match: 'greeting timed out', fact: hello, set: {outcome: timeout},
     examples: {match: ['the greeting timed out']}}
---
kind: finding
id: link.down
title: The link is down
match: {x: {fact: link.state, where: {state: down}}}
"""
FILES = [RuleFile("facts.yaml", "base", FACTS.encode()), RuleFile("pack/a.yaml", "pack", KNOWN.encode())]


@pytest.fixture(scope="module")
def library() -> Library:
    return gather(FILES)


def proposed(library: Library, text: str, **wishes: object) -> list[Proposal]:
    examples = Examples(library)
    return [propose(m, p, library, examples, Wishes(**wishes)) for m, p in forms(read_lines(text))]  # type: ignore[arg-type]


def drafted(proposal: Proposal) -> Draft:
    return draft_of(proposal, pipeline, FILES[:1])


LINE = "2026-03-17 14:03:39,120 WARN acme.modem - uplink of modem 2 lost carrier, reason 'no sync', after 30 s"


def test_stamp_level_and_logger_are_taken_off() -> None:
    assert read_lines(LINE)[0].message == "uplink of modem 2 lost carrier, reason 'no sync', after 30 s"


def test_the_header_of_syslog_is_taken_off() -> None:
    assert read_lines("Mar 17 14:03:39 e1 linkd[3]: SIM 2 gone")[0].message == "SIM 2 gone"


def test_a_json_record_is_its_message() -> None:
    assert (
        read_lines('{"time": "2026-03-17T14:03:39Z", "level": "warn", "msg": "SIM 2 gone"}')[0].message == "SIM 2 gone"
    )


def test_a_line_of_pairs_is_its_message() -> None:
    line = 'time=2026-03-17T14:03:39Z level=warn call=c1 msg="SIM 2 is gone" rx=178 tx=17 gap_ms=900 worst_ms=901'
    assert read_lines(line)[0].message == "SIM 2 is gone"


def test_the_fact_is_that_of_the_signal_most_alike(library: Library) -> None:
    (found,) = proposed(library, LINE)
    assert found.fact == "link.state"
    assert found.signal["set"] == {"state": "down"}
    assert found.signal["take"] == {"reason": "reason"}
    assert found.guesses[0].signal == "a.link"
    assert {"carrier", "lost", "uplink"} <= set(found.guesses[0].shared)
    assert [(t.text, t.field) for t in found.taken] == [("2", ""), ("'no sync'", "reason"), ("30 s", "")]


def test_what_the_author_says_goes_first(library: Library) -> None:
    (found,) = proposed(
        library, LINE, id="x.y", fact="hello", source="bot.log", set={"outcome": "reset"}, nots=("uplink well",)
    )
    assert found.signal["id"] == "x.y"
    assert found.signal["from"] == ["bot.log"]
    assert found.signal["set"]["outcome"] == "reset"
    assert found.signal["take"] == {"age_s": "age_s"}
    assert found.signal["examples"]["not"] == ["uplink well"]


def test_lines_of_several_forms_give_several_signals(library: Library) -> None:
    text = "uplink of modem 2 lost carrier\nthe greeting of bot 7 timed out\nuplink of modem 9 lost carrier\n"
    found = proposed(library, text)
    assert [p.fact for p in found] == ["link.state", "hello"]
    assert len(found[0].signal["examples"]["match"]) == 2


@pytest.mark.parametrize(
    ("text", "wishes", "words"),
    [
        ("12 34", {}, "too few words"),
        ("frobnicator quiesced wholly", {}, "no known signal is like this line"),
        ("frobnicator quiesced wholly", {"fact": "link.stat"}, "did you mean 'link.state'?"),
    ],
)
def test_what_cannot_be_proposed_says_the_way_out(
    library: Library, text: str, wishes: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words.replace("?", r"\?")):
        proposed(library, text, **wishes)


def test_the_findings_that_may_see_it_are_known(library: Library) -> None:
    assert users(library, "link.state", {"state": "down"}) == ["link.down"]
    assert users(library, "link.state", {"state": "up"}) == []


def test_what_is_proposed_is_clean_and_passes_its_tests(library: Library) -> None:
    (found,) = proposed(library, LINE)
    draft = drafted(found)
    assert len(draft.tests) == 2
    assert draft.tests[0]["expect"] == {"facts": [{"fact": "link.state", "state": "down", "reason": "no sync"}]}
    new = gather([*FILES, RuleFile("new.yaml", "new", draft.whole().encode())])
    assert compile_library(new)[1] == []
    assert [r.status for r in run_tests(new, pipeline, "new.yaml", ["reference"]).results] == ["passed", "passed"]


def test_a_test_of_facts_notices_another_fact(library: Library) -> None:
    text = drafted(proposed(library, LINE)[0]).whole().replace("reason: no sync}", "reason: other}")
    new = gather([*FILES, RuleFile("new.yaml", "new", text.encode())])
    outcome = run_tests(new, pipeline, "new.yaml", ["reference"])
    assert outcome.results[0].failures == (
        "expected the fact link.state state=down, reason=other\n     got link.state state=down, reason=no sync",
    )
