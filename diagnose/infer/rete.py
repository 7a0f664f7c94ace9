"""Rules in the form that durable-rules runs safely, split so that no network grows past what it can hold.

Of the language of durable-rules this uses: one `all` a rule; a token first, then the positives, then the
negatives; in each pattern the constant `k`, equality joins, comparisons of integers, and last the join on `z`,
which is always true (a false last expression makes the library read foreign memory). The properties of an atom:

    id, sid   running number as text; always "0"
    k         the alpha, as a short constant
    g, z      always 0: `g` joins what shares no entity, `z` closes a pattern
    n         the number of the atom
    w         what the atom stands for, as a number: no two atoms of a match have the same
    a, b      earliest and latest start in ms
    d         latest end in ms
    e0, e1 .. the entity for each joined key, as a number

Limits were measured on durable-rules 2.0.28, each well below the size at which it fails.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from diagnose.errors import UnsupportedProgramError
from diagnose.infer.match import FOREVER
from diagnose.infer.program import Negative, Rule, Step

MAX_POSITIVES = 8
"""Positive patterns a rule; with the token it holds 16, and fails at the first fact with 17."""
MAX_NEGATIVES = 8
"""Negatives a rule."""
MAX_EXPRESSIONS = 20
"""Expressions a pattern; 30 do not load."""
MAX_JOINED = 60
"""Joined patterns of one kind a ruleset; from 65 on a fact that matches them is refused."""
MAX_KINDS = 400
"""Kinds a ruleset; with 513 loading hangs."""
MAX_RULES = 60
"""Rules a ruleset. All begin with the same token, and from 256 equal patterns on the process dies. Fewer are taken
since a ruleset costs memory and time an incident for each of its patterns, and one that cannot fire is left out."""

START, TOKEN = "start", "go"
_TOKEN_ALIAS = "t"

Expression = dict[str, Any]


class Shard(msgspec.Struct, frozen=True):
    """One ruleset: its definition as durable-rules reads it, and what its names stand for.

    `rules` maps a rule's name in the ruleset to the rule, `kinds` an alpha id to the constant of `k`, `keys` an
    entity key to its property, `joined` an alpha id to the keys that an atom of it must carry.
    """

    definition: str
    rules: dict[str, Rule]
    kinds: dict[str, str]
    keys: dict[str, str]
    joined: dict[str, frozenset[str]]


def shards(rules: Iterable[Rule]) -> list[Shard]:
    """The rules of one stratum as rulesets. Raises UnsupportedProgramError for a rule outside the safe subset."""
    groups: list[tuple[list[Rule], Counter[str]]] = []
    for rule in rules:
        _check(rule)
        uses = Counter(_alphas(rule))
        for members, used in groups:
            room = len(members) < MAX_RULES and len(used) + len(uses) <= MAX_KINDS
            if room and all(used[alpha] + n <= MAX_JOINED for alpha, n in uses.items()):
                members.append(rule)
                used.update(uses)
                break
        else:
            groups.append(([rule], uses))
    return [_shard(members) for members, _ in groups]


def bound_on(rule: Rule, alias: str, earlier: Sequence[str]) -> list[tuple[str, str]]:
    """(key, earlier alias) pairs: the entities that the atom of `alias` must share with what is bound before it."""
    out = []
    for join in rule.joins:
        if alias in join.aliases:
            other = next((a for a in join.aliases if a in earlier), None)
            if other is not None:
                out.append((join.key, other))
    return out


def _alphas(rule: Rule) -> list[str]:
    return [alpha for _, alpha in rule.positives] + [n.alpha for n in rule.negatives]


def _check(rule: Rule) -> None:
    if len(rule.positives) > MAX_POSITIVES:
        raise UnsupportedProgramError(_refusal(rule, f"matches {len(rule.positives)} things at once", MAX_POSITIVES))
    if len(rule.negatives) > MAX_NEGATIVES:
        raise UnsupportedProgramError(_refusal(rule, f"has {len(rule.negatives)} negatives", MAX_NEGATIVES))
    windows = [s.within for s in rule.steps] + [n.within for n in rule.negatives]
    if any(w is not None and not 0 <= w <= FOREVER for w in windows):
        raise UnsupportedProgramError(_refusal(rule, "has a window out of range", FOREVER))


def _refusal(rule: Rule, what: str, limit: int) -> str:
    return f"durable-rules cannot run rule {rule.id} safely: it {what} (limit {limit}); the reference engine can"


def _shard(rules: Sequence[Rule]) -> Shard:
    kinds: dict[str, str] = {}
    keys: dict[str, str] = {}
    joined: dict[str, set[str]] = {}
    for rule in rules:
        where = dict(rule.positives)
        for alpha in _alphas(rule):
            kinds.setdefault(alpha, f"a{len(kinds)}")
            joined.setdefault(alpha, set())
        for key, alpha in [(j.key, where[a]) for j in rule.joins for a in j.aliases]:
            joined[alpha].add(key)
        for negative in rule.negatives:
            for key, alias in negative.joins:
                joined[negative.alpha].add(key)
                joined[where[alias]].add(key)
    for key in sorted({k for group in joined.values() for k in group}):
        keys[key] = f"e{len(keys)}"
    named = {f"r{i}": rule for i, rule in enumerate(rules)}
    definition: dict[str, Any] = {START: {"all": [{"m": {"k": START}}]}}
    for name, rule in named.items():
        definition[name] = {"all": _patterns(rule, kinds, keys), "dist": 0}
    return Shard(json.dumps(definition), named, kinds, keys, {a: frozenset(k) for a, k in joined.items()})


def _patterns(rule: Rule, kinds: dict[str, str], keys: dict[str, str]) -> list[Expression]:
    names = {alias: f"m{i}" for i, (alias, _) in enumerate(rule.positives)}
    out: list[Expression] = [{_TOKEN_ALIAS: {"k": TOKEN}}]
    for i, (alias, alpha) in enumerate(rule.positives):
        earlier = [a for a, _ in rule.positives[:i]]
        joined = bound_on(rule, alias, earlier)
        tests: list[Expression] = [{keys[key]: {names[other]: keys[key]}} for key, other in joined]
        tests = tests or [{"g": {_TOKEN_ALIAS: "g"}}]
        tests += [{"$neq": {"w": {names[a]: "w"}}} for a in earlier]
        for step in rule.steps:
            tests += _step(step, alias, earlier, names)
        out.append({names[alias]: _pattern(rule, kinds[alpha], tests)})
    for i, negative in enumerate(rule.negatives):
        tests = [{keys[key]: {names[alias]: keys[key]}} for key, alias in negative.joins]
        tests = (tests or [{"g": {_TOKEN_ALIAS: "g"}}]) + _window(negative, names)
        anchor = negative.before or negative.after
        tests += [{"$neq": {"w": {names[anchor]: "w"}}}] if anchor else []
        out.append({f"no{i}$not": _pattern(rule, kinds[negative.alpha], tests)})
    return out


def _pattern(rule: Rule, kind: str, tests: Sequence[Expression]) -> Expression:
    conjuncts = [{"k": kind}, *tests, {"z": {_TOKEN_ALIAS: "z"}}]
    if len(conjuncts) > MAX_EXPRESSIONS:
        raise UnsupportedProgramError(
            _refusal(rule, f"asks {len(conjuncts)} things of one of its patterns", MAX_EXPRESSIONS)
        )
    return {"$and": conjuncts}


def _step(step: Step, alias: str, earlier: Sequence[str], names: dict[str, str]) -> list[Expression]:
    """`match.can_follow` as comparisons, from the side of the atom that is bound last."""
    if step.then == alias and step.after in earlier:
        other = names[step.after]
        upper = [] if step.within is None else [_sum("$lte", "a", "$add", other, "d", step.within)]
        return [{"$gte": {"b": {other: "a"}}}, *upper]
    if step.after == alias and step.then in earlier:
        other = names[step.then]
        upper = [] if step.within is None else [_sum("$gte", "d", "$sub", other, "a", step.within)]
        return [{"$lte": {"a": {other: "b"}}}, *upper]
    return []


def _window(negative: Negative, names: dict[str, str]) -> list[Expression]:
    """`match.can_lie_near` as comparisons."""
    if negative.before is not None:
        other = names[negative.before]
        lower = [] if negative.within is None else [_sum("$gte", "b", "$sub", other, "a", negative.within)]
        return [{"$lte": {"a": {other: "b"}}}, *lower]
    if negative.after is not None:
        other = names[negative.after]
        upper = [] if negative.within is None else [_sum("$lte", "a", "$add", other, "d", negative.within)]
        return [{"$gte": {"b": {other: "a"}}}, *upper]
    return []


def _sum(compare: str, own: str, operator: str, other: str, theirs: str, ms: int) -> Expression:
    return {compare: {own: {operator: {"$l": {other: theirs}, "$r": ms}}}}
