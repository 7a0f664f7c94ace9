"""All documents of all packs, gathered: files read, tables spread out, overrides applied, ids unique."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.infer.words import WordTable
from diagnose.model import PackInfo
from diagnose.rulebook.catalogues import signals_of, with_codes
from diagnose.rulebook.files import WORDS, RuleFile
from diagnose.rulebook.lexicon import TermError, expand
from diagnose.rulebook.loader import Document, Where, load_documents, read_source
from diagnose.rulebook.schema import OverrideDoc
from diagnose.rulebook.shape import validate
from diagnose.rulebook.words import FactKind, nearest, read_dictionary

DICTIONARY = "facts.yaml"
KINDS = ("signal", "finding", "cause", "remedy", "question", "story", "catalogue", "test")


class Entry(msgspec.Struct):
    """A document and its validated model."""

    document: Document
    model: Any


class Library(msgspec.Struct):
    """What the documents say, by kind and id, before anything is compiled; and what is wrong so far."""

    facts: dict[str, FactKind] = {}
    entries: dict[str, dict[str, Entry]] = {}
    packs: tuple[PackInfo, ...] = ()
    problems: list[Problem] = []
    files: int = 0
    documents: int = 0
    words: WordTable = WordTable()

    def of(self, kind: str) -> dict[str, Entry]:
        """Entries of one kind by id (tests: by name)."""
        return self.entries.get(kind, {})


def gather(files: Sequence[RuleFile]) -> Library:
    """Read and validate `files`; nothing raises, every mistake is in `problems`."""
    library = Library({}, {kind: {} for kind in KINDS}, (), [], len(files))
    documents: list[Document] = []
    for file in files:
        if file.name == WORDS:
            _read_words(library, file)
            continue
        source = read_source(Path(file.shown), file.shown, file.raw)
        if isinstance(source, Problem):
            library.problems.append(source)
            continue
        found, problems = load_documents(source)
        library.problems += problems
        library.documents += len(found)
        for document in found:
            if file.name == DICTIONARY and "kind" not in document.data:
                library.problems += read_dictionary(document, library.facts)
            else:
                document.pack = file.folder
                documents += spread(document, library.problems)
                if document.data.get("kind") == "catalogue":
                    documents += signals_of(document, library.problems)
    overrides = [d for d in documents if d.kind == "override"]
    plain = [d for d in documents if d.kind != "override"]
    for override in overrides:
        _override(override, plain, library.problems)
    packs = _packs(plain, files, library.problems)
    terms = _terms(plain, library.problems)
    catalogues = {d.name: d for d in plain if d.kind == "catalogue"}
    for document in plain:
        if document.kind == "signal":
            _expand(document, terms, catalogues, library.problems)
        if document.kind not in ("pack", "lexicon"):
            document.pack = packs[document.pack].id if document.pack in packs else document.pack
            _enter(library, document)
    library.packs = tuple(sorted(packs.values(), key=lambda p: p.id))
    return library


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


def _packs(documents: Sequence[Document], files: Sequence[RuleFile], problems: list[Problem]) -> dict[str, PackInfo]:
    """A pack per folder: named by its pack.yaml, else by the folder."""
    hashes: dict[str, Any] = {}
    for file in files:
        hashes.setdefault(file.folder, hashlib.sha256()).update(file.raw)
    versions: dict[str, tuple[str, str]] = {}
    requires: list[tuple[Document, list[str]]] = []
    for document in documents:
        if document.kind == "pack":
            model, wrong = validate(document)
            problems += wrong
            if model is not None:
                versions[document.pack] = (model.id, model.version)
                requires.append((document, model.requires))
    packs = {}
    for folder, digest in hashes.items():
        name, version = versions.get(folder, (Path(folder).name, "0"))
        packs[folder] = PackInfo(name, version, digest.hexdigest())
    known = {p.id for p in packs.values()}
    for document, names in requires:
        for i, name in enumerate(names):
            if name not in known:
                message = f"pack '{name}' is required and not loaded"
                problems.append(document.problem(("requires", i), "R031", message, nearest(name, known)))
    return packs


def _override(override: Document, documents: Sequence[Document], problems: list[Problem]) -> None:
    model, wrong = validate(override)
    problems += wrong
    if not isinstance(model, OverrideDoc):
        return
    targets = [d for d in documents if d.name == model.override and model.kind in (None, d.kind)]
    if not targets:
        hint = nearest(model.override, {d.name for d in documents})
        problems.append(override.problem(("override",), "R019", f"nothing is called '{model.override}'", hint))
    elif len(targets) > 1:
        kinds = ", ".join(sorted(d.kind for d in targets))
        message = f"'{model.override}' is the id of several documents ({kinds})"
        problems.append(override.problem(("override",), "R019", message, "say which with `kind:`"))
    else:
        targets[0].data = copy.deepcopy(targets[0].data)  # rows of a table share their defaults
        for path, value in model.set.items():
            mark = override.mark(("set", path), key=True)
            if not _set(targets[0], path, value, override, ("set", path)):
                message = f"'{model.override}' has nothing at '{path}'"
                problems.append(mark.problem("R019", message, "show it: diagnose rules show " + model.override))


def _set(document: Document, path: str, value: Any, override: Document, origin: Where) -> bool:
    """Put `value` at the dotted `path` of a document; whether there is such a place."""
    current: Any = document.data
    place: Where = ()
    rest = path
    while True:
        part = _step(current, rest)
        if part is None:
            if not isinstance(current, dict) or "." in rest:
                return False
            part = (rest, "")
        key, rest = part
        if not rest:
            break
        current, place = current[key], (*place, key)
    current[key] = copy.deepcopy(value)
    here = (*place, key)
    for inner in _places(value):
        document.moved[(*here, *inner)] = override.mark((*origin, *inner))
    return True


def _places(value: Any) -> Iterator[Where]:
    """The places inside a value, its own first."""
    yield ()
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from ((name, *place) for place in _places(inner))


def _step(current: Any, path: str) -> tuple[Any, str] | None:
    """The first part of `path` that exists in `current`, and the rest; items of a list go by number or name."""
    if isinstance(current, dict):
        names = {key: key for key in current}
    elif isinstance(current, list):
        names = {str(i): i for i in range(len(current))}
        for i, item in enumerate(current):
            if isinstance(item, dict):
                names.update({str(item[k]): i for k in ("finding", "remedy", "id") if k in item})
    else:
        return None
    for name in sorted(names, key=len, reverse=True):
        if path == name or path.startswith(name + "."):
            return names[name], path[len(name) + 1 :]
    return None
