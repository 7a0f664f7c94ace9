"""All documents of all packs, gathered: files read, tables spread out, overrides applied, ids unique."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.infer.words import WordTable
from diagnose.model import PackInfo
from diagnose.read.logs.vocabulary import Vocabulary
from diagnose.rulebook.catalogues import signals_of, with_codes
from diagnose.rulebook.files import WORDS, RuleFile
from diagnose.rulebook.lexicon import TermError, expand
from diagnose.rulebook.loader import Document, Where, load_documents, read_source
from diagnose.rulebook.logtables import TABLES, log_tables
from diagnose.rulebook.overrides import Change, apply_overrides
from diagnose.rulebook.packs import find_packs
from diagnose.rulebook.shape import validate
from diagnose.rulebook.switches import Key, Off, switch
from diagnose.rulebook.words import FactKind, nearest, read_dictionary

DICTIONARY = "facts.yaml"
KINDS = ("signal", "finding", "cause", "remedy", "question", "story", "catalogue", "test")


class Entry(msgspec.Struct):
    """A document and its validated model."""

    document: Document
    model: Any


class Library(msgspec.Struct):
    """What the documents say, by kind and id, before anything is compiled; and what is wrong so far.

    `changes` is what overrides made different, `off` what is switched off, `trials` what is experimental, `vocabulary`
    what packs add to the names of fields and the forms of lines in logs, `folders` where packs lie, by id.
    `built_in_facts` are the kinds of the first dictionary: readers know them; those of packs only signals make.
    """

    facts: dict[str, FactKind] = {}
    entries: dict[str, dict[str, Entry]] = {}
    packs: tuple[PackInfo, ...] = ()
    problems: list[Problem] = []
    files: int = 0
    documents: int = 0
    words: WordTable = WordTable()
    changes: list[Change] = []
    off: dict[Key, Off] = {}
    trials: frozenset[Key] = frozenset()
    built_in_facts: frozenset[str] = frozenset()
    vocabulary: Vocabulary = Vocabulary()
    folders: dict[str, str] = {}

    def of(self, kind: str) -> dict[str, Entry]:
        """Entries of one kind by id (tests: by name)."""
        return self.entries.get(kind, {})


Kept = dict[RuleFile, tuple[list[Document], list[Problem]]]
"""What files held when they were read last."""


def gather(files: Sequence[RuleFile], *, experimental: bool = True, kept: Kept | None = None) -> Library:
    """Read and validate `files`; nothing raises, every mistake is in `problems`.

    Rules that are experimental and that nothing enables are off without `experimental`. Files that are in `kept` as
    they are are not read again, and what was read is put there.
    """
    library = Library({}, {kind: {} for kind in KINDS}, (), [], len(files))
    documents: list[Document] = []
    for file in files:
        if file.name == WORDS:
            _read_words(library, file)
            continue
        found, problems = _documents(file, kept)
        library.problems += problems
        library.documents += len(found)
        for document in found:
            if file.name == DICTIONARY and "kind" not in document.data:
                library.problems += read_dictionary(document, library.facts)
                library.built_in_facts = library.built_in_facts or frozenset(library.facts)
            else:
                document.pack = file.folder
                documents += spread(document, library.problems)
                if document.data.get("kind") == "catalogue":
                    documents += signals_of(document, library.problems)
    packs, repeated = find_packs(documents, files, library.problems)
    documents = [d for d in documents if d.pack not in repeated]
    plain, library.changes = apply_overrides(documents, library.problems)
    terms = _terms(plain, library.problems)
    catalogues = {d.name: d for d in plain if d.kind == "catalogue"}
    for document in plain:
        if document.kind == "signal":
            _expand(document, terms, catalogues, library.problems)
        if document.kind not in ("pack", "lexicon", "switch", *TABLES):
            document.pack = packs[document.pack].id if document.pack in packs else document.pack
            _enter(library, document)
    library.folders = {pack.id: folder for folder, pack in packs.items()}
    library.packs = tuple(sorted(packs.values(), key=lambda p: p.id))
    library.vocabulary = log_tables([d for d in plain if d.kind in TABLES], library.problems)
    switch(library, [d for d in plain if d.kind == "switch"], experimental=experimental)
    return library


def _documents(file: RuleFile, kept: Kept | None) -> tuple[list[Document], list[Problem]]:
    """The documents of a file, whose data may be laid over with other values, and what is wrong with its YAML."""
    if kept is not None and file in kept:
        found, problems = kept[file]
    else:
        source = read_source(Path(file.shown), file.shown, file.raw)
        found, problems = ([], [source]) if isinstance(source, Problem) else load_documents(source)
        if kept is None:
            return found, problems
        kept[file] = found, problems
    return [Document(dict(d.data), d.roots, d.pack) for d in found], problems


def _read_words(library: Library, file: RuleFile) -> None:
    try:
        library.words = msgspec.json.decode(file.raw, type=WordTable)
    except msgspec.MsgspecError as error:
        hint = "make it anew: diagnose rules learn-words"
        library.problems.append(Problem(file.shown, 0, 0, "R002", f"not a table of words: {error}", hint))


def spread(document: Document, problems: list[Problem]) -> list[Document]:
    """A `signals` table as one document a row, each row laid over the defaults; other documents as they are."""
    if document.data.get("kind") != "signals":
        return [document]
    for key in document.data:
        if key not in ("kind", "defaults", "rows", "note"):
            hint = nearest(key, ("defaults", "rows", "note"))
            problems.append(document.problem((key,), "R007", f"unknown key '{key}'", hint, key=True))
    defaults, rows = document.data.get("defaults") or {}, document.data.get("rows")
    if not isinstance(defaults, dict) or not isinstance(rows, list) or not rows:
        problems.append(document.problem((), "R008", "a signals table needs a list `rows` and a mapping `defaults`"))
        return []
    out = []
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            problems.append(document.problem(("rows", i), "R009", "a row must be a mapping"))
            continue
        out.append(document.part({"kind": "signal", **_laid_over(defaults, row)}, ("rows", i), ("defaults",)))
    return out


def _laid_over(defaults: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The row over the defaults; the mappings `set`, `take` and `where` are joined key by key."""
    out = {**defaults, **row}
    for key in ("set", "take", "where"):
        if isinstance(defaults.get(key), dict) and isinstance(row.get(key), dict):
            out[key] = {**defaults[key], **row[key]}
    return out


