"""New packs, findings and causes with their tests, from a few words of their author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from diagnose.errors import RulebookError, UsageError
from diagnose.model import ENTITY_KEYS
from diagnose.read.signals.signal import LOG_KINDS
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.drafts import Draft, check_id, rendered
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import Library, gather
from diagnose.rulebook.ruletest import ENGINES, Runner, run_case
from diagnose.rulebook.schema import TestDoc, milliseconds
from diagnose.rulebook.testcase import build_cases
from diagnose.rulebook.words import FactKind, nearest

BACKGROUND = 0.01
"""How often a new finding is seen without its cause: rarely, since it is the site's own."""
PRIOR = 0.005
"""Share of incidents that a new cause explains, until somebody counts them."""


class Seen(msgspec.Struct, frozen=True):
    """What a finding looks for: a kind of fact with fields of these values; `then` another, at most `within` later."""

    fact: str
    where: dict[str, Any] = {}
    then: str = ""
    then_where: dict[str, Any] = {}
    within: str = "5m"
    join: tuple[str, ...] = ()


def known(name: str, kind: str, library: Library) -> str:
    """`name`, when such a document (or `fact`) exists. Raises UsageError with the nearest name when not."""
    names = library.facts if kind == "fact" else library.of(kind)
    if name not in names:
        listing = "diagnose knowledge facts" if kind == "fact" else f"diagnose rules list --kind {kind}"
        raise UsageError(f"no {kind} '{name}'  {nearest(name, names, listing)}")
    return name


def free(name: str, kind: str, library: Library) -> None:
    """Raises UsageError when the name is no id, or a document of this kind has it already."""
    check_id(name)
    if name in library.of(kind):
        start = library.of(kind)[name].document.start
        raise UsageError(f"{kind} '{name}' exists in {start.source.path}:{start.line}; give another --id")


def pack(name: str, title: str, owner: str) -> str:
    """The text of a `pack.yaml`."""
    document = {"kind": "pack", "id": name, "version": "0.1.0", "title": title, "owner": owner}
    return rendered([{**{k: v for k, v in document.items() if v}, "maturity": "stable"}])


def finding(name: str, title: str, seen: Seen, library: Library, cause: str = "", likely: str = "usually") -> Draft:
    """A finding with a test in which it is seen and a near miss; linked to `cause` where one is named."""
    documents: list[dict[str, Any]] = [_finding(name, title, seen)]
    if cause:
        known(cause, "cause", library)
        link = {"finding": name, "seen_when_true": _likely(likely)}
        documents.append(
            {
                "override": cause,
                "kind": "cause",
                "add": {"explains": [link]},
                "because": f"{title[:1].lower()}{title[1:]}: this speaks for it",
            }
        )
    return Draft("finding", name, tuple(documents), tuple(_tests(name, seen, library)))


def _finding(name: str, title: str, seen: Seen) -> dict[str, Any]:
    match: dict[str, Any] = {"first": _pattern(seen.fact, seen.where)}
    document: dict[str, Any] = {"kind": "finding", "id": name, "title": title, "background": BACKGROUND, "match": match}
    if seen.then:
        match["second"] = _pattern(seen.then, seen.then_where)
        document["join"] = {key: ["first", "second"] for key in seen.join}
        document["sequence"] = [{"after": "first", "then": "second", "within": seen.within}]
    return document


def _pattern(fact: str, where: Mapping[str, Any]) -> dict[str, Any]:
    return {"fact": fact, "where": dict(where)} if where else {"fact": fact}


def _tests(name: str, seen: Seen, library: Library) -> list[dict[str, Any]]:
    """One test in which the finding is seen, one in which it is not: too late, of another kind, or denied."""
    first = _event(seen.fact, seen.where, "+0s", library, seen.join)
    events, change = [first], {"match": {"fact": seen.fact}, "set": _other(seen.fact, seen.where, library)}
    if seen.then:
        allowed = milliseconds(seen.within) // 1000
        events.append(_event(seen.then, seen.then_where, f"+{max(1, allowed // 2)}s", library, seen.join))
        change = {"match": {"at": events[1]["at"]}, "set": {"at": f"+{allowed * 2 + 60}s"}}
    sources = list(dict.fromkeys(e["source"] for e in events))
    told = f"{name} is seen"
    return [
        {"kind": "test", "name": told, "sources": sources, "events": events, "expect": {"findings": [name]}},
        {
            "kind": "test",
            "name": f"near miss, {name} is not seen" + (" when the second comes too late" if seen.then else ""),
            "like": told,
            "change": [change],
            "expect": {"not_findings": [name]},
        },
    ]


