"""The compiled rulebook between two runs, in the user's cache folder.

The name of an entry is a hash of every byte it was made from, the product's version and the form's number. The table of
words is read from its file anyway, so no entry holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from diagnose import cached
from diagnose.infer.words import WordTable
from diagnose.rulebook.compiled import FORMAT, CompiledRulebook
from diagnose.rulebook.files import RuleFile, words_of
from diagnose.version import VERSION
from diagnose.where import Test

KIND = "rulebooks"


def key(files: Sequence[RuleFile]) -> str:
    """The name of the entry for these files."""
    texts = (text for file in files for text in (file.name.encode(), str(file.folder).encode(), file.raw))
    return cached.name_of([f"{FORMAT} {VERSION}".encode(), *texts])


def load(files: Sequence[RuleFile]) -> CompiledRulebook | None:
    """The entry for these files, or None when there is none that can be read."""
    try:
        raw = cached.read(KIND, key(files))
        words = msgspec.json.decode(words_of(files), type=WordTable)
        return None if raw is None else _frozen(msgspec.msgpack.decode(raw, type=CompiledRulebook), words)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def store(files: Sequence[RuleFile], compiled: CompiledRulebook) -> None:
    """Keep the entry for these files; failing to is no error."""
    program = msgspec.structs.replace(compiled.program, words=WordTable())
    cached.write(KIND, key(files), msgspec.msgpack.encode(msgspec.structs.replace(compiled, program=program)))


def _frozen(compiled: CompiledRulebook, words: WordTable) -> CompiledRulebook:
    """With `words`, and lists inside tests as tuples again: msgpack knows no tuples, and alphas must stay hashable."""
    replace = msgspec.structs.replace
    signals = tuple(replace(s, where=_tuples(s.where)) if s.where else s for s in compiled.signals)
    alphas = tuple(replace(a, where=_tuples(a.where)) if a.where else a for a in compiled.program.alphas)
    return replace(compiled, signals=signals, program=replace(compiled.program, alphas=alphas, words=words))


def _tuples(tests: Iterable[Test]) -> tuple[Test, ...]:
    return tuple(Test(t.field, t.op, tuple(t.value)) if isinstance(t.value, list) else t for t in tests)