def _enter(library: Library, document: Document) -> None:
    model, problems = validate(document)
    kind = document.kind
    name = document.name or _unnamed(document)
    if kind in library.entries and name:
        place: Where = ("name",) if kind == "test" else ("id",)
        first = library.entries[kind].get(name)
        if first is not None:
            mark = first.document.mark(place)
            hint = f"first in {mark.source.path}:{mark.line}; change it with `override: {name}`"
            problems.append(document.problem(place, "R018", f"{kind} '{name}' is defined twice", hint))
        else:
            library.entries[kind][name] = Entry(document, model)
    library.problems += problems


def _terms(documents: Sequence[Document], problems: list[Problem]) -> dict[str, list[str]]:
    """All terms of all lexicons: a term that several packs define has the wordings of all of them."""
    terms: dict[str, list[str]] = {}
    lexicons = [d for d in documents if d.kind == "lexicon"]
    for document in lexicons:
        model, wrong = validate(document)
        problems += wrong
        for name, wordings in model.terms.items() if model is not None else ():
            terms.setdefault(name, []).extend(wordings)
    for document in lexicons:
        for name in document.data.get("terms") or {}:
            _expanded(document, ("terms", name), f"{{{name}}}", terms, problems)
    return terms


def _expand(
    document: Document, terms: dict[str, list[str]], catalogues: dict[str, Document], problems: list[Problem]
) -> None:
    pattern = document.data.get("match")
    if isinstance(pattern, str):
        catalogue = catalogues.get(str(document.data.get("catalogue")))
        if catalogue is not None:
            pattern = with_codes(pattern, catalogue)
        document.data["match"] = _expanded(document, ("match",), pattern, terms, problems)


def _expanded(
    document: Document, place: Where, pattern: str, terms: dict[str, list[str]], problems: list[Problem]
) -> str:
    try:
        return expand(pattern, terms)
    except TermError as error:
        problems.append(document.problem(place, "R033", str(error), nearest(error.name, terms)))
        return pattern


def _unnamed(document: Document) -> str:
    """A name for a document that has no id: a story is called by its cause and place, since a cause may have many."""
    if document.kind != "story":
        return ""
    start = document.start
    return f"{document.data.get('cause')} {start.source.path}:{start.line}"