def _event(fact: str, where: Mapping[str, Any], at: str, library: Library, join: Sequence[str]) -> dict[str, Any]:
    kind = library.facts[known(fact, "fact", library)]
    shown = [s for s in kind.sources if s in LOG_KINDS] or list(kind.sources) or ["edge.log"]
    about = {key: f"{key}-1" for key in join if key not in where}
    return {"at": at, "source": shown[0], "fact": fact, **where, **about}


def _other(fact: str, where: Mapping[str, Any], library: Library) -> dict[str, Any]:
    """What makes another fact of the one that is looked for."""
    kind: FactKind = library.facts[fact]
    for name, value in where.items():
        field = kind.fields.get(name)
        if field is not None and field.type == "word":
            return {name: next((v for v in field.values if v != value), value)}
        if field is not None and field.type == "boolean":
            return {name: not value}
        if field is not None and isinstance(value, int | float):
            return {name: value + 1}
        if name in ENTITY_KEYS or (field is not None and field.type == "text"):
            return {name: "another"}
    return {"denied": True}


def cause(name: str, title: str, seen: Seen | None, found: str, library: Library, steps: Sequence[str]) -> Draft:
    """A cause with its finding (a new one by `seen`, or the known one `found`), a remedy, a test and a near miss."""
    shown = known(found, "finding", library) if seen is None else f"{name}_seen"
    remedy = f"{name.replace('.', '-').replace('_', '-')}-mend"
    documents: list[dict[str, Any]] = [] if seen is None else [_finding(shown, f"{title} (seen)", seen)]
    documents.append(
        {
            "kind": "cause",
            "id": name,
            "title": title,
            "prior": PRIOR,
            "explains": [{"finding": shown, "seen_when_true": "usually"}],
            "remedies": [{"remedy": remedy, "fixes": 0.8}],
        }
    )
    documents.append(
        {"kind": "remedy", "id": remedy, "title": f"Mend it: {title}", "does": "removes", "steps": list(steps)}
    )
    if seen is not None:
        tests = _tests(shown, seen, library)
        tests[0] |= {"name": f"{name} is the cause", "expect": {"findings": [shown], "cause": {"is": name}}}
        tests[1] |= {"name": f"near miss, {name} is not the cause", "like": tests[0]["name"]}
        tests[1]["expect"] = {"not_findings": [shown], "not_causes": [name]}
    else:
        like = _shows(shown, library)
        tests = [{"kind": "test", "name": f"{name} is considered", "like": like, "expect": {"findings": [shown]}}]
    return Draft("cause", name, tuple(documents), tuple(tests))


def _shows(name: str, library: Library) -> str:
    for test, entry in library.of("test").items():
        if isinstance(entry.model, TestDoc) and name in entry.model.expect.findings and not entry.model.known_gap:
            return test
    raise UsageError(f"no test shows the finding '{name}' yet; give --fact instead of --finding")


def _likely(word: str) -> str | float:
    try:
        return float(word)
    except ValueError:
        return word


def tried(draft: Draft, files: Sequence[RuleFile], folder: str, runner: Runner) -> Draft:
    """The draft, when it and its tests hold beside all that is known; `folder` is that of its pack.

    Where another cause leads, the test says no more than which finding is seen.
    Raises RulebookError when a document is wrong, UsageError when a test fails.
    """
    failures = _failures(draft, files, folder, runner)
    if failures and any("cause" in t["expect"] for t in draft.tests):
        weaker = [{**t, "expect": {k: v for k, v in t["expect"].items() if k != "cause"}} for t in draft.tests]
        comment = f"Another cause leads on this evidence alone: {failures[0].splitlines()[-1].strip()}"
        draft = msgspec.structs.replace(draft, tests=tuple(weaker), comments=(*draft.comments, comment))
        failures = _failures(draft, files, folder, runner)
    if failures:
        raise UsageError("what would be written does not pass its own test, so nothing is written\n" + failures[0])
    return draft


def _failures(draft: Draft, files: Sequence[RuleFile], folder: str, runner: Runner) -> list[str]:
    new = [RuleFile(f"{draft.kind}-{draft.id}.yaml", folder, draft.whole().encode())]
    library = gather([*files, *new])
    book, problems = compile_library(library)
    cases, more = build_cases(library)
    errors = {p for p in [*problems, *more] if p.severity == "error"}
    if errors:
        raise RulebookError(list(errors))
    own = [case for case in cases if case.path == new[0].shown]
    return [failure for case in own for failure in run_case(case, book, runner, ENGINES).result.failures]
