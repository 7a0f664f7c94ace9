"""From files to documents: YAML whose every key and value remembers where it stood.

Stricter than YAML: only `true` and `false` are booleans (yes, no, on, off stay words), keys are words and
stand once, dates stay text. A syntax error costs one document, not the rest of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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


class Root(msgspec.Struct, frozen=True):
    """A YAML node that the places of a document are looked up in, and where it stands: source and lines before it."""

    node: yaml.Node
    source: Source
    offset: int

    def mark(self, node: yaml.Node) -> Mark:
        """Where a node below this one stands."""
        start, end = node.start_mark, node.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return Mark(self.source, start.line + self.offset + 1, start.column + 1, max(1, width))

    def find(self, place: Where) -> tuple[yaml.Node | None, yaml.Node] | None:
        """The key and the value at `place`, or None when there is none."""
        key, node = None, self.node
        for part in place:
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == part), None)
                if found is None:
                    return None
                key, node = found
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                key, node = None, node.value[part]
            else:
                return None
        return key, node


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
        """What the document says it is; `override` for overrides."""
        return "override" if "override" in self.data else str(self.data.get("kind", ""))

    @property
    def name(self) -> str:
        """Its id, or the name of a test."""
        return str(self.data.get("id", self.data.get("name", self.data.get("override", ""))))

    @property
    def start(self) -> Mark:
        """Where the document begins."""
        return self.roots[0].mark(self.roots[0].node)

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
                    at_key = key and candidate == place
                    return root.mark(found[0] if at_key and found[0] is not None else found[1])
        return self.mark(place[:-1]) if place else self.start

    def problem(
        self, place: Where, code: str, message: str, hint: str = "", *, key: bool = False, severity: str = "error"
    ) -> Problem:
        """A problem at `place`; `key` points at the key rather than its value."""
        return self.mark(place, key=key).problem(code, message, hint, severity)

    def part(self, data: dict[str, Any], place: Where, below: Where) -> Document:
        """A document of its own with `data`, whose places are looked up at `place` of this one, then at `below`."""
        roots = [
            Root(found[1], root.source, root.offset)
            for where in (place, below)
            for root in self.roots
            if (found := root.find(where)) is not None
        ]
        return Document(data, tuple(roots) or self.roots, self.pack)


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
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            problems.append(_syntax(source, offset, error))
            continue
        if node is None:
            continue
        root = Root(node, source, offset)
        builder = _Builder(root)
        data = builder.build(node, 0)
        problems += builder.problems
        if isinstance(data, dict):
            documents.append(Document(data, (root,)))
        elif data is not None:
            problems.append(
                root.mark(node).problem(
                    "R005", "a document must be a mapping, such as `kind: finding`", "say what it is"
                )
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
    """Turns YAML nodes into plain data and finds what YAML allows and a rule must not have."""

    def __init__(self, root: Root) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self._nodes = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            if self._nodes < 2 * MAX_NODES:
                self._nodes = 2 * MAX_NODES
                self.problems.append(
                    self.root.mark(node).problem("R002", "too deep or too large, or an alias that holds itself")
                )
            return None
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        return [self.build(item, depth + 1) for item in node.value]

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(self.root.mark(key_node).problem("R009", "a key must be a word", "quote it"))
                continue
            key = str(key_node.value)
            if key in out:
                first = next(k for k, _ in node.value if k.value == key)
                hint = f"first in line {self.root.mark(first).line}"
                self.problems.append(self.root.mark(key_node).problem("R004", f"key '{key}' stands twice", hint))
                continue
            out[key] = self.build(value_node, depth + 1)
        return out


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    match node.tag:
        case "tag:yaml.org,2002:str":
            return text
        case "tag:yaml.org,2002:bool":
            return text == "true"
        case "tag:yaml.org,2002:int":
            return int(text)
        case "tag:yaml.org,2002:float":
            return float(text)
        case "tag:yaml.org,2002:null":
            return None
        case _:
            return text
