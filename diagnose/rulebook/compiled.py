"""The compiled rulebook: all that a run needs of the YAML documents.

The warm path of the command line decodes this from the cache, so nothing here imports YAML or pydantic.
"""

from __future__ import annotations

import msgspec

from diagnose.infer.program import Program
from diagnose.model import PackInfo
from diagnose.read.logs.vocabulary import Vocabulary
from diagnose.read.signals.signal import Signal

FORMAT = 13
"""Number of the cached form; it changes whenever one of the compiled structs changes."""


class CompiledRulebook(msgspec.Struct, frozen=True, eq=False):
    """Signals for the readers, the program for the engines, the packs that both came from, what to say of them, and
    what they add to the names of fields and the forms of lines."""

    signals: tuple[Signal, ...] = ()
    program: Program = Program()
    packs: tuple[PackInfo, ...] = ()
    notes: tuple[str, ...] = ()
    vocabulary: Vocabulary = Vocabulary()
