"""Stack traces: which lines belong to the record above them, and which cause lies innermost.

Java, Kotlin, .NET, Python, Node, Go, Ruby and PHP. Frames (`at a.b(C.java:1)`) tell little about a failed call; the
exception that everything else was caused by tells much, and stands last in Java and first in Python.
"""

from __future__ import annotations

import re

_CONTINUED = re.compile(
    r"\s+(?!\d+\(\d+\) |--|== |\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b)\S"
    r"|\s+--->? |\s+--- End of "
    r"|(?:at |Caused by|Suppressed:|Traceback |During handling|The above exception|\.\.\. \d+ (?:more|common frames))"
    r"|(?:[\w$]+\.)*[\w$]*(?:Exception|Error|Throwable|Fault)\b(?::|\s*$)"
    r"|goroutine \d+ \[|created by \S|[\w./*()-]+\([^)]*\)$|exit status \d+$"
    r"|#\d+ (?:\S+\(\d+\)|\{main\}|\[internal)|--- End of (?:stack trace|inner exception)|---> "
    r"|Stack trace:|Stack:$|thrown in "
    r"|[})\]]+[,;]?$"
)
_FRAME = re.compile(r"\s*(?:at [\w.$<>/]+\(.*\)\s*$|at .+:\d+\)?$|File \".*\", line \d+|Caused by: |\.\.\. \d+ more)")
_CAUSE = re.compile(r"^\s*(?:Caused by: |---> |.*\[cause\]: )(.+)$", re.MULTILINE)
_PYTHON = re.compile(
    r"^(?P<last>[A-Za-z_][\w.]*(?:Error|Exception|Timeout|Closed\w*|Refused|Reset|Interrupt|Exit)\b.*)$", re.MULTILINE
)
_MOST = 400


def continues(line: str) -> bool:
    """Whether a line goes on with the record above it: indented, or part of a stack trace."""
    return _CONTINUED.match(line) is not None


def frame(text: str) -> bool:
    """Whether the text behind a stamp is a frame of a stack trace: runtimes of containers stamp every line of one."""
    return text[:1] in " \taFC." and _FRAME.match(text) is not None


def innermost(trace: str) -> str:
    """The innermost cause that a trace names (the last `Caused by`, the first Python error), else its first line."""
    causes = _CAUSE.findall(trace)
    if causes:
        return str(causes[-1])[:_MOST].strip()
    if "Traceback " in trace:
        found = _PYTHON.search(trace)
        return found["last"][:_MOST] if found else ""
    return trace.strip().partition("\n")[0][:_MOST]
