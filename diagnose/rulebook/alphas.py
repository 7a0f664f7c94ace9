"""Alphas and summaries while findings are compiled: alike ones are one, and ids do not depend on the order of files."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from diagnose.infer.program import Alpha, FindingDef, Summary
from diagnose.model import Polarity
from diagnose.where import Test


class AlphaTable:
    """Interns alphas and summaries under provisional ids; `finish` gives them their final, sorted ones."""

    def __init__(self) -> None:
        self._alphas: dict[tuple[str, ...], Alpha] = {}
        self._summaries: dict[tuple[str, ...], Summary] = {}

    def alpha(self, kind: str, where: tuple[Test, ...], keys: tuple[str, ...], polarity: Polarity) -> str:
        """The id of this alpha."""
        alpha = Alpha("", kind, where, tuple(sorted(set(keys))), polarity)
        sign = (alpha.kind, repr(alpha.where), repr(alpha.keys), polarity)
        name = "alpha:" + "|".join(sign)
        self._alphas.setdefault(sign, msgspec.structs.replace(alpha, id=name))
        return name

    def summary(self, summary: Summary) -> str:
        """The id of this summary, whose own `id` does not matter."""
        plain = msgspec.structs.replace(summary, id="")
        sign = (repr(plain),)
        name = "summary:" + sign[0]
        self._summaries.setdefault(sign, msgspec.structs.replace(summary, id=name))
        return name

    def finish(self) -> tuple[dict[str, str], tuple[Alpha, ...], tuple[Summary, ...]]:
        """Provisional to final id, the alphas, the summaries."""
        names: dict[str, str] = {}
        for number, (_, alpha) in enumerate(sorted(self._alphas.items()), 1):
            names[alpha.id] = f"a{number:04}"
        for number, (_, summary) in enumerate(sorted(self._summaries.items()), 1):
            names[summary.id] = f"s{number:04}"
        alphas = [msgspec.structs.replace(a, id=names[a.id]) for a in self._alphas.values()]
        summaries = [msgspec.structs.replace(s, id=names[s.id], alpha=names[s.alpha]) for s in self._summaries.values()]
        return names, tuple(sorted(alphas, key=lambda a: a.id)), tuple(sorted(summaries, key=lambda s: s.id))


def renamed(finding: FindingDef, names: Mapping[str, str], strata: Mapping[str, int]) -> FindingDef:
    """The finding with final alpha ids and its stratum."""
    rules = []
    for rule in finding.rules:
        positives = tuple((alias, names[alpha]) for alias, alpha in rule.positives)
        negatives = tuple(msgspec.structs.replace(n, alpha=names[n.alpha]) for n in rule.negatives)
        rules.append(
            msgspec.structs.replace(rule, positives=positives, negatives=negatives, stratum=strata[rule.finding])
        )
    return msgspec.structs.replace(finding, rules=tuple(rules))
