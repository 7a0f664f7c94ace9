"""From files to documents: YAML whose every key and value remembers where it stood.

Stricter than YAML: only `true` and `false` are booleans (yes, no, on, off stay words), keys are words and
stand once, dates stay text. A syntax error costs one document, not the rest of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
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


class Source(msgspec.Struct, frozen=True, eq=False):
    """One file: its path as messages show it, and its text as lines."""

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


class Root(msgspec.Struct, frozen=True):
    """What the places of a document are looked up in: document `number` of a file, from `below` on.

    Nodes are many and only mistakes ask where something stands, so they are not kept: the file is then read again.
    """

    source: Source
    number: int
    below: Where = ()

    def find(self, place: Where) -> tuple[Mark | None, Mark] | None:
        """Where the key and the value at `place` stand, or None when there is none."""
        node, offset = _kept_nodes(self.source)[self.number]
        key = None
        for part in (*self.below, *place):
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == part), None)
                if found is None:
                    return None
                key, node = found
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                key, node = None, node.value[part]
            else:
                return None
        return (_mark(self.source, key, offset) if key is not None else None), _mark(self.source, node, offset)


def _mark(source: Source, node: yaml.Node, offset: int) -> Mark:
    """Where a node stands; `offset` is the number of lines before the text that it was read from."""
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Mark(source, start.line + offset + 1, start.column + 1, max(1, width))


class Document(msgspec.Struct):
    """One YAML document: plain data, and where each key and value stands.

    Places are looked up in `roots` when they are asked for, the first that has them: what a row of a table lacks
    stands in the table's defaults. `moved` holds places that an override brought.
    """

    data: dict[str, Any]
    roots: tuple[Root, ...]
    pack: str = ""
    moved: dict[Where, Mark] = {}

    @property
    def kind(self) -> str:
        """What the document says it is; `override` for overrides, `switch` for what enables or disables."""
        if "override" in self.data:
            return "override"
        return "switch" if not {"enable", "disable"}.isdisjoint(self.data) else str(self.data.get("kind", ""))

    @property
    def name(self) -> str:
        """Its id, or the name of a test."""
        return str(self.data.get("id", self.data.get("name", self.data.get("override", ""))))

    @property
    def start(self) -> Mark:
        """Where the document begins."""
        return self.mark(())

    def has(self, place: Where) -> bool:
        """Whether something is written at `place`."""
        return place in self.moved or any(root.find(place) for root in self.roots)

    def mark(self, place: Where, *, key: bool = False) -> Mark:
        """The mark of `place`, or of the nearest thing around it.

        A list index may stand in `place` where the file has a single item instead of a list.
        """
        flat = tuple(p for p in place if not isinstance(p, int))
        for candidate in (place, flat):
            if candidate in self.moved:
                return self.moved[candidate]
            for root in self.roots:
                found = root.find(candidate)
                if found is not None:
                    return (found[0] if key and candidate == place else None) or found[1]
        return self.mark(place[:-1])

    def problem(
        self, place: Where, code: str, message: str, hint: str = "", *, key: bool = False, severity: str = "error"
    ) -> Problem:
        """A problem at `place`; `key` points at the key rather than its value."""
        return self.mark(place, key=key).problem(code, message, hint, severity)

    def part(self, data: dict[str, Any], place: Where, below: Where) -> Document:
        """A document of its own with `data`, whose places are looked up at `place` of this one, then at `below`."""
        roots = [Root(r.source, r.number, (*r.below, *where)) for where in (place, below) for r in self.roots]
        return Document(data, tuple(roots), self.pack)


class _Composer(yaml.CSafeLoader):
    """Makes nodes whose tag, where the text gives none, is `_PLAIN` for words without quotes: see `_value`."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """`_PLAIN` or nothing."""
        return _PLAIN if kind is yaml.ScalarNode and implicit[0] else ""

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing: tags do not depend on where a value stands."""

    def ascend_resolver(self) -> None:
        """Nothing."""


_PLAIN = "plain"
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null"))
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMERIC = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")


def _value(node: yaml.ScalarNode) -> Any:
    """What a scalar stands for: a text, or without quotes or by its tag a boolean, nothing or a number."""
    text = node.value
    if node.tag is not _PLAIN and node.tag not in _TAGS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMERIC else text


@lru_cache(maxsize=1024)
def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


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
    problems: list[Problem] = []
    try:
        documents = _documents(source, _at_once(source), problems)
    except yaml.YAMLError:
        problems = []
        documents = _documents(source, _one_by_one(source, problems), problems)
    if not documents and not problems:
        problems.append(Problem(source.path, 0, 0, "R040", "the file holds no document", severity="warning"))
    return documents, problems


def _documents(source: Source, nodes: Iterable[tuple[yaml.Node, int]], problems: list[Problem]) -> list[Document]:
    """Documents with the data of `nodes`; what is wrong goes to `problems`."""
    documents = []
    for number, (node, offset) in enumerate(nodes):
        builder = _Builder(source, offset)
        data = builder.build(node, 0)
        problems += builder.problems
        if isinstance(data, dict):
            documents.append(Document(data, (Root(source, number),)))
        elif data is not None:
            message = "a document must be a mapping, such as `kind: finding`"
            problems.append(_mark(source, node, offset).problem("R005", message, "say what it is"))
    return documents


def _at_once(source: Source) -> Iterator[tuple[yaml.Node, int]]:
    """The root of each document of a file with the number of lines before it (0). Raises YAMLError."""
    for node in yaml.compose_all("\n".join(source.lines), Loader=_Composer):
        yield node, 0


def _one_by_one(source: Source, problems: list[Problem]) -> Iterator[tuple[yaml.Node, int]]:
    """As `_at_once`, of a file that is not YAML throughout: each document by itself, errors to `problems`."""
    for offset, text in _chunks("\n".join(source.lines)):
        try:
            node = yaml.compose(text, Loader=_Composer)
        except yaml.YAMLError as error:
            problems.append(_syntax(source, offset, error))
            continue
        if node is not None:
            yield node, offset


@lru_cache(maxsize=256)
def _kept_nodes(source: Source) -> list[tuple[yaml.Node, int]]:
    """The roots of all documents of a file, read again to tell where something stands."""
    try:
        return list(_at_once(source))
    except yaml.YAMLError:
        return list(_one_by_one(source, []))


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


_Scalar = yaml.ScalarNode


class _Builder:
    """Turns YAML nodes into plain data and finds what YAML allows and a rule must not have."""

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset
        self.problems: list[Problem] = []
        self._nodes = 0

    def problem(self, node: yaml.Node, code: str, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.problems.append(_mark(self.source, node, self.offset).problem(code, message, hint))

    def build(self, node: yaml.Node, depth: int) -> Any:
        if type(node) is _Scalar:
            return _value(node)
        self._nodes += 1 + len(node.value)
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            if self._nodes < 2 * MAX_NODES:
                self._nodes = 2 * MAX_NODES
                self.problem(node, "R002", "too deep or too large, or an alias that holds itself")
            return None
        if type(node) is yaml.MappingNode:
            return self._mapping(node, depth)
        return [self.build(item, depth + 1) for item in node.value]

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if type(key_node) is not _Scalar:
                self.problem(key_node, "R009", "a key must be a word", "quote it")
            elif key in out:
                first = next(k for k, _ in node.value if k.value == key)
                hint = f"first in line {_mark(self.source, first, self.offset).line}"
                self.problem(key_node, "R004", f"key '{key}' stands twice", hint)
            else:
                out[key] = _value(value_node) if type(value_node) is _Scalar else self.build(value_node, depth + 1)
        return out
