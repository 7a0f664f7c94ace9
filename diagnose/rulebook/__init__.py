"""YAML packs become one checked, compiled rulebook; every mistake of every file comes out at once.

Importing this costs nothing: YAML and pydantic are imported only when something must be compiled.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.rulebook.compiled import CompiledRulebook

if TYPE_CHECKING:
    from diagnose.rulebook.files import RuleFile

__all__ = ["CompiledRulebook", "load_rulebook"]


def load_rulebook(
    extra_dirs: Iterable[str | Path] = (),
    use_cache: bool = True,
    *,
    base: Sequence[Path] = (),
    enable: Iterable[str] = (),
    disable: Iterable[str] = (),
) -> CompiledRulebook:
    """The built-in packs, those of installed distributions and of DIAGNOSE_RULES, and `extra_dirs`, compiled.

    Of the rules and packs with the ids `enable` and `disable` those are on, too, that are experimental, and these off.
    Folders in `base` take the place of the built-in ones. An unchanged set of files comes from the user's cache.
    Raises RulebookError with all problems when a document is wrong or an id is unknown, InputError when a folder does
    not exist.
    """
    from diagnose.rulebook import cache, files

    found = files.read_files([*(base or files.built_in_folders()), *files.extra_folders(extra_dirs)], authoring=False)
    found += files.switches(enable, disable)
    with _uncollected():
        compiled = cache.load(found) if use_cache else None
        if compiled is None:
            compiled = _compile(found)
            if use_cache:
                cache.store(found, compiled)
    return compiled


def _compile(found: Sequence[RuleFile]) -> CompiledRulebook:
    from diagnose.errors import RulebookError
    from diagnose.rulebook.compile import compile_library
    from diagnose.rulebook.library import gather

    compiled, problems = compile_library(gather(found, experimental=False))
    errors = {p for p in problems if p.severity == "error"}
    if errors:
        raise RulebookError(list(errors))
    return compiled


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: all that is loaded lives on, and looking at it again and again costs half."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
