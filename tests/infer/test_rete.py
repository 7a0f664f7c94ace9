"""Rules as durable-rules reads them, and how they are split."""

from __future__ import annotations

import json
from typing import Any

import pytest

from diagnose.errors import UnsupportedProgramError
from diagnose.infer import rete
from diagnose.infer.program import Join, Negative, Rule, Step
from diagnose.infer.rete import MAX_EXPRESSIONS, MAX_JOINED, MAX_RULES, shards


def rule(name: str, *alphas: str, **more: Any) -> Rule:
    return Rule(name, name, 0, tuple((f"p{i}", alpha) for i, alpha in enumerate(alphas)), **more)


def conjuncts(given: Rule) -> list[list[dict[str, Any]]]:
    [shard] = shards([given])
    patterns = json.loads(shard.definition)["r0"]["all"]
    return [next(iter(p.values())).get("$and", []) for p in patterns]


def test_every_rule_begins_with_the_token_and_every_other_pattern_ends_with_the_join_that_is_always_true() -> None:
    given = rule("r", "A", "B", negatives=(Negative("N", (("edge", "p0"),), after="p1", within=5),))
    token, *rest = conjuncts(given)
    assert token == []
    assert len(rest) == 3
    for pattern in rest:
        assert "k" in pattern[0]
        assert pattern[-1] == {"z": {"t": "z"}}


def test_every_pattern_has_an_equality_join_right_after_its_kind() -> None:
    joined = rule("r", "A", "B", joins=(Join("edge", ("p0", "p1")),), steps=(Step("p0", "p1", 30),))
    _, first, second = conjuncts(joined)
    assert first[1] == {"g": {"t": "g"}}
    assert second[1] == {"e0": {"m0": "e0"}}


def test_a_step_back_to_an_earlier_alias_is_asked_from_the_other_side() -> None:
    _, _, second = conjuncts(rule("r", "A", "B", steps=(Step("p1", "p0", 30),)))
    assert {"$lte": {"a": {"m0": "b"}}} in second
    assert {"$gte": {"d": {"$sub": {"$l": {"m0": "a"}, "$r": 30}}}} in second


def test_rules_over_a_limit_of_a_ruleset_are_spread_over_several() -> None:
    many = [rule(f"r{i}", f"A{i}") for i in range(MAX_RULES + 1)]
    assert [len(s.rules) for s in shards(many)] == [MAX_RULES, 1]
    same = [rule(f"r{i}", "A", "A", "A", "A") for i in range(20)]
    split = shards(same)
    assert [r.id for s in split for r in s.rules.values()] == [r.id for r in same]
    assert all(4 * len(s.rules) <= MAX_JOINED for s in split)


def test_many_kinds_are_spread_over_several_rulesets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rete, "MAX_KINDS", 4)
    split = shards([rule(f"r{i}", f"A{i}", f"B{i}") for i in range(4)])
    assert [len(s.kinds) for s in split] == [4, 4]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (rule("wide", *"ABCDEFGHI"), "rule wide .* matches 9 things at once .limit 8"),
        (rule("shy", "A", negatives=(Negative("N"),) * 9), "rule shy .* has 9 negatives .limit 8"),
        (rule("long", "A", "B", steps=(Step("p0", "p1", 1 << 60),)), "rule long .* a window out of range"),
        (
            rule("busy", "A", "B", steps=tuple(Step("p0", "p1", n) for n in range(10))),
            f"rule busy .* asks 24 things of one of its patterns .limit {MAX_EXPRESSIONS}",
        ),
    ],
)
def test_a_rule_over_a_limit_is_refused_by_name(given: Rule, said: str) -> None:
    with pytest.raises(UnsupportedProgramError, match=said):
        shards([given])
