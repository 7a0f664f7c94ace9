"""Rule documents written in the tests, and a small dictionary that they speak."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from diagnose.errors import Problem
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import Library, gather

FACTS = """
link.state:
  title: State of a link
  fields:
    state: {type: word, values: [up, down]}
    flaps: {type: integer}
    reason: {type: text}
  sources: [edge.log, network.link]
edge.move:
  title: The Edge went local
  fields:
    state: {type: word, values: [entered, left]}
  sources: [edge.log]
hello:
  title: A handshake
  fields:
    outcome: {type: word, values: [ok, reset, timeout]}
    age_s: {type: number, unit: s}
    first: {type: boolean}
  sources: [edge.log, bot.log]
"""

Gather = Callable[..., Library]


def gather_texts(*texts: str, **named: str) -> Library:
    """A library of the dictionary above and `texts`; keyword arguments name further files without `.yaml`."""
    files = [RuleFile("facts.yaml", "base", FACTS.encode())]
    files += [RuleFile(f"pack/{i}.yaml", "pack", text.encode()) for i, text in enumerate(texts)]
    files += [RuleFile(f"pack/{name}.yaml", "pack", text.encode()) for name, text in named.items()]
    return gather(files)


@pytest.fixture
def library() -> Gather:
    """Makes a library of texts."""
    return gather_texts


@pytest.fixture
def compile_texts() -> Callable[..., tuple[CompiledRulebook, list[Problem]]]:
    """Compiles texts: the rulebook and the problems."""
    return lambda *texts: compile_library(gather_texts(*texts))


@pytest.fixture
def codes() -> Callable[..., list[tuple[str, int, int]]]:
    """Compiles texts and gives (code, line, column) of every problem."""

    def run(*texts: str) -> list[tuple[str, int, int]]:
        return [(p.code, p.line, p.column) for p in sorted(set(compile_library(gather_texts(*texts))[1]))]

    return run
