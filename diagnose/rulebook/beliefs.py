"""Causes, remedies and questions: from documents to what scoring, ranking and asking need."""

from __future__ import annotations

from diagnose.errors import Problem
from diagnose.infer.program import CauseDef, Fix, Link, QuestionDef, RemedyDef
from diagnose.model import Cost
from diagnose.rulebook.library import Library
from diagnose.rulebook.loader import Document, Where
from diagnose.rulebook.schema import (
    LIKELIHOOD,
    CatalogueDoc,
    CauseDoc,
    LinkDoc,
    QuestionDoc,
    RemedyDoc,
    StoryDoc,
)
from diagnose.rulebook.words import nearest

UPSTREAM = 0.75
"""Share in which an upstream cause shows what its downstream cause shows: it brings it about mostly."""


def causes(library: Library, problems: list[Problem]) -> tuple[CauseDef, ...]:
    """All causes, with the links that they have through causes downstream of them."""
    defs: dict[str, CauseDef] = {}
    for name, entry in sorted(library.of("cause").items()):
        doc, document = entry.model, entry.document
        if not isinstance(doc, CauseDoc):
            continue
        _check(library, document, problems, doc)
        defs[name] = CauseDef(
            name, doc.title, max(doc.prior, 1e-6), doc.definition, tuple(_link(link) for link in doc.explains),
            tuple(doc.rules_out), tuple(doc.upstream_of), tuple(Fix(r.remedy, r.fixes) for r in doc.remedies),
            doc.verify, doc.short,
        )  # fmt: skip
    backgrounds = {n: e.model.background for n, e in library.of("finding").items() if e.model is not None}
    done: dict[str, tuple[Link, ...]] = {}
    for name in defs:
        _inherit(name, (), defs, done, backgrounds, library, problems)
    return tuple(_with_links(cause, done[name]) for name, cause in defs.items())


def check_pointers(library: Library, problems: list[Problem]) -> None:
    """Stories and rows of catalogues must name causes that exist."""
    known = library.of("cause")
    for entry in library.of("story").values():
        if isinstance(entry.model, StoryDoc) and entry.model.cause not in known:
            name = entry.model.cause
            problems.append(entry.document.problem(("cause",), "R021", f"no cause '{name}'", nearest(name, known)))
    for entry in library.of("catalogue").values():
        for i, row in enumerate(entry.model.rows if isinstance(entry.model, CatalogueDoc) else ()):
            for name in row.points_to.keys() - known.keys():
                place = ("rows", i, "points_to", name)
                problems.append(entry.document.problem(place, "R021", f"no cause '{name}'", nearest(name, known)))


def _with_links(cause: CauseDef, links: tuple[Link, ...]) -> CauseDef:
    return CauseDef(
        cause.id, cause.title, cause.prior, cause.definition, links, cause.rules_out, cause.upstream_of,
        cause.remedies, cause.verify, cause.short,
    )  # fmt: skip


def _link(doc: LinkDoc) -> Link:
    word = doc.seen_when_true
    if isinstance(word, str):
        return Link(doc.finding, LIKELIHOOD[word], doc.group, f"expert, '{word}'")
    return Link(doc.finding, float(word), doc.group, f"expert, {word:g}")


def _check(library: Library, document: Document, problems: list[Problem], doc: CauseDoc) -> None:
    named: list[tuple[Where, str, str, str]] = []
    named += [(("explains", i, "finding"), link.finding, "finding", "R020") for i, link in enumerate(doc.explains)]
    named += [(("rules_out", i), f, "finding", "R020") for i, f in enumerate(doc.rules_out)]
    named += [(("upstream_of", i), c, "cause", "R021") for i, c in enumerate(doc.upstream_of)]
    named += [(("remedies", i, "remedy"), r.remedy, "remedy", "R022") for i, r in enumerate(doc.remedies)]
    for place, name, kind, code in named:
        if name not in library.of(kind):
            problems.append(document.problem(place, code, f"no {kind} '{name}'", nearest(name, library.of(kind))))
    for key, names in (("explains", [e.finding for e in doc.explains]), ("remedies", [r.remedy for r in doc.remedies])):
        for i, name in enumerate(names):
            if name in names[:i]:
                problems.append(document.problem((key, i), "R018", f"'{name}' stands twice in {key}", "keep one"))


def _inherit(
    name: str,
    path: tuple[str, ...],
    defs: dict[str, CauseDef],
    done: dict[str, tuple[Link, ...]],
    backgrounds: dict[str, float],
    library: Library,
    problems: list[Problem],
) -> tuple[Link, ...]:
    """The links of a cause and, weaker, those of the causes that it brings about."""
    if name in done:
        return done[name]
    if name in path:
        circle = " -> ".join([*path[path.index(name) :], name])
        document = library.of("cause")[name].document
        problems.append(
            document.problem(("upstream_of",), "R027", f"causes upstream of each other: {circle}", "cut one", key=True)
        )
        return ()
    links = {link.finding: link for link in defs[name].links}
    own = set(links)
    for downstream in defs[name].upstream_of:
        if downstream not in defs:
            continue
        for link in _inherit(downstream, (*path, name), defs, done, backgrounds, library, problems):
            p = max(backgrounds.get(link.finding, 0.05), UPSTREAM * link.p)
            if link.finding not in own and (link.finding not in links or links[link.finding].p < p):
                links[link.finding] = Link(link.finding, p, link.group, f"through {downstream}")
    done[name] = tuple(sorted(links.values(), key=lambda link: link.finding))
    return done[name]


def remedies(library: Library) -> tuple[RemedyDef, ...]:
    """All remedies."""
    out = []
    for name, entry in sorted(library.of("remedy").items()):
        doc = entry.model
        if isinstance(doc, RemedyDoc):
            cost = Cost(doc.cost.minutes, doc.cost.risk, doc.cost.reversible, doc.cost.drops_calls)
            out.append(
                RemedyDef(
                    name,
                    doc.title,
                    doc.does,
                    cost,
                    tuple(doc.steps),
                    doc.where,
                    doc.breaks,
                    tuple(doc.rollback),
                    tuple(doc.verify),
                )
            )
    return tuple(out)


def questions(library: Library, problems: list[Problem]) -> tuple[QuestionDef, ...]:
    """All questions; each must ask for a finding that exists."""
    out = []
    for name, entry in sorted(library.of("question").items()):
        doc = entry.model
        if not isinstance(doc, QuestionDoc):
            continue
        if doc.asks not in library.of("finding"):
            hint = nearest(doc.asks, library.of("finding"))
            problems.append(entry.document.problem(("asks",), "R020", f"no finding '{doc.asks}'", hint))
        out.append(QuestionDef(name, doc.asks, doc.text, doc.how, dict(doc.answers), doc.cost.minutes, doc.topic))
    return tuple(out)
