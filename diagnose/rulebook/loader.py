"""From files to documents: YAML whose every key and value remembers where it stood.

Stricter than YAML: only `true` and `false` are booleans (yes, no, on, off stay words), keys are words and
stand once, dates stay text. A syntax error costs one document, not the rest of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from diagnose.errors import Problem

Where = tuple[str | int, ...]
"""A place inside a document: keys and list indices from its top."""

MAX_NODES = 200_000
MAX_DEPTH = 60
MAX_CARETS = 60
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


class Source(msgspec.Struct, frozen=True):
    """One file: its path as messages show it, its text as lines, and the folder of the pack it belongs to."""

    path: str
    lines: tuple[str, ...] = ()


class Mark(msgspec.Struct, frozen=True):
    """Where a key or value stands; line and column count from 1, `width` is what a caret underlines."""

    source: Source
    line: int
    column: int
    width: int = 1

    def problem(self, code: str, message: str, hint: str = "", severity: str = "error") -> Problem:
        """A problem at this mark."""
        lines = self.source.lines
        excerpt = lines[self.line - 1].replace("\t", " ") if 0 < self.line <= len(lines) else ""
        width = min(self.width, MAX_CARETS, max(1, len(excerpt) - self.column + 1))
        return Problem(self.source.path, self.line, self.column, code, message, hint, excerpt, width, severity)


class Document(msgspec.Struct):
    """One YAML document: plain data, and the mark of each key and value by its place."""

    data: dict[str, Any]
    start: Mark
    values: dict[Where, Mark] = {}
    keys: dict[Where, Mark] = {}
    pack: str = ""

    @property
    def kind(self) -> str:
        """What the document says it is; `override` for overrides."""
        return "override" if "override" in self.data else str(self.data.get("kind", ""))

    @property
    def name(self) -> str:
        """Its id, or the name of a test."""
        return str(self.data.get("id", self.data.get("name", self.data.get("override", ""))))

    def mark(self, place: Where, *, key: bool = False) -> Mark:
        """The mark of `place`, or of the nearest thing around it.

        A list index may stand in `place` where the file has a single item instead of a list.
        """
        if key and place in self.keys:
            return self.keys[place]
        flat = tuple(p for p in place if not isinstance(p, int))
        for candidate in (place, flat):
            if candidate in self.values:
                return self.values[candidate]
        return self.mark(place[:-1]) if place else self.start

    def problem(
        self, place: Where, code: str, message: str, hint: str = "", *, key: bool = False, severity: str = "error"
    ) -> Problem:
        """A problem at `place`; `key` points at the key rather than its value."""
        return self.mark(place, key=key).problem(code, message, hint, severity)


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


def read_source(path: Path, shown: str, raw: bytes) -> Source | Problem:
    """The text of a file, or why it is none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        return Problem(shown, line, column, "R001", message, f"save {path.name} as UTF-8")
    return Source(shown, tuple(text.splitlines()))


def load_documents(source: Source) -> tuple[list[Document], list[Problem]]:
    """All documents of a file and all that is wrong with its YAML."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for offset, text in _chunks("\n".join(source.lines)):
        builder = _Builder(source, offset)
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            problems.append(_syntax(source, offset, error))
            continue
        if node is None:
            continue
        data = builder.build(node, (), 0)
        problems += builder.problems
        start = builder.mark(node)
        if isinstance(data, dict):
            documents.append(Document(data, start, builder.values, builder.keys))
        elif data is not None:
            problems.append(
                start.problem("R005", "a document must be a mapping, such as `kind: finding`", "say what it is")
            )
    if not documents and not problems:
        problems.append(Problem(source.path, 0, 0, "R040", "the file holds no document", severity="warning"))
    return documents, problems


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a text, each with the number of lines before it."""
    starts = [0, *(m.end() for m in _SEPARATOR.finditer(text))]
    ends = [*(m.start() for m in _SEPARATOR.finditer(text)), len(text)]
    for start, end in zip(starts, ends, strict=True):
        chunk = text[start:end]
        if chunk.strip():
            yield text.count("\n", 0, start), chunk


def _syntax(source: Source, offset: int, error: yaml.YAMLError) -> Problem:
    where = getattr(error, "problem_mark", None)
    text = str(getattr(error, "problem", None) or error)
    if where is None:
        return Problem(source.path, 0, 0, "R002", f"not YAML: {text}")
    line, column = min(where.line + offset + 1, max(1, len(source.lines))), where.column + 1
    shown = source.lines[line - 1] if source.lines else ""
    indent = shown[: len(shown) - len(shown.lstrip())]
    if "\t" in indent or shown[column - 1 : column] == "\t":
        tab = shown.index("\t") + 1
        return Mark(source, line, tab).problem("R003", "a tab stands where YAML wants spaces", "replace it by spaces")
    context = getattr(error, "context", None)
    message = f"not YAML: {text}" + (f" ({context})" if context else "")
    return Mark(source, line, column).problem("R002", message, "often a missing quote, colon or indent just before")


class _Builder:
    """Turns YAML nodes into plain data and remembers the marks."""

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset
        self.values: dict[Where, Mark] = {}
        self.keys: dict[Where, Mark] = {}
        self.problems: list[Problem] = []
        self._nodes = 0

    def mark(self, node: yaml.Node) -> Mark:
        start, end = node.start_mark, node.end_mark
        line = start.line + self.offset + 1
        column = start.column + 1
        width = end.column - start.column if end.line == start.line else 1
        return Mark(self.source, line, column, max(1, width))

    def build(self, node: yaml.Node, place: Where, depth: int) -> Any:
        self.values[place] = self.mark(node)
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            if self._nodes < 2 * MAX_NODES:
                self._nodes = 2 * MAX_NODES
                self.problems.append(
                    self.mark(node).problem("R002", "too deep or too large, or an alias that holds itself")
                )
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*place, i), depth + 1) for i, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Where, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = self.mark(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(mark.problem("R009", "a key must be a word", "quote it"))
                continue
            key = str(key_node.value)
            here = (*place, key)
            if key in out:
                first = self.keys[here]
                self.problems.append(mark.problem("R004", f"key '{key}' stands twice", f"first in line {first.line}"))
                continue
            self.keys[here] = mark
            out[key] = self.build(value_node, here, depth + 1)
        return out


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "null":
            return None
        case _:
            return text


def merge_marks(document: Document, extra: Mapping[Where, Mark], extra_keys: Mapping[Where, Mark]) -> None:
    """Add the marks of inherited parts to `document`; its own win."""
    document.values = {**extra, **document.values}
    document.keys = {**extra_keys, **document.keys}
