"""From a library of documents to the compiled rulebook; every mistake of every file is found in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diagnose.errors import Problem
from diagnose.infer.program import FindingDef, Program, Rule
from diagnose.read.logs.vocabulary import extended, own_names
from diagnose.read.signals.prefilter import has_literals
from diagnose.read.signals.signal import ROW, Coded, Signal
from diagnose.rulebook.alphas import AlphaTable, renamed
from diagnose.rulebook.beliefs import causes, check_pointers, questions, remedies
from diagnose.rulebook.branches import Branch
from diagnose.rulebook.catalogues import coded, required_coded
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.fragments import fragments
from diagnose.rulebook.library import Library
from diagnose.rulebook.literals import required, required_by
from diagnose.rulebook.schema import CatalogueDoc, FindingDoc, SignalDoc
from diagnose.rulebook.switches import notes, switched
from diagnose.rulebook.taken import groups
from diagnose.rulebook.words import FactKind, Words
from diagnose.where import Test

PRIOR_NONE = 0.03
"""Share of incidents that no listed cause explains."""


def compile_library(library: Library) -> tuple[CompiledRulebook, list[Problem]]:
    """The rulebook and all that is wrong; the rulebook is only to be used when no problem is an error."""
    with extended(library.vocabulary):
        return _compile(library)


def _compile(library: Library) -> tuple[CompiledRulebook, list[Problem]]:
    problems = list(library.problems)
    words = Words(library.facts, problems)
    signals = tuple(s for s in (_signal(library, words, name) for name in sorted(library.of("signal"))) if s)
    table = AlphaTable()
    findings, depends = _findings(library, words, table)
    strata = _strata(library, depends, problems)
    check_pointers(library, problems)
    names, alphas, summaries = table.finish()
    program = Program(
        alphas, summaries,
        tuple(renamed(f, names, strata) for f in findings),
        causes(library, problems), remedies(library), questions(library, problems),
        max(strata.values(), default=0) + 1, PRIOR_NONE, library.words,
    )  # fmt: skip
    signals, program = switched(library, signals, program)
    return CompiledRulebook(signals, program, library.packs, notes(library), library.vocabulary), problems


def _signal(library: Library, words: Words, name: str) -> Signal | None:
    entry = library.of("signal")[name]
    doc, document = entry.model, entry.document
    if not isinstance(doc, SignalDoc):
        return None
    sources = words.sources(document, ("from",), doc.from_)
    where = words.tests(document, ("where",), doc.where, None)
    if doc.match is None and not where:
        words.problems.append(
            document.problem((), "R028", f"signal '{name}' would match everything", "give it `match` or `where`")
        )
    pattern = doc.match if doc.match is not None and words.pattern(document, ("match",), doc.match) else None
    named = groups(pattern) if pattern is not None else frozenset()
    kind = words.fact(document, ("fact",), doc.fact)
    if kind is None:
        return None
    for key, value in doc.set.items():
        field = words.field(document, ("set", key), kind, key)
        if field is not None:
            words.value(document, ("set", key), field, value)
    numbers = set()
    for key in doc.take:
        field = words.field(document, ("take", key), kind, key)
        if field is not None and field.type in ("number", "integer"):
            numbers.add(key)
    rows = _coded(library, words, doc, kind)
    unused = named - set(doc.take.values()) - {name for name in named if rows and name.startswith(ROW)}
    if unused:
        message = f"named group {', '.join(sorted(unused))} is taken by nothing"
        words.problems.append(
            document.problem(
                ("match",),
                "R048",
                message,
                "use it in `take`, or give that wording a row of its own",
                severity="warning",
            )
        )
    literals = required_by(where) if pattern is None else required_coded(pattern) if rows else required(pattern)
    return Signal(
        name, doc.title or name, sources, doc.fact, doc.match, where, dict(doc.set), dict(doc.take),
        frozenset(numbers), "denied" if doc.denied else "asserted", literals,
        () if pattern is None or has_literals(literals) else fragments(pattern), rows, _standing(where),
    )  # fmt: skip


def _coded(library: Library, words: Words, doc: SignalDoc, kind: FactKind) -> dict[str, Coded]:
    entry = library.of("catalogue").get(doc.catalogue)
    if entry is None or not isinstance(entry.model, CatalogueDoc):
        return {}
    return coded(doc, entry.model, entry.document, kind, words)


def _standing(where: Iterable[Test]) -> tuple[tuple[str, ...], ...]:
    """Sets of names and texts, one of each of which stands in every record on whose fields the tests hold."""
    out: list[tuple[str, ...]] = []
    for test in where:
        if test.op == "ne" or (test.op == "exists" and not test.value):
            continue
        out += ((name.lower(),) for name in own_names(test.field))
        ways = required_by([test])
        if len(ways) == 1:
            out += ways[0]
        elif ways:
            out.append(tuple(sorted({literal for way in ways for literal in way[0]})))
    return tuple(dict.fromkeys(out))


def _findings(library: Library, words: Words, table: AlphaTable) -> tuple[list[FindingDef], dict[str, set[str]]]:
    out: list[FindingDef] = []
    depends: dict[str, set[str]] = {}
    entries = library.of("finding")
    for name in sorted(entries):
        doc, document = entries[name].model, entries[name].document
        if not isinstance(doc, FindingDoc):
            continue
        for i, key in enumerate(doc.about):
            words.entity(document, ("about", i), key)
        rules: list[Rule] = []
        depends[name] = set()
        for number, body in enumerate(doc.any or [None]):
            branch = Branch(document, doc, words, entries, table)
            branch.add((), doc)
            if body is not None:
                branch.add(("any", number), body)
            rule = branch.rule(number)
            depends[name] |= branch.depends
            rules += [rule] if rule else []
        observable = words.sources(document, ("observable_by",), doc.observable_by)
        out.append(
            FindingDef(
                name,
                doc.title,
                tuple(rules),
                tuple(doc.about),
                doc.background,
                observable,
                doc.settle,
                doc.plain,
                document.pack,
            )
        )
    return out, depends


def _strata(library: Library, depends: Mapping[str, set[str]], problems: list[Problem]) -> dict[str, int]:
    """Per finding the longest path of findings below it; a circle is an error that names its members."""
    strata: dict[str, int] = {}
    reported: set[str] = set()
    for name in sorted(depends):
        for circle in _visit(name, (), depends, strata):
            if not reported & set(circle):
                reported.update(circle)
                way = " -> ".join([*circle, circle[0]])
                document = library.of("finding")[circle[0]].document
                problems.append(
                    document.problem(("id",), "R026", f"findings in a circle: {way}", "cut one of these references")
                )
    return strata


def _visit(
    name: str, path: tuple[str, ...], depends: Mapping[str, set[str]], strata: dict[str, int]
) -> list[tuple[str, ...]]:
    """Give `name` and all below it a stratum; the circles that were met on the way, each from its first member."""
    if name in strata:
        return []
    if name in path:
        return [path[path.index(name) :]]
    below = [d for d in sorted(depends.get(name, ())) if d in depends]
    circles = [circle for d in below for circle in _visit(d, (*path, name), depends, strata)]
    strata[name] = max((strata.get(d, 0) for d in below), default=-1) + 1
    return circles
