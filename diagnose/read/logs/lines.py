"""Lines of text logs: what wraps them (colours, container prefixes), and the fields that stand in them.

The forms of whole lines (access logs, haproxy, Windows, SIP servers, kernels ...) are data: `knowledge/log-lines.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import re2

from diagnose.read.logs.vocabulary import LineShape, derived, layout, values_at, vocabulary

FEW = 400
"""Lines whose form is looked for one by one before the sets of all forms are compiled (some 5 ms)."""
NEVER = r"[^\x00-\x{10ffff}]"
"""A pattern that nothing matches."""
SHORT = 200
"""Characters of a line up to which it is remembered whether its form is known."""

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_COMPOSE = re.compile(r"(?P<container>[A-Za-z0-9][\w.-]{0,80}?)\s*\| ?")
_KUBECTL = re.compile(r"\[(?:pod|container)/(?P<pod>[^/\]\s]+)(?:/(?P<container>[^\]\s]+))?\] ?")
_CRI = re.compile(r"(?P<stream>stdout|stderr) (?P<part>[FP]) ")
_HEADER = re.compile(
    r"(?!(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|CRIT|SEVERE) )"
    r"(?P<host>[A-Za-z][\w.-]*[A-Za-z0-9]|\d+\.\d+\.\d+\.\d+) (?P<component>[A-Za-z][\w./-]*)(?:\[\d+\])?: "
)
_PROGRAM = re.compile(r"(?P<component>[A-Za-z_][\w.-]{1,40}(?:/[\w.-]{1,40})?)(?:\[\d+\])?: *\S")
_LEVEL = re.compile(
    r"\W{0,3}(?:\d{1,7}\W{1,3})?(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|CRIT|SEVERE|ALERT|EMERG|PANIC)\b",
    re.IGNORECASE,
)
_SHORT_LEVEL = re.compile(r"\[?(trce|dbug|info|warn|fail|crit|VRB|DBG|INF|WRN|ERR|FTL|ERRO|FATA|DEBU)\]?[\s:|\[]")
_LOGGER = re.compile(
    r"[\]:|\s-]*\[?(?P<component>[A-Za-z][\w-]*(?:[./][\w-]+)+|[a-z]+(?:-[a-z]+)+)\]?(?:\s*[:|-]\s+|\s+)"
)
_LEVEL_LATER = re.compile(
    r"[^\n]{0,100}?[\s\[|(](?P<level>TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)[\s\]|):]"
)
_PAIR = re.compile(r"(?<![\w.])([A-Za-z_][\w.-]{0,40})=(\"(?:[^\"\\]|\\.)*\"|[^\s,;\"']+)")
_MAX_PAIRS = 40
_OWN = frozenset({"time", "stack", "template"})
_SHORT = {
    "trce": "TRACE", "vrb": "TRACE", "dbug": "DEBUG", "dbg": "DEBUG", "debu": "DEBUG", "info": "INFO", "inf": "INFO",
    "warn": "WARN", "wrn": "WARN", "fail": "ERROR", "err": "ERROR", "erro": "ERROR", "crit": "FATAL", "ftl": "FATAL",
    "fata": "FATAL",
}  # fmt: skip
_FEW_WORDS = 3
"""Words before a level that still are a header."""
LOOKED_AT = 4096
"""Characters of a line in which its form is looked for."""


def bare(line: str) -> str:
    """The line without the colours and cursor moves of a terminal."""
    return _ANSI.sub("", line) if "\x1b" in line else line


def unwrapped(line: str) -> tuple[str, dict[str, str]]:
    """The line that a container's log holds, and what its prefix says: `svc-1  | `, `[pod/name/container] `."""
    found = None
    if line.startswith("["):
        found = _KUBECTL.match(line)
    elif "|" in line[:84]:
        found = _COMPOSE.match(line)
    if found is None:
        return line, {}
    return line[found.end() :], {k: v for k, v in found.groupdict().items() if v}


def runtime(line: str, at: int) -> tuple[int, bool]:
    """Where the text behind a container runtime's `stdout F ` begins, and whether the line goes on in the next."""
    found = _CRI.match(line, at)
    return (at, False) if found is None else (found.end(), found["part"] == "P")


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


class _Form:
    """The pattern of a form of line, with the numbers of its named groups."""

    def __init__(self, match: str) -> None:
        self._regexp = re2.compile(match, _quiet())
        self._names = tuple(self._regexp.groupindex.items())

    def parts(self, text: str) -> dict[str, str] | None:
        """What the named groups hold, empty ones and `-` left out; None when it is not of this form.

        Bytes spare RE2's wrapper the counting of characters, and in ASCII the offsets are the same.
        """
        found = self._regexp.search(text.encode() if text.isascii() else text)
        if found is None:
            return None
        spans = ((name, found.span(number)) for name, number in self._names)
        parts = {name: text[start:end] for name, (start, end) in spans if start >= 0}
        return {name: part for name, part in parts.items() if part not in ("", "-")}


@cache
def _form(match: str) -> _Form:
    return _Form(match)


