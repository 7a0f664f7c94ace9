"""What a text is, by its content: the format in which it is to be read.

The name of a file only decides between a note in prose and terse lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal

from diagnose.read.logs import stamps, tables, w3c
from diagnose.read.prose.wording import is_prose

Format = Literal["json-document", "json-lines", "table", "text-log", "command-output", "ticket", "plain-text"]
_SAMPLE_LINES = 200
_MOSTLY = 0.6
_SPARSE = 0.3
_PROMPT = re.compile(r"^(?:\[?[\w.-]+@[\w.-]+[^\]\n]{0,60}\]?[#$%>]|\$|#|C:\\[^>]*>)\s+[a-z]", re.MULTILINE)
_TICKET_NAMES = re.compile(
    r"(?:^|[^a-z])e?-?(?:ticket|issue|mail|incident|description|summary|case|report|question|post|story)", re.IGNORECASE
)
_TERSE_NAMES = re.compile(
    r"\.(?:log|err|out|stderr|trace)$|console|sip|network|notes|firewall|status|settings", re.IGNORECASE
)


def text_format(head: str, name: str = "") -> Format:
    """The format of a text by its first lines; `name` decides only between prose and terse lines."""
    text = head.lstrip("\ufeff \t\r\n")
    sample = [line for line in text.splitlines() if line.strip()][:_SAMPLE_LINES]
    if not sample:
        return "plain-text"
    structured = _structured(text, sample)
    if structured is not None:
        return structured
    if _PROMPT.search(text):
        return "command-output"
    stamped = sum(1 for line in sample if stamps.parse(line) is not None)
    prose = sum(1 for line in sample if is_prose(line))
    if stamped >= _SPARSE * len(sample) and prose <= stamped:
        return "text-log"
    if _TICKET_NAMES.search(PurePath(name).name):
        return "ticket"
    if prose and prose >= _SPARSE * len(sample) and not (is_terse(name) and prose < _MOSTLY * len(sample)):
        return "ticket"
    return "plain-text" if not stamped or prose <= stamped else "ticket"


def _structured(text: str, sample: Sequence[str]) -> Format | None:
    """The format of a text of JSON or of columns, else None."""
    objects = sum(1 for line in sample if _is_object(line))
    if objects >= 2 and objects >= _MOSTLY * len(sample):
        return "json-lines"
    if text[0] in "{[" and _starts_json(text):
        return "json-document"
    return "table" if w3c.is_w3c(text) or tables.delimiter(text) is not None else None


def _is_object(line: str) -> bool:
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _starts_json(text: str) -> bool:
    """Whether a text that opens with a brace goes on as JSON does: a key, an element or an end; not `[name@host]#`."""
    rest = text[1:].lstrip()
    if text[0] == "{":
        return not rest or rest[0] in '"}'
    return not rest or rest[0] in '{["]' or re.match(r"-?\d+(?:\.\d+)?\s*[,\]\n]|true|false|null", rest) is not None


def is_terse(name: str) -> bool:
    """Whether the name of a file says that it holds a program's output or an engineer's notes, not a report."""
    return _TERSE_NAMES.search(PurePath(name).name) is not None
