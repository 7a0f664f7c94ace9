"""Random programs of the whole rule language, and random facts to run them on."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import strategies as st

from diagnose.infer.program import FINDING, Alpha, FindingDef, Join, Negative, Program, Rule, Step, Summary
from diagnose.model import Evidence, Fact, Place, Span
from diagnose.where import Test

KEYS = ("edge", "conversation")
KINDS = ("flap", "local", "reset", "change")
WINDOWS = (None, 0, 10, 60, 200)


class Case(msgspec.Struct, frozen=True):
    """A program, and the evidence of one incident in the order in which it is run."""

    program: Program
    evidence: Evidence


class _Writer:
    """Writes one random program; `size` is the most positives and negatives of a rule."""

    def __init__(self, rnd: Random, size: int) -> None:
        self.rnd = rnd
        self.size = size
        self.alphas: dict[str, Alpha] = {}
        self.summaries: dict[str, Summary] = {}

    def program(self) -> Program:
        strata = self.rnd.randint(1, 3)
        findings: list[FindingDef] = []
        for stratum in range(strata):
            lower = [f.id for f in findings]
            findings += [self._finding(f"f{stratum}.{i}", stratum, lower) for i in range(self.rnd.randint(1, 2))]
        return Program(
            tuple(sorted(self.alphas.values())), tuple(sorted(self.summaries.values())), tuple(findings), strata=strata
        )

    def _finding(self, name: str, stratum: int, lower: list[str]) -> FindingDef:
        rules = tuple(self._rule(f"{name}/{i}", name, stratum, lower) for i in range(self.rnd.randint(1, 2)))
        about = tuple(k for k in KEYS if self.rnd.random() < 0.6)
        return FindingDef(name, name, rules, about, settle=self.rnd.choice((0, 50, 60_000)))

    def _rule(self, name: str, finding: str, stratum: int, lower: list[str]) -> Rule:
        rnd = self.rnd
        aliases = [f"p{i}" for i in range(rnd.randint(1, self.size))]
        keys: dict[str, set[str]] = {alias: set() for alias in aliases}
        joins = []
        for key in KEYS:
            together = [a for a in aliases if rnd.random() < 0.8]
            if len(together) > 1:
                joins.append(Join(key, tuple(together)))
                for alias in together:
                    keys[alias].add(key)
        negatives = [self._negative(aliases, keys, lower) for _ in range(rnd.choice((0, 0, 1, 2, self.size - 1)))]
        positives = tuple((alias, self._pattern(tuple(sorted(keys[alias])), lower)) for alias in aliases)
        return Rule(name, finding, stratum, positives, tuple(negatives), tuple(joins), tuple(self._steps(aliases)))

    def _steps(self, aliases: list[str]) -> list[Step]:
        steps = []
        for i, left in enumerate(aliases):
            for right in aliases[i + 1 :]:
                if self.rnd.random() < 0.5:
                    after, then = (left, right) if self.rnd.random() < 0.7 else (right, left)
                    steps.append(Step(after, then, self.rnd.choice(WINDOWS)))
        return steps

    def _negative(self, aliases: list[str], keys: dict[str, set[str]], lower: list[str]) -> Negative:
        rnd = self.rnd
        joins = [(key, rnd.choice(aliases)) for key in KEYS if rnd.random() < 0.5]
        for key, alias in joins:
            keys[alias].add(key)
        alpha = self._pattern(tuple(sorted(key for key, _ in joins)), lower)
        anchor, within = rnd.choice(aliases), rnd.choice(WINDOWS)
        match rnd.randrange(3):
            case 0:
                return Negative(alpha, tuple(joins), before=anchor, within=within)
            case 1:
                return Negative(alpha, tuple(joins), after=anchor, within=within)
            case _:
                return Negative(alpha, tuple(joins))

    def _pattern(self, keys: tuple[str, ...], lower: list[str]) -> str:
        """The id of an alpha on a kind of fact or a finding of a lower stratum, now and then of a summary."""
        rnd = self.rnd
        if lower and rnd.random() < 0.5:
            alpha = Alpha("", FINDING + rnd.choice(lower), (), keys)
        else:
            where = (Test("v", "eq", rnd.randint(0, 1)),) if rnd.random() < 0.4 else ()
            polarity = "denied" if rnd.random() < 0.05 else "asserted"
            alpha = Alpha("", rnd.choice(KINDS), where, keys, polarity)
        name = f"{alpha.kind}|{','.join(str(t.value) for t in alpha.where)}|{','.join(keys)}|{alpha.polarity}"
        self.alphas[name] = msgspec.structs.replace(alpha, id=name)
        if rnd.random() < 0.15:
            many = Summary(f"many {name}", name, "count", keys, at_least=2, within=rnd.choice((None, 60)))
            self.summaries[many.id] = many
            return many.id
        return name


def _fact(rnd: Random, number: int) -> Fact:
    clock, bound = rnd.choice((("edge clock", 0), ("cloud clock", 15)))
    start = None if rnd.random() < 0.1 else rnd.randint(0, 40) * 10
    end = start if start is None or rnd.random() < 0.6 else start + rnd.randint(0, 80)
    return Fact(
        f"F{number}",
        rnd.choice(KINDS),
        Span(start, end, clock, bound),
        {key: f"{key}-{rnd.randint(1, 2)}" for key in KEYS if rnd.random() < 0.8},
        {"v": rnd.randint(0, 1)},
        Place("edge.log", number),
        "edge.log",
        "denied" if rnd.random() < 0.05 else "asserted",
    )


def write_case(rnd: Random, size: int = 3, facts: int = 12) -> Case:
    """One random program and up to `facts` facts, in random order."""
    program = _Writer(rnd, size).program()
    made = tuple(_fact(rnd, i) for i in range(1, rnd.randint(0, facts) + 1))
    coverage = {"edge.log": ((None, None),)} if rnd.random() < 0.5 else {}
    return Case(program, Evidence(made, coverage=coverage))


def cases(size: int = 3, facts: int = 12) -> st.SearchStrategy[Case]:
    """Random cases; rules of at most `size` positives, at most `facts` facts."""
    return st.integers(0, 2**63).map(lambda seed: write_case(Random(seed), size, facts))
