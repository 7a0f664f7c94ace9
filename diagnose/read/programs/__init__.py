"""Output of network and host programs, as files or as the transcript of a terminal -> facts.

One module a family of programs. A transcript is split at its prompts (`runs`), and each run goes to the families whose
programs its command line names; without a command, to those that know the output by its shape. Everything says what
was seen, not why. What reads a family is imported when its output is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from diagnose.model import Draft, SourceReport

KIND = "network.probe"
"""The source kind of output that no family says better of."""


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is the output of `ip -j link`, `ip -j route` or `mtr --json`."""
    return _reader(obj) is not None


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of a program's JSON. A snapshot: what it does not show may have been so earlier."""
    found = _reader(obj)
    drafts, kind = (list(found[0](obj, path)), found[1]) if found is not None else ([], KIND)
    records = len(obj) if isinstance(obj, list) else 1
    return drafts, SourceReport(path=path, kind=kind, records=records, facts=len(drafts), clock=path)


def _reader(obj: object) -> tuple[Callable[[Any, str], Iterable[Draft]], str] | None:
    """What reads a parsed JSON value, and the source kind that it is of."""
    if isinstance(obj, dict) and "report" in obj:
        from diagnose.read.programs import paths

        return (paths.read_mtr, KIND) if paths.is_mtr(obj) else None
    first = obj[0] if isinstance(obj, list) and obj else None
    if isinstance(first, dict) and "ifname" in first:
        from diagnose.read.programs import links

        return (links.read_items, links.KIND) if links.is_links(obj) else None
    if isinstance(first, dict) and "dst" in first:
        from diagnose.read.programs import routes

        return (routes.read_rows, routes.KIND) if routes.is_routes(obj) else None
    return None


def claims_text(text: str) -> bool:
    """Whether a text is a transcript in which known programs ran, or output of one that is known by its shape."""
    from diagnose.read.programs import runs
    from diagnose.read.programs.families import TOOLS, families_of

    return any(families_of(run) for run in runs.split(text, "", TOOLS))


def read_text(text: str, path: str, *, pointer: str | None = None) -> tuple[list[Draft], SourceReport]:
    """The facts in the output of programs; a file may hold several runs.

    `pointer` is given when the text stood inside a JSON document; then lines are not counted.
    """
    from diagnose.read.programs import runs
    from diagnose.read.programs.families import TOOLS, families_of, module_of
    from diagnose.read.programs.instants import between

    found = runs.split(text, path, TOOLS, pointer)
    read_by = [(run, [module_of(f) for f in families_of(run)]) for run in found]
    drafts = [draft for run, modules in read_by for module in modules for draft in module.read(run)]
    drafts.extend(between(found))
    kind = next((modules[0].KIND for _, modules in read_by if modules), KIND)
    unknown = sum(1 for _, modules in read_by if not modules)
    lines = text.count("\n") + 1
    report = SourceReport(path=path, kind=kind, records=lines, facts=len(drafts), clock=path, unknown=unknown)
    return drafts, report
