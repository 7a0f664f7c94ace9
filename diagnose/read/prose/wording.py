"""What a single line is: a person's sentence, a line of a program, or what a program printed."""

from __future__ import annotations

import re

from diagnose.read.logs import stamps

_PROSE_WORDS = 5
_PLAIN_SHARE = 0.7
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were be been has have had do does did will would can could we our us i my you your it "
        "its they their he she this that these those there and or but not no of in on at to from for with "
        "without by as if when while after before since until than then so all any some only just please what "
        "why how who where which",
    )
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'\u2019-]*[.,;:!?)]*$")
_CODE = re.compile(
    r"^\s*(?:using |import |from \w+ import|public |private |var |let |const |await |return\b|new \w+|def |function\b"
    r"|#include|[{}()\[\]]+[;,]?\s*$|//)"
    r"|^\s*[A-Za-z_][\w.]*\s*=\s*.+[;,]\s*(?://.*)?$|\)\s*;\s*$|=>\s*\{?$|^\s*[\w.]+\s*=\s*(?:new\b|\"[^\"]*\"\s*$)"
)
_TECHNICAL = re.compile(
    r"^\W{0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|FATAL|CRIT(?:ICAL)?)\b[:\]]|SIP/2\.0|\w+Exception\b"
    r"|\w+Error:|^m=audio|^a=\w+:|\b\w+\.(?:c|cc|cpp|go|py|js|java):\d+|::\w+|^-- |^== |\w+=\S+ \w+=\S+|^\s+at \S+\("
)
_LINE = 1_000
"""Characters of a line that tell what it is: a line of megabytes is no news after them."""


def is_prose(line: str) -> bool:
    """Whether a line is a person's sentence: plain words for the most part, some of them function words."""
    line = line[:_LINE]
    if _TECHNICAL.search(line) or _CODE.search(line) or stamps.parse(line) is not None:
        return False
    tokens = line.split()
    if len(tokens) < _PROSE_WORDS:
        return False
    plain = sum(1 for t in tokens if _WORD.match(t.lstrip("(\"'\u201c\u2018*_-")))
    small = sum(1 for t in tokens if t.strip(".,;:!?()").casefold() in _FUNCTION_WORDS)
    return plain >= _PLAIN_SHARE * len(tokens) and small >= 2


def is_code(line: str) -> bool:
    """Whether a line is a line of a program (C#, Java, JavaScript, Python) and hence not something observed."""
    return _CODE.search(line[:_LINE]) is not None


def is_technical(line: str) -> bool:
    """Whether a line is a program's output: a level, an exception, a SIP line, a source place, key=value pairs."""
    return _TECHNICAL.search(line[:_LINE]) is not None
