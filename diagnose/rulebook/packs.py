"""Packs: a folder of documents with an id, a version, and what it requires of the product and of other packs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from diagnose.errors import Problem
from diagnose.model import PackInfo
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.loader import Document
from diagnose.rulebook.schema import PackDoc
from diagnose.rulebook.shape import validate
from diagnose.rulebook.words import nearest
from diagnose.version import VERSION

PRODUCT = "diagnose"
"""What a pack calls the product in `requires`."""


def find_packs(
    documents: Sequence[Document], files: Sequence[RuleFile], problems: list[Problem]
) -> tuple[dict[str, PackInfo], set[str]]:
    """A pack per folder, named by its pack.yaml, else by the folder; and the folders whose pack was there already."""
    hashes: dict[str, Any] = {}
    for file in (f for f in files if f.folder):
        hashes.setdefault(file.folder, hashlib.sha256()).update(file.raw)
    told: dict[str, tuple[Document, PackDoc]] = {}
    first: dict[str, Document] = {}
    repeated: set[str] = set()
    for document in documents:
        if document.kind != "pack":
            continue
        model, wrong = validate(document)
        problems += wrong
        if not isinstance(model, PackDoc):
            continue
        before = first.setdefault(model.id, document)
        if before is not document:
            problems.append(_twice(document, before, model.id))
        if before.pack != document.pack:
            repeated.add(document.pack)
        told[document.pack] = (document, model)
    packs = {}
    for folder, digest in hashes.items():
        if folder in told:
            model = told[folder][1]
            packs[folder] = PackInfo(model.id, model.version, digest.hexdigest(), model.maturity)
        else:
            packs[folder] = PackInfo(Path(folder).name, "0", digest.hexdigest())
    versions = {p.id: p.version for p in packs.values()}
    for document, model in told.values():
        for i, text in enumerate(model.requires):
            problem = _unmet(document, i, text, versions)
            if problem is not None:
                problems.append(problem)
    return packs, repeated


def _twice(document: Document, before: Document, name: str) -> Problem:
    mark = before.mark(("id",))
    hint = f"first in {mark.source.path}:{mark.line}; take one out of --rules and DIAGNOSE_RULES, or uninstall it"
    return document.problem(("id",), "R035", f"pack '{name}' is loaded twice", hint)


def _unmet(document: Document, number: int, text: str, versions: Mapping[str, str]) -> Problem | None:
    """Why a requirement such as `network`, `network>=1.2` or `diagnose>=0.1,<1` does not hold."""
    place = ("requires", number)
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        wanted = None
    if wanted is None or wanted.url or wanted.marker or wanted.extras:
        hint = "write a pack, or a pack and its versions, as network>=1.2 or 'diagnose>=0.1,<1'"
        return document.problem(place, "R010", f"'{text}' is no requirement", hint)
    if wanted.name != PRODUCT and wanted.name not in versions:
        message = f"pack '{wanted.name}' is required and not loaded"
        hint = nearest(wanted.name, [*versions, PRODUCT]) or "install it, or give its folder with --rules"
        return document.problem(place, "R031", message, hint)
    there = VERSION if wanted.name == PRODUCT else versions[wanted.name]
    try:
        holds = not wanted.specifier or wanted.specifier.contains(Version(there), prereleases=True)
    except InvalidVersion:
        holds = False
    if holds:
        return None
    what = "this is diagnose" if wanted.name == PRODUCT else f"the pack '{wanted.name}' that is loaded is"
    message = f"{wanted.name}{wanted.specifier} is required, and {what} {there}"
    return document.problem(place, "R034", message, "install a version that fits")
