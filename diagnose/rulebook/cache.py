"""The compiled rulebook between two runs, in the user's cache folder.

The name of an entry is a hash of every byte it was made from, the product's version and the form's number,
so an entry is never stale. An entry that cannot be read is made anew; a cache that cannot be written is left.
The table of words is read from its file anyway, so no entry holds it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from diagnose.infer.words import WordTable
from diagnose.rulebook.compiled import FORMAT, CompiledRulebook
from diagnose.rulebook.files import RuleFile, words_of
from diagnose.version import VERSION
from diagnose.where import Test

KEEP = 8
"""Entries kept; the oldest beyond them are removed when one is written."""


def folder() -> Path:
    """Where the entries lie."""
    from platformdirs import user_cache_path

    return user_cache_path("diagnose", appauthor=False) / "rulebooks"


def key(files: Sequence[RuleFile]) -> str:
    """The name of the entry for these files."""
    digest = hashlib.sha256(f"{FORMAT}\0{VERSION}".encode())
    for file in files:
        digest.update(f"\0{file.name}\0{file.folder}\0{len(file.raw)}\0".encode())
        digest.update(file.raw)
    return digest.hexdigest()


def load(files: Sequence[RuleFile]) -> CompiledRulebook | None:
    """The entry for these files, or None when there is none that can be read."""
    try:
        raw = (folder() / f"{key(files)}.msgpack").read_bytes()
        words = msgspec.json.decode(words_of(files), type=WordTable)
        return _frozen(msgspec.msgpack.decode(raw, type=CompiledRulebook), words)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def store(files: Sequence[RuleFile], compiled: CompiledRulebook) -> None:
    """Write the entry for these files so that a reader sees all of it or nothing; failing to is no error."""
    import tempfile

    with contextlib.suppress(OSError):
        target = folder()
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target)
        try:
            with os.fdopen(handle, "wb") as out:
                program = msgspec.structs.replace(compiled.program, words=WordTable())
                out.write(msgspec.msgpack.encode(msgspec.structs.replace(compiled, program=program)))
            Path(temporary).replace(target / f"{key(files)}.msgpack")
        finally:
            Path(temporary).unlink(missing_ok=True)
        _prune(target)


def _prune(target: Path) -> None:
    entries = sorted(target.glob("*.msgpack"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in entries[KEEP:]:
        old.unlink(missing_ok=True)


def _frozen(compiled: CompiledRulebook, words: WordTable) -> CompiledRulebook:
    """With `words`, and lists inside tests as tuples again: msgpack knows no tuples, and alphas must stay hashable."""
    replace = msgspec.structs.replace
    signals = tuple(replace(s, where=_tuples(s.where)) if s.where else s for s in compiled.signals)
    alphas = tuple(replace(a, where=_tuples(a.where)) if a.where else a for a in compiled.program.alphas)
    return replace(compiled, signals=signals, program=replace(compiled.program, alphas=alphas, words=words))


def _tuples(tests: Iterable[Test]) -> tuple[Test, ...]:
    return tuple(Test(t.field, t.op, tuple(t.value)) if isinstance(t.value, list) else t for t in tests)
