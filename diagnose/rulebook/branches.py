"""One branch of a finding: from `match`, `join`, `sequence`, `unless`, `absent`, `count` and `period` to a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.infer.program import FINDING, Join, Negative, Rule, Step, Summary
from diagnose.model import Polarity
from diagnose.rulebook.alphas import AlphaTable
from diagnose.rulebook.library import Entry
from diagnose.rulebook.loader import Document, Where
from diagnose.rulebook.schema import BranchDoc, CountDoc, FindingDoc, NegativeDoc, PatternDoc, PeriodDoc
from diagnose.rulebook.words import FactKind, Words, nearest
from diagnose.where import Test


class _Part(msgspec.Struct):
    """A piece of a branch and where it stands: top level and branch of `any` are merged from such pieces."""

    place: Where
    body: Any


class Branch:
    """Compiles one branch. Mistakes go to `words.problems`; `rule` then gives None."""

    def __init__(
        self, document: Document, doc: FindingDoc, words: Words, findings: Mapping[str, Entry], table: AlphaTable
    ) -> None:
        self.document = document
        self.doc = doc
        self.words = words
        self.findings = findings
        self.table = table
        self.aliases: dict[str, _Part] = {}
        self.joins: dict[str, list[str]] = {}
        self.has_join = False
        self.negatives: list[tuple[_Part, bool]] = []
        self.summaries: dict[str, _Part] = {}
        self.sequence: list[_Part] = []
        self.depends: set[str] = set()
        self.pieces: list[tuple[Where, BranchDoc]] = []
        self.elsewhere = {a for body in doc.any for a in body.match}

    def problem(self, place: Where, code: str, message: str, hint: str = "", *, key: bool = False) -> None:
        """Note a mistake."""
        self.words.problems.append(self.document.problem(place, code, message, hint, key=key))

    def add(self, place: Where, body: BranchDoc) -> None:
        """Take in what `body`, which stands at `place`, asks for."""
        for alias, pattern in body.match.items():
            self._alias(alias, (*place, "match", alias), pattern)
        for i, finding in enumerate(body.all):
            alias = "".join(c if c.isalnum() else "_" for c in finding)
            self._alias(alias, (*place, "all", i), PatternDoc(finding=finding))
        for key, aliases in (body.join or {}).items():
            self.joins.setdefault(key, []).extend(a for a in aliases if a not in self.joins.get(key, ()))
        self.has_join = self.has_join or body.join is not None
        self.sequence += [_Part((*place, "sequence", i), s) for i, s in enumerate(body.sequence)]
        self.negatives += [(_Part((*place, "unless", i), n), False) for i, n in enumerate(body.unless)]
        self.negatives += [(_Part((*place, "absent", i), n), True) for i, n in enumerate(body.absent)]
        for name in ("count", "period"):
            for i, summary in enumerate(getattr(body, name)):
                here = (*place, name, i)
                if summary.of in self.summaries:
                    self.problem(
                        (*here, "of"), "R010", f"'{summary.of}' is counted twice", "one count or period an alias"
                    )
                self.summaries[summary.of] = _Part(here, summary)
        self.pieces.append((place, body))

    def _alias(self, alias: str, place: Where, pattern: PatternDoc) -> None:
        if alias in self.aliases:
            self.problem(place, "R018", f"alias '{alias}' is used twice", "choose another name", key=True)
        elif not alias.isidentifier():
            self.problem(place, "R017", f"'{alias}' is no alias: letters, digits and _", key=True)
        else:
            self.aliases[alias] = _Part(place, pattern)

    def _check_names(self, place: Where, body: BranchDoc) -> None:
        named: list[tuple[Where, str]] = []
        for key, aliases in (body.join or {}).items():
            self.words.entity(self.document, (*place, "join", key), key, at_key=True)
            named += [((*place, "join", key, i), a) for i, a in enumerate(aliases) if a not in self.elsewhere]
        for i, step in enumerate(body.sequence):
            named += [((*place, "sequence", i, "after"), step.after), ((*place, "sequence", i, "then"), step.then)]
        for kind, negatives in (("unless", body.unless), ("absent", body.absent)):
            for i, negative in enumerate(negatives):
                here = (*place, kind, i)
                named += [((*here, side), a) for side in ("before", "after") if (a := getattr(negative, side))]
                for j, key in enumerate(negative.join):
                    self.words.entity(self.document, (*here, "join", j), key)
        for kind in ("count", "period"):
            named += [((*place, kind, i, "of"), s.of) for i, s in enumerate(getattr(body, kind))]
        for where, alias in named:
            if alias not in self.aliases:
                hint = nearest(alias, self.aliases, f"aliases: {', '.join(self.aliases) or 'none'}")
                self.problem(where, "R024", f"alias '{alias}' is not in match", hint)

    def rule(self, number: int) -> Rule | None:
        """The rule of this branch, under provisional alpha ids; None when something is wrong."""
        before = len(self.words.problems)
        for place, body in self.pieces:
            self._check_names(place, body)
        self.joins = {key: [a for a in aliases if a in self.aliases] for key, aliases in self.joins.items()}
        if not self.aliases:
            self.problem((), "R028", f"'{self.doc.id}' matches nothing", "give it `match`, `all` or `any`")
        steps = tuple(Step(p.body.after, p.body.then, p.body.within) for p in self.sequence)
        if not self._names_fit():
            self._look_up_words()
            return None
        self._check_windows(steps)
        order = self._order(steps)
        negatives = tuple(self._negative(part, absent=absent) for part, absent in self.negatives)
        positives = [(alias, self._positive(alias, negatives)) for alias in order]
        joins = tuple(Join(k, tuple(a)) for k, a in sorted(self.joins.items()) if len(a) > 1)
        if len(self.words.problems) > before:
            return None
        return Rule(
            f"{self.doc.id}#{number}", self.doc.id, 0, tuple(positives), tuple(n for n in negatives if n), joins, steps
        )

    def _look_up_words(self) -> None:
        """Check the words of a branch whose aliases are wrong, so that one run finds both."""
        for part in [*self.aliases.values(), *(part for part, _ in self.negatives)]:
            self._alpha(part.place, part.body, ())

    def _names_fit(self) -> bool:
        named = {p.body.after for p in self.sequence} | {p.body.then for p in self.sequence} | set(self.summaries)
        named |= {a for p, _ in self.negatives for a in (p.body.before, p.body.after) if a}
        return bool(self.aliases) and named <= set(self.aliases)

    def _check_windows(self, steps: Sequence[Step]) -> None:
        """A window between aliases that no join ties together would pair any Edge with any other."""
        tied = _components(self.aliases, (a for key, a in self.joins.items() if key))
        for part, step in zip(self.sequence, steps, strict=True):
            if step.within is not None and tied[step.after] != tied[step.then] and not self._unjoined_on_purpose():
                hint = f"add join: {{edge: [{step.after}, {step.then}]}}; `join: {{}}` says that any may meet"
                message = f"the window {step.after} -> {step.then} spans facts that no join ties together"
                self.problem((*part.place, "within"), "R025", message, hint)

    def _unjoined_on_purpose(self) -> bool:
        return self.has_join and not self.joins

    def _order(self, steps: Sequence[Step]) -> list[str]:
        """Aliases, each after those it follows and, where it can, sharing a join key with an earlier one."""
        left, placed = list(self.aliases), list[str]()
        while left:
            free = [a for a in left if not any(s.then == a and s.after in left for s in steps)]
            if not free:
                self.problem(("sequence",), "R029", f"the steps go in a circle: {' -> '.join([*left, left[0]])}")
                return list(self.aliases)
            joined = [a for a in free if any(a in js and any(p in js for p in placed) for js in self.joins.values())]
            placed.append((joined or free)[0])
            left.remove(placed[-1])
        return placed

    def _positive(self, alias: str, negatives: Iterable[Negative | None]) -> str:
        keys = {key for key, aliases in self.joins.items() if alias in aliases and len(aliases) > 1}
        keys |= {key for n in negatives if n for key, joined in n.joins if joined == alias}
        part = self.aliases[alias]
        if alias not in self.summaries:
            return self._alpha(part.place, part.body, tuple(keys))[0]
        keys |= set(self.doc.about)
        base, kind = self._alpha(part.place, part.body, tuple(keys) if part.body.finding else ())
        return self._summary(self.summaries[alias], base, tuple(sorted(keys)), kind) if base else ""

    def _alpha(self, place: Where, pattern: PatternDoc, keys: tuple[str, ...]) -> tuple[str, FactKind | None]:
        polarity: Polarity = "denied" if pattern.denied else "asserted"
        if (pattern.fact is None) == (pattern.finding is None):
            self.problem(place, "R028", "exactly one of `fact` and `finding` is needed here")
            return "", None
        if pattern.fact is not None:
            kind = self.words.fact(self.document, (*place, "fact"), pattern.fact)
            if kind is None:
                return "", None
            where = self.words.tests(self.document, (*place, "where"), pattern.where, kind)
            return self.table.alpha(kind.id, where, keys, polarity), kind
        finding = pattern.finding or ""
        target = self.findings.get(finding)
        if target is None:
            at = (*place, "finding") if self.document.has((*place, "finding")) else place
            self.problem(at, "R020", f"no finding '{finding}'", nearest(finding, self.findings))
            return "", None
        if pattern.denied:
            self.problem((*place, "denied"), "R010", "only facts can be denied; see `unless` and `absent`")
        self.depends.add(finding)
        return self.table.alpha(FINDING + finding, self._about_tests(place, pattern, target), keys, "asserted"), None

    def _about_tests(self, place: Where, pattern: PatternDoc, target: Entry) -> tuple[Test, ...]:
        """Tests on the entities of a finding: it has no other fields."""
        about = target.model.about if target.model is not None else pattern.where
        for name in pattern.where:
            if name not in about:
                hint = f"it is about {', '.join(about) or 'nothing'}"
                self.problem(
                    (*place, "where", name), "R013", f"finding '{pattern.finding}' has no '{name}'", hint, key=True
                )
        return self.words.tests(self.document, (*place, "where"), pattern.where, None)

    def _negative(self, part: _Part, *, absent: bool) -> Negative | None:
        doc: NegativeDoc = part.body
        if doc.before and doc.after:
            self.problem((*part.place, "before"), "R010", "`before` and `after` exclude each other", key=True)
        anchor = doc.before or doc.after
        if doc.within is not None and anchor is None:
            self.problem((*part.place, "within"), "R010", "`within` needs `before: ALIAS` or `after: ALIAS`", key=True)
        joins = tuple((key, self._joined_alias(key, anchor)) for key in sorted(set(doc.join)))
        alpha, kind = self._alpha(part.place, doc, tuple(doc.join))
        if not alpha:
            return None
        needs = self._needs(part.place, doc, kind) if absent else ()
        return Negative(alpha, joins, doc.before, doc.after, doc.within, needs)

    def _joined_alias(self, key: str, anchor: str | None) -> str:
        return anchor or next(iter(self.joins.get(key, ())), next(iter(self.aliases)))

    def _needs(self, place: Where, doc: NegativeDoc, kind: FactKind | None) -> tuple[str, ...]:
        if kind is not None:
            needs = kind.sources
        else:
            model = self.findings[doc.finding or ""].model
            needs = tuple(model.observable_by) if model is not None else ("fact",)
        if not needs:
            what = f"'{doc.fact or doc.finding}'"
            hint = "give it observable_by, or use `unless`"
            self.problem(place, "R030", f"no source could ever show that {what} is absent", hint)
        return needs

    def _summary(self, part: _Part, base: str, keys: tuple[str, ...], kind: FactKind | None) -> str:
        doc = part.body
        if isinstance(doc, CountDoc):
            if doc.distinct is not None and kind is not None:
                self.words.field(self.document, (*part.place, "distinct"), kind, doc.distinct)
            if doc.at_most is not None and doc.at_most < doc.at_least:
                self.problem((*part.place, "at_most"), "R010", "at_most is less than at_least")
            return self.table.summary(
                Summary("", base, "count", keys, doc.at_least, doc.within, doc.distinct, at_most=doc.at_most)
            )
        if doc.field is not None and kind is not None:
            field = self.words.field(self.document, (*part.place, "field"), kind, doc.field)
            if field is not None and field.type not in ("number", "integer"):
                self.problem((*part.place, "field"), "R009", f"'{doc.field}' is no number")
        low, high = (self._bound(part, doc, side) for side in ("low", "high"))
        return self.table.summary(
            Summary(
                "",
                base,
                "period",
                keys,
                doc.at_least,
                field=doc.field,
                tolerance=doc.tolerance,
                low=low or 0,
                high=high,
            )
        )

    def _bound(self, part: _Part, doc: PeriodDoc, side: str) -> float | None:
        value = getattr(doc, side)
        if value is None:
            return None
        is_duration = isinstance(value, dict)
        if is_duration != (doc.field is None):
            need = "a duration, such as 2s" if doc.field is None else f"a number in the unit of '{doc.field}'"
            self.problem((*part.place, side), "R011", f"'{side}' needs {need} here")
            return None
        return float(value["ms"] if is_duration else value)


def _components(aliases: Iterable[str], joins: Iterable[Sequence[str]]) -> dict[str, str]:
    """Alias to the representative of the aliases it is tied to."""
    root = {a: a for a in aliases}
    for members in joins:
        known = [m for m in members if m in root]
        for member in known[1:]:
            old, new = root[member], root[known[0]]
            root = {a: new if r == old else r for a, r in root.items()}
    return root
