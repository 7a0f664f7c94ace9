"""What can go wrong, as one tree.

    DiagnoseError                     exit code 3
    ├── InputError                    a path that cannot be used                 3
    │   └── NothingReadError          none of the inputs could be read           3
    ├── RulebookError                 one or more problems in rules or packs     2
    ├── UsageError                    options that contradict each other         3
    └── EngineError                   an engine refuses a program or fails
        ├── UnsupportedProgramError   outside the safe subset of durable-rules
        └── EngineFailedError         the engine failed on one incident

Every error carries a sentence for a person: what was wrong, where, and the way out.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

_MARGIN = 8
"""Columns before the excerpt of a problem."""


class Problem(msgspec.Struct, frozen=True, order=True):
    """One mistake in a rule file, or one input that could not be used, as a value.

    `line` and `column` count from 1; 0 means that the place is not known. `severity` is
    `error` or `warning`. `excerpt` is the offending line as it stands in the file, `width`
    the number of characters to underline.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""
    width: int = 1
    severity: str = "error"

    def render(self, columns: int | None = None) -> str:
        """The problem as `path:line:column  CODE message`, the line, and a caret under the place.

        With `columns` a longer line is cut to them around the caret, and the hint gets a line of its own.
        """
        place = self.path
        if self.line:
            place += f":{self.line}:{self.column}"
        mark = "" if self.severity == "error" else f"{self.severity}: "
        out = [f"{place}  {self.code} {mark}{self.message}"]
        if self.excerpt:
            excerpt, before = self._shown(columns)
            out.append(f"{self.line:>5} | {excerpt}")
            carets = "^" * max(1, min(self.width, len(excerpt) - before) if columns else self.width)
            under = f"{'':>5} | {' ' * before}{carets} {self.hint}".rstrip()
            if columns and len(under) > columns:
                out += [under.removesuffix(f" {self.hint}"), f"{'':>5}   {self.hint}"]
            else:
                out.append(under)
        elif self.hint:
            out.append(f"      {self.hint}")
        return "\n".join(out)

    def _shown(self, columns: int | None) -> tuple[str, int]:
        """What is shown of the line, and how many characters of it stand before the caret."""
        room = max(20, (columns or 0) - _MARGIN)
        if columns is None or len(self.excerpt) <= room:
            return self.excerpt, self.column - 1
        first = max(0, min(self.column - 1 - room // 4, len(self.excerpt) - room))
        cut = self.excerpt[first : first + room]
        head = "..." + cut[3:] if first else cut
        return (head if first + room >= len(self.excerpt) else head[:-3] + "..."), self.column - 1 - first


class DiagnoseError(Exception):
    """Base of every error that this package raises on purpose; its text is meant for the user."""

    exit_code = 3


class InputError(DiagnoseError):
    """An input that cannot be used: missing, unreadable, not evidence."""


class NothingReadError(InputError):
    """None of the given inputs could be read; `problems` names each with its reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(p.render() for p in self.problems) or "nothing to read")


class RulebookError(DiagnoseError):
    """Rules or packs are wrong; `problems` holds every mistake of every file."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(p.render() for p in self.problems))


class UsageError(DiagnoseError):
    """Options or arguments that make no sense together."""


class EngineError(DiagnoseError):
    """A rules engine could not do its work."""


class UnsupportedProgramError(EngineError):
    """The program lies outside what durable-rules runs safely; the text names the rule and the limit."""


class EngineFailedError(EngineError):
    """The engine failed on one incident; the reference engine can finish it."""
