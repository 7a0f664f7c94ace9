"""Mistakes in files and their YAML; found by the loader."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diagnose.errors import Problem
from diagnose.rulebook.lint.check import Check, Misspelt

_INDENT = re.compile(r"[ \t]*")
_TAB = "  "


class NotUtf8(Check):
    """The file cannot be read, or is not UTF-8 text."""

    code = "R001"
    why = "Files in other encodings are read wrongly without a sign on the next machine."
    way_out = "Save the file as UTF-8."
    wrong = "kind: story\ncause: demo.lost\ntold: [the caf\xe9 is cut off]\n"
    mend = ("caf\xe9", "cafe")


class NotYaml(Check):
    """The file is not well-formed YAML."""

    code = "R002"
    why = "The document cannot be read at all; other documents of the file are still checked."
    way_out = "Look at the place shown and just before it: a quote, a colon or an indent is missing."
    wrong = "kind: story\ncause: demo.lost\ntold: ['the line was lost\n"
    mend = ("was lost", "was lost']")


class Tab(Check):
    """A tab stands where YAML wants spaces."""

    code = "R003"
    why = "YAML allows no tabs in indents, since nobody can see how wide they are."
    way_out = "Set the editor to indent YAML by spaces."
    wrong = "kind: story\ncause: demo.lost\ntold:\n\t- the line was lost\n"
    mend = ("\t", "  ")
    fixable = "puts two spaces for each tab in the indents of the document"

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        """All lines from the place to the end of its document whose indents hold tabs."""
        out: dict[int, str] = {}
        for number in range(problem.line, len(lines) + 1):
            line = lines[number - 1]
            if line.startswith("---"):
                break
            found = _INDENT.match(line)
            indent = found[0] if found else ""
            if "\t" in indent:
                out[number] = indent.replace("\t", _TAB) + line[len(indent) :]
        return out


class DuplicateKey(Check):
    """A key stands twice in one mapping."""

    code = "R004"
    why = "YAML would take the last one silently, and the first one would be lost."
    way_out = "Keep one of them, or join what they say."
    wrong = "kind: story\ncause: demo.lost\ntold: [the line was lost]\ntold: [the line is gone]\n"
    mend = ("told: [the line was lost]\ntold: [the line is gone]", "told: [the line was lost, the line is gone]")


class NoDocument(Check):
    """A document is not a mapping with a `kind`."""

    code = "R005"
    why = "Without a kind nobody can tell what the document says."
    way_out = "Begin each document with `kind:`."
    wrong = "cause: demo.lost\ntold: [the line was lost]\n"
    mend = ("cause: demo", "kind: story\ncause: demo")


class UnknownKind(Misspelt):
    """The kind of the document is unknown."""

    code = "R006"
    why = "A document of an unknown kind would be left out, and what it says would be missing."
    way_out = "Use one of the kinds that the message lists."
    wrong = "kind: storry\ncause: demo.lost\ntold: [the line was lost]\n"
    mend = ("storry", "story")


class EmptyFile(Check):
    """The file holds no document."""

    code = "R040"
    severity = "warning"
    why = "An empty file is often one that was not saved, or whose documents are all comments."
    way_out = "Write a document, or remove the file."
    wrong = "# kind: story\n"
    mend = ("# kind: story", "kind: story\ncause: demo.lost\ntold: [the line was lost]")
