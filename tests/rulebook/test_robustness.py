"""Whatever stands where something else should, the answer is a list of problems, never a traceback."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from diagnose.rulebook.lint import lint

DOCUMENTS = """\
{kind: signals, defaults: {from: [log], fact: hello}, rows: [{id: s, match: 'a(?P<x>b)', take: {age_s: x},
  set: {outcome: ok}, where: {level: {in: [a]}}, examples: {match: [ab], not: [c]}}]}
---
{kind: finding, id: f.one, title: t, about: [edge], match: {x: {fact: hello, where: {outcome: [ok, reset]}}},
  count: {of: x, at_least: 3, within: 5m, distinct: edge}, observable_by: [edge.log]}
---
{kind: finding, id: f.two, title: t, background: 0.1, settle: 5s,
  any: [{match: {x: {finding: f.one}, y: {fact: link.state}}, join: {edge: [x, y]},
         sequence: [{after: x, then: y, within: 5s}], unless: [{fact: edge.move, join: edge, before: y, within: 1m}]},
        {all: [f.one], absent: [{fact: edge.move}]},
        {match: {z: {fact: hello}}, period: {of: z, field: age_s, low: 1, high: 9}}]}
---
{kind: remedy, id: r, title: t, does: removes, steps: [x], cost: {minutes: 1, risk: low}}
---
{kind: cause, id: c, title: t, prior: 0.1, explains: [{finding: f.one, seen_when_true: often, group: g}],
  rules_out: [f.two], upstream_of: [], remedies: [{remedy: r, fixes: 0.5}]}
---
{kind: question, id: q, asks: f.one, text: t, answers: {'yes': seen}, cost: {minutes: 1}}
---
{kind: test, name: t, sources: [edge.log], events: [{at: +1s, fact: hello, outcome: ok, repeat: {every: 1s, times: 2}}],
  expect: {findings: [f.one], cause: {is: c, at_least: 0.1}, why_not: {f.two: x}}}
---
{kind: test, name: u, like: t, change: [{match: {fact: hello}, set: {at: +2s}}], expect: {not_findings: [f.two]}}
---
{kind: pack, id: p, version: '1', requires: [p]}
---
{override: c, set: {prior: 0.2, explains.f.one.seen_when_true: always}, because: x}
"""
ODD: tuple[Any, ...] = (
    None,
    "",
    "a b",
    [],
    {},
    -1,
    10**30,
    0.5,
    True,
    ["x"],
    [None],
    [[1]],
    {"x": 1},
    {"x": None},
    "(?=x)",
)


def places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside `data`, from the outside in."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*place, key)
        yield from places(value, (*place, key))


def replaced(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    out = copy.deepcopy(data)
    parent = out
    for part in place[:-1]:
        parent = parent[part]
    parent[place[-1]] = value
    return out


def test_the_documents_are_sound_as_they_stand(library) -> None:
    assert [p.render() for p in lint(library(DOCUMENTS)).problems if p.severity == "error"] == []


@pytest.mark.parametrize("index", range(10))
def test_no_odd_value_anywhere_ends_in_a_traceback(library, index: int) -> None:
    documents = list(yaml.load_all(DOCUMENTS, Loader=yaml.BaseLoader))
    others = [yaml.safe_dump(d) for i, d in enumerate(documents) if i != index]
    for place in places(documents[index]):
        for value in ODD:
            changed = yaml.safe_dump(replaced(documents[index], place, value))
            report = lint(library(*others, changed), strict=True)
            assert all(p.code.startswith("R") for p in report.problems)
