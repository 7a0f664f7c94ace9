"""The lexicon: what people call things, written once and used in the patterns of signals as `{term}`.

A term is a list of wordings, each a piece of a regular expression that may use other terms. In a pattern `{bot}`
stands for any of the wordings of `bot`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

TERM = re.compile(r"(?<!\\)(?<!\\[pPxN])\{([a-z][a-z_]*)\}")
"""A term inside a pattern; `\\{`, `\\p{...}` and repetitions such as `{2,5}` are none."""
MOST = 64_000
"""Characters of an expanded pattern: terms that hold terms grow fast."""


class TermError(Exception):
    """A pattern that cannot be expanded: `name` is the term at fault, `why` in a few words."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"term '{{{name}}}' {why}")
        self.name = name


def expand(pattern: str, terms: Mapping[str, Sequence[str]], _above: tuple[str, ...] = ()) -> str:
    """`pattern` with every `{term}` replaced by its wordings. Raises TermError: unknown, circular or too long."""

    def wordings(found: re.Match[str]) -> str:
        name = found[1]
        if name not in terms:
            raise TermError(name, "is not in the lexicon")
        if name in _above:
            raise TermError(name, "holds itself")
        return "(?:" + "|".join(expand(w, terms, (*_above, name)) for w in terms[name]) + ")"

    out = TERM.sub(wordings, pattern)
    if len(out) > MOST:
        raise TermError(_above[0] if _above else "", f"makes a pattern of more than {MOST} characters")
    return out
