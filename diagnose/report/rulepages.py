"""A page of Markdown for every cause, finding, signal and remedy, linked with each other, and an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from diagnose.errors import UsageError
from diagnose.explain.words import percent
from diagnose.infer.program import FINDING, Alpha, FindingDef
from diagnose.infer.scales import scales_of
from diagnose.report.pageparts import (
    FOLDERS,
    MARK,
    Examples,
    Ways,
    brought,
    cell,
    code,
    fenced,
    place,
    table,
    titles,
    weights,
)
from diagnose.report.rulegraph import condition, may_make
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.library import Library
from diagnose.rulebook.matrix import Matrix
from diagnose.rulebook.testcase import build_cases

RIVALS = 3
MOST_SIGNALS = 12


class Pages:
    """All pages of a rulebook; with `packs` only those of these packs, and links only to them."""

    def __init__(self, library: Library, book: CompiledRulebook, packs: Sequence[str] = ()) -> None:
        unknown = sorted(set(packs) - {p.id for p in library.packs})
        if unknown:
            known = ", ".join(p.id for p in library.packs)
            raise UsageError(f"no pack '{unknown[0]}'; there are {known}")
        self.library, self.program = library, book.program
        self.scales, self.matrix, self.ways = scales_of(book.program), Matrix(book.program), Ways(book.program)
        self.examples = Examples(build_cases(library)[0])
        self.brought = brought(library)
        self.signals = {s.id: s for s in book.signals}
        self.findings = {f.id: f for f in book.program.findings}
        self.causes = {c.id: c for c in book.program.causes}
        self.asked: dict[str, list[str]] = defaultdict(list)
        for name, entry in library.of("question").items():
            self.asked[entry.model.asks].append(name)
        compiled: dict[str, Mapping[str, object]] = {
            "signal": self.signals, "finding": self.findings, "cause": self.causes,
            "remedy": {r.id: r for r in book.program.remedies},
        }  # fmt: skip
        self.names = {
            kind: [n for n, e in sorted(library.of(kind).items())
                   if n in compiled[kind] and (not packs or e.document.pack in packs)]
            for kind in FOLDERS
        }  # fmt: skip
        self.alphas: dict[str, list[Alpha]] = {
            f.id: list(dict.fromkeys(a for rule in f.rules for a in self.ways.asked(rule)))
            for f in book.program.findings
        }
        self.makers: dict[Alpha, list[str]] = {}
        self.used: dict[str, list[str]] = defaultdict(list)
        for finding in book.program.findings:
            for alpha in self.alphas[finding.id]:
                for signal in self.made_by(alpha):
                    self.used[signal] += [finding.id] if finding.id not in self.used[signal] else []

    def made_by(self, alpha: Alpha) -> list[str]:
        """The signals that may make the fact that an alpha asks for."""
        if alpha.kind.startswith(FINDING):
            return []
        if alpha not in self.makers:
            self.makers[alpha] = [s.id for s in self.signals.values() if may_make(s, alpha)]
        return self.makers[alpha]

    def all(self) -> Iterator[tuple[str, str]]:
        """Every page: its path below the folder of pages, and its text."""
        makers = {"cause": self._cause, "finding": self._finding, "signal": self._signal, "remedy": self._remedy}
        yield "index.md", self._text(self._index())
        for kind, make in makers.items():
            for name in self.names[kind]:
                yield f"{FOLDERS[kind]}/{name}.md", self._text([*self._head(kind, name), *make(name)])

    def _text(self, lines: list[str]) -> str:
        return "\n".join([MARK, *lines]) + "\n"

    def link(self, kind: str, name: str, up: str = "../") -> str:
        """A link to the page of a rule, from a page in a folder; the bare name where there is no such page."""
        return f"[{code(name)}]({up}{FOLDERS[kind]}/{name}.md)" if name in self.names[kind] else code(name)

    def _head(self, kind: str, name: str) -> list[str]:
        entry = self.library.of(kind)[name]
        off = self.library.off.get((kind, name))
        out = [f"# {cell(getattr(entry.model, 'title', '') or name)}", ""]
        out.append(f"{kind.capitalize()} {code(name)} of pack {code(entry.document.pack)}, in {code(place(entry))}. "
                   "[All rules](../index.md)")  # fmt: skip
        out += ["", f"It is switched off: {cell(off.why)}."] if off else []
        note = getattr(entry.model, "note", "")
        return [*out, "", cell(note)] if note else out

    def _index(self) -> list[str]:
        there = {kind: folder for kind, folder in FOLDERS.items() if self.names[kind]}
        numbers = ", ".join(f"{len(self.names[k])} {f if len(self.names[k]) > 1 else k}" for k, f in there.items())
        lines = ["# Rules", "", f"{numbers or 'No rule'}. `diagnose rules docs` writes these pages anew."]
        for kind, folder in there.items():
            lines += ["", f"## {folder.capitalize()}"]
            named = titles(self.library, kind)
            lines += table(
                (kind, "what it says", "pack"),
                ((self.link(kind, n, ""), cell(named[n]), cell(self.library.of(kind)[n].document.pack))
                 for n in self.names[kind]),
            )  # fmt: skip
        return lines

    def _cause(self, name: str) -> list[str]:
        cause = self.causes[name]
        scale = next(s for s in self.scales.causes if s.cause.id == name)
        out = ["", cell(cause.definition)] if cause.definition else []
        out += ["", f"Base rate: {percent(cause.prior)} of incidents."]
        out += [
            "",
            "## What speaks for and against it",
            "",
            "Strongest first. When seen, when not: what it does to the odds.",
        ]
        rows = []
        for item in scale.links:
            finding = self.findings.get(item.link.finding)
            watched = finding is not None and bool(finding.observable_by)
            common = percent(self.scales.background.get(item.link.finding, 0.05))
            first, *rest = weights(item, watched, self.brought.get((item.link.finding, name), ""))
            rows.append([self.link("finding", item.link.finding), first, common, *rest])
        out += table(("finding", "seen when true", "in all", "when seen", "when not", "origin"), rows)
        for verb, kind, names in (
            ("Ruled out by", "finding", cause.rules_out), ("Brings about", "cause", cause.upstream_of)
        ):  # fmt: skip
            out += ["", f"{verb}: {', '.join(self.link(kind, n) for n in names)}."] if names else []
        out += ["", "## Hardest to tell from it", ""]
        for pair in self.matrix.rivals(name)[:RIVALS]:
            by = ", ".join(self.link("finding", s.finding) for s in pair.by[:3]) or "nothing"
            out.append(f"- {self.link('cause', pair.second)}: told apart by {by}")
        out += ["", "## Remedies"] if cause.remedies else []
        fixes = sorted(cause.remedies, key=lambda fix: (-fix.p, fix.remedy))
        named = titles(self.library, "remedy")
        out += table(
            ("remedy", "what to do", "ends it in"),
            ((self.link("remedy", f.remedy), cell(named.get(f.remedy, "")), percent(f.p)) for f in fixes),
        )
        out += ["", f"To make sure: {cell(cause.verify)}"] if cause.verify else []
        return out + self.examples.lines("cause", name, "it wins")

    def _finding(self, name: str) -> list[str]:
        finding = self.findings[name]
        out = ["", cell(finding.plain)] if finding.plain else []
        out += ["", "## What it sees", ""]
        for number, rule in enumerate(finding.rules, 1):
            out += [f"Way {number}:", ""] if len(finding.rules) > 1 else []
            out += [*self.ways.lines(rule), ""]
        out += self._sources(finding)
        on = self.scales.on.get(name, {})
        out += ["", "## What it says about causes"]
        out += table(
            ("cause", "seen when true", "when seen", "when not", "origin"),
            ([self.link("cause", c), *weights(on[c], bool(finding.observable_by), self.brought.get((name, c), ""))]
             for c in sorted(on, key=lambda c: (-on[c].tells, c))),
        ) or ["", "No cause weighs it."]  # fmt: skip
        ruled = [c.id for c in self.causes.values() if name in c.rules_out]
        out += ["", f"Rules out: {', '.join(self.link('cause', c) for c in ruled)}."] if ruled else []
        above = [f for f, alphas in self.alphas.items() if any(a.kind == FINDING + name for a in alphas)]
        out += ["", f"Part of: {', '.join(self.link('finding', f) for f in above)}."] if above else []
        questions = [self.library.of("question")[q].model for q in self.asked.get(name, ())]
        out += ["", "## How a person is asked", ""] if questions else []
        out += [f"- {cell(q.text)}" + (f" ({cell(q.how)})" if q.how else "") for q in questions]
        return out + self.examples.lines("finding", name, "matches")

    def _sources(self, finding: FindingDef) -> list[str]:
        signals = list(dict.fromkeys(s for a in self.alphas[finding.id] for s in self.made_by(a)))
        below = [a.kind.removeprefix(FINDING) for a in self.alphas[finding.id] if a.kind.startswith(FINDING)]
        out = []
        if below:
            out += [f"Stands on: {', '.join(self.link('finding', f) for f in dict.fromkeys(below))}.", ""]
        if signals:
            more = f" and {len(signals) - MOST_SIGNALS} more" if len(signals) > MOST_SIGNALS else ""
            out += [f"Signals: {', '.join(self.link('signal', s) for s in signals[:MOST_SIGNALS])}{more}.", ""]
        out.append(f"Seen in {percent(finding.background)} of incidents that no listed cause explains.")
        if finding.observable_by:
            sources = ", ".join(code(s) for s in finding.observable_by)
            out += ["", f"It counts as not seen where one of these was watching: {sources}."]
        else:
            out += ["", "No source proves that it did not happen: without it, it is unknown."]
        return out

    def _signal(self, name: str) -> list[str]:
        signal, entry = self.signals[name], self.library.of("signal")[name]
        out = ["", f"Read from {', '.join(code(s) for s in signal.sources)}."]
        out += ["", "## What it sees", ""]
        out += [f"- a record with {code(condition(t))}" for t in signal.where]
        out += ["", *fenced(signal.match)] if signal.match is not None else []
        if signal.coded:
            out += ["", f"with any of {len(signal.coded)} spellings of codes: `diagnose knowledge codes "
                    f"{entry.model.catalogue}`."]  # fmt: skip
        denied = ", denied" if signal.polarity == "denied" else ""
        out += ["", f"## The fact it makes: {code(signal.fact)}{denied}", ""]
        out += [f"- {code(k)} is {code(str(v))}" for k, v in signal.set.items()]
        out += [f"- {code(k)} is what {code(v)} holds" for k, v in signal.take.items()]
        used = self.used.get(name, [])
        out += ["", "## Findings that may see it", ""]
        out += [f"- {self.link('finding', f)} {cell(self.findings[f].title)}" for f in used] or ["None."]
        examples = entry.model.examples
        for head, texts in (("Example that matches", examples.match), ("Near miss that does not", examples.not_)):
            out += ["", f"## {head}", ""]
            out += fenced("\n".join(texts)) if texts else ["No example is given."]
        return out

    def _remedy(self, name: str) -> list[str]:
        doc = self.library.of("remedy")[name].model
        words = [f"{doc.cost.minutes:g} min", f"{doc.cost.risk} risk"]
        words += ["reversible" if doc.cost.reversible else "not reversible"]
        words += ["drops calls" if doc.cost.drops_calls else "keeps calls"]
        out = ["", f"It {doc.does} the cause: {', '.join(words)}."]
        out += ["", f"Where: {cell(doc.where)}"] if doc.where else []
        out += ["", f"What it breaks: {cell(doc.breaks)}"] if doc.breaks else []
        for head, steps in (("Steps", doc.steps), ("How to undo it", doc.rollback), ("How to check it", doc.verify)):
            out += ["", f"## {head}", "", *(f"{i}. {cell(s)}" for i, s in enumerate(steps, 1))] if steps else []
        fixed = [(fix.p, c) for c in self.causes.values() for fix in c.remedies if fix.remedy == name]
        rows = sorted(fixed, key=lambda t: (-t[0], t[1].id))
        out += ["", "## Causes that it ends"]
        shown = ((self.link("cause", c.id), cell(c.title), percent(p)) for p, c in rows)
        return out + (table(("cause", "what it is", "in"), shown) or ["", "None."])


def write(pages: Pages, folder: Path) -> int:
    """Write all pages into `folder`, take out pages of rules that are gone, and give how many there are.

    Raises UsageError when a file cannot be written.
    """
    written = set()
    try:
        for name in FOLDERS.values():
            (folder / name).mkdir(parents=True, exist_ok=True)
        for path, text in pages.all():
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
            written.add(folder / path)
        for name in FOLDERS.values():
            for left in {*(folder / name).glob("*.md")} - written:
                with left.open(encoding="utf-8", errors="replace") as file:
                    stale = file.readline().startswith(MARK)
                if stale:
                    left.unlink()
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be written: {error.strerror}; choose another -o DIR") from error
    return len(written)
