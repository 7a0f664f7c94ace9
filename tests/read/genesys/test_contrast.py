from __future__ import annotations

from typing import Any

import pytest

from diagnose.read.genesys import analytics
from diagnose.read.genesys.contrast import Outcome, scope_drafts
from tests.read.calls import call, party, session


def outcome(failed: bool, edges: str = "", flows: str = "", *, bot: bool = False) -> Outcome:
    return Outcome(failed, frozenset(edges.split()), frozenset(flows.split()), bot)


def scopes(*outcomes: Outcome) -> list[tuple[str, dict[str, str]]]:
    return [(d.fields["who"], d.entities) for d in scope_drafts(outcomes, "page.json")]


def test_an_edge_that_carried_only_those_that_failed_is_the_scope() -> None:
    bad = [outcome(True, "e1 e3")] * 2 + [outcome(True, "e1")]
    assert scopes(*bad, *[outcome(False, "e2")] * 3) == [("one_edge", {"edge": "e1"})]


def test_a_flow_and_the_bot_set_failures_apart_too() -> None:
    bad, good = [outcome(True, "e", "f1", bot=True)] * 3, [outcome(False, "e", "f2")] * 3
    assert scopes(*bad, *good) == [("one_flow", {"flow": "f1"}), ("bot_only", {})]


@pytest.mark.parametrize(
    "outcomes",
    [
        [outcome(True, "e1")] * 3 + [outcome(False, "e2")] * 2,
        [outcome(True, "e1")] * 2 + [outcome(False, "e2")] * 3,
        [outcome(True, "e1")] * 3 + [outcome(False, "e2")] * 3 + [outcome(False, "e1")],
        [outcome(True, "e1")] * 2 + [outcome(True, "e2")] + [outcome(False, "e3")] * 3,
        [outcome(True, "e1")] * 3 + [outcome(False)] * 3,
        [outcome(True, bot=True)] * 3 + [outcome(False)] * 3 + [outcome(False, bot=True)],
        [],
    ],
)
def test_near_misses_too_few_shared_by_others_or_unknown_is_no_scope(outcomes: list[Outcome]) -> None:
    assert scopes(*outcomes) == []


def test_the_outcomes_come_from_conversations() -> None:
    def one(number: int, edge: str, **end: Any) -> dict[str, Any]:
        return call(party("customer", session(f"s{number}", edgeId=edge, **end)), name=f"c{number}")

    bad = [one(n, "e1", disconnectType="error") for n in range(3)]
    good = [one(n + 3, "e2", disconnectType="peer") for n in range(3)]
    found = [d for d in analytics.read({"conversations": bad + good}, "page.json")[0] if d.kind == "scope"]
    assert [(d.fields, d.entities) for d in found] == [({"who": "one_edge"}, {"edge": "e1"})]
    assert found[0].place.excerpt == "3 failed, 3 did not; edge e1 carried only those that failed"
