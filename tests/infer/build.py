"""Short ways to write programs and facts in tests."""

from __future__ import annotations

from typing import Any

from diagnose.infer.program import Alpha, CauseDef, FindingDef, Join, Link, Program, Rule
from diagnose.model import Evidence, Fact, Place, Span

S = 1000


def fact(n: int, kind: str, at: int | None = 0, *, clock: str = "c", bound: int = 0, **more: Any) -> Fact:
    """Fact `f<n>` of `kind` at `at` ms; keywords that are entity keys become entities, the others fields."""
    keys = ("edge", "site", "conversation", "session")
    entities = {k: v for k, v in more.items() if k in keys}
    polarity = more.pop("polarity", "asserted")
    source = more.pop("source_kind", "edge.log")
    fields = {k: v for k, v in more.items() if k not in keys}
    return Fact(f"f{n}", kind, Span(at, at, clock, bound), entities, fields, Place("p", n), source, polarity)


def evidence(*facts: Fact, covers: tuple[str, ...] = ()) -> Evidence:
    """Evidence of `facts`, with source kinds that covered all the time."""
    return Evidence(tuple(facts), coverage=dict.fromkeys(covers, ((None, None),)))


def finding(name: str, *positives: tuple[str, str], stratum: int = 0, **more: Any) -> FindingDef:
    """A finding of one rule; `joins`, `steps`, `negatives` go to the rule, the rest to the finding."""
    rule_parts = {k: more.pop(k) for k in ("joins", "steps", "negatives") if k in more}
    return FindingDef(name, name.upper(), (Rule(f"{name}#0", name, stratum, positives, **rule_parts),), **more)


def program(alphas: list[Alpha], findings: list[FindingDef], **more: Any) -> Program:
    """A program whose number of strata follows from its rules."""
    strata = 1 + max((r.stratum for f in findings for r in f.rules), default=0)
    return Program(tuple(alphas), findings=tuple(findings), strata=strata, **more)


def edge_join(*aliases: str) -> tuple[Join, ...]:
    """Joined on the Edge."""
    return (Join("edge", aliases),)


def cause(name: str, prior: float, /, rules_out: tuple[str, ...] = (), **links: float) -> CauseDef:
    """A cause whose keyword arguments are findings (underscores for dots) and their rates."""
    made = tuple(Link(k.replace("_", "."), p) for k, p in links.items())
    return CauseDef(name, name, prior, links=made, rules_out=rules_out)