class _Forms:
    """Which of the known forms a line may have: for the first lines by what must stand in it, then by RE2 sets."""

    def __init__(self, shapes: Sequence[LineShape]) -> None:
        self._shapes = shapes
        self._sets: tuple[Any, Any] | None = None
        self._asked = 0

    def of(self, text: str, line: str) -> Iterator[LineShape]:
        """The forms that the line may have, in their order; `text` is the line behind its stamp."""
        self._asked += 1
        if self._asked <= FEW:
            for shape in self._shapes:
                whole = line if shape.whole else text
                for needed in shape.has:
                    if needed not in whole:
                        break
                else:
                    yield shape
            return
        if self._sets is None:
            self._sets = (self._set(whole=False), self._set(whole=True))
        found = [*(self._sets[0].Match(text) or ()), *(self._sets[1].Match(line) or ())]
        yield from (self._shapes[number] for number in sorted(found))

    def _set(self, *, whole: bool) -> Any:
        """One RE2 set of the patterns for lines without, or with, their stamps; the others never match in it."""
        out = re2.Set.SearchSet(_quiet())
        for shape in self._shapes:
            out.Add(shape.match if shape.whole == whole else NEVER)
        out.Compile()
        return out


@derived
@cache
def _forms() -> _Forms:
    return _Forms(vocabulary().lines)


def shape_of(text: str, line: str) -> tuple[LineShape, dict[str, str]] | None:
    """The form that a line has, and its parts; `text` is the line behind its stamp."""
    line, text = line[:LOOKED_AT], text[:LOOKED_AT]
    for shape in _forms().of(text, line):
        parts = _form(shape.match).parts(line if shape.whole else text)
        if parts is not None:
            return shape, parts
    return None


@derived
@cache
def source_of(shape: str) -> str:
    """The kind of log that lines of this form show, or an empty text."""
    return next((row.source for row in vocabulary().lines if row.id == shape), "")


def fields_of(text: str, line: str, *, stamped: bool) -> dict[str, Any]:
    """The fields of a text line by their own and by their common names: form, pairs, header, level, logger."""
    fields: dict[str, Any] = {}
    shape = shape_of(text, line)
    if shape is not None:
        fields = {"shape": shape[0].id, **shape[1]}
        if shape[1].get("total_ms", "").lstrip("+").isdecimal():
            fields["age_s"] = int(shape[1]["total_ms"].lstrip("+")[:15]) / 1000
    _pairs(text, fields)
    for name, places in layout(tuple(fields)).fields.items():
        if name in _OWN or name in fields:
            continue
        value = next(values_at(fields, places), None)
        if value is not None:
            fields[name] = value
    _header(text, fields, stamped)
    return fields


def plain_pairs(text: str, line: str, *, stamped: bool) -> dict[str, str] | None:
    """The pairs of name and value in a line of no known form, and the host that a syslog header names; None for a line
    of a known form, whose fields only `fields_of` tells."""
    if shape_of(text, line) is not None:
        return None
    fields: dict[str, str] = {}
    _pairs(text, fields)
    head = _HEADER.match(text) if stamped else None
    if head is not None and "host" not in fields and "host" not in layout(tuple(fields)).fields:
        fields["host"] = head["host"]
    return fields


def _pairs(text: str, fields: dict[str, Any]) -> None:
    """Add the pairs of name and value in a line."""
    if "=" in text:
        for m in islice(_PAIR.finditer(text), _MAX_PAIRS):
            fields.setdefault(m[1], m[2].strip('"'))


def message_start(text: str, *, stamped: bool) -> int:
    """Where in a text line the message begins, behind host and program (syslog), or level and logger."""
    start = _header(text, {}, stamped)
    return start + len(text[start:]) - len(text[start:].lstrip(" -|:]"))


def _header(text: str, fields: dict[str, Any], stamped: bool) -> int:
    """Add what stands before the message of a text line: host and program (syslog), level, logger; where that ends."""
    head = _HEADER.match(text) if stamped else None
    if head is not None:
        fields.setdefault("host", head["host"])
        fields.setdefault("component", head["component"])
        return head.end()
    level = _LEVEL.match(text)
    short = _SHORT_LEVEL.match(text) if level is None else None
    end = 0
    if level is None and short is not None:
        fields.setdefault("level", _SHORT[short[1].casefold()])
        level = short
    elif level is not None:
        fields.setdefault("level", level[1].upper())
    elif stamped and (later := _LEVEL_LATER.match(text)) is not None:
        fields.setdefault("level", later["level"].upper())
        end = later.end() if len(text[: later.start("level")].split()) <= _FEW_WORDS else 0
    if level is None:
        program = _PROGRAM.match(text)
        if program is not None:
            fields.setdefault("component", program["component"])
        return max(end, program.end() - 1 if program is not None else 0)
    logger = _LOGGER.match(text, level.end())
    if logger is not None:
        fields.setdefault("component", logger["component"])
        return logger.end()
    return level.end()


def known(line: str) -> bool:
    """Whether a line without a stamp has a form: a level, a pair of name and value, a program's name, a known shape."""
    return _short_known(line) if len(line) <= SHORT else _known(line)


@derived
@lru_cache(maxsize=1024)
def _short_known(line: str) -> bool:
    """Kept, since a flood is the same line again and again."""
    return _known(line)


def _known(line: str) -> bool:
    return bool(
        _LEVEL.match(line)
        or _SHORT_LEVEL.match(line)
        or _PAIR.search(line)
        or _PROGRAM.match(line)
        or shape_of(line, line)
    )
