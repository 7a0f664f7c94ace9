"""What `curl -w` wrote: the format of the command line tells what each word is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import PROBE, peer_of, probe, target_of
from diagnose.read.shapes import integer, real, some

LONGEST = 4_000
"""Characters at the end of the output in which the line that curl writes last is sought."""
SLOW_ANSWER_S = 3.0
"""An answer that takes longer is late for the set-up of a call (engineering judgement)."""
SLOW_STEP_S = 1.0
"""A look-up, connection or TLS set-up that takes longer is slow (a lost first SYN costs 1 s, RFC 6298)."""

_FORMAT = re.compile(r"(?:-w|--write-out)[ =]?(?:'(?P<a>[^']*)'|\"(?P<b>[^\"]*)\"|(?P<c>\S+))")
_VARIABLE = re.compile(r"%\{(\w+)\}")
_LABELLED = re.compile(
    r"(?:time_)?(?P<name>dns|namelookup|tcp|connect|appconnect|tls|ssl|starttransfer|ttfb|first|total)\w*\"?\s*[=:]\s*"
    r"(?P<value>\d+[.,]\d+)",
    re.I,
)
_CODE = re.compile(r"\b(?:http_?code|code|status)\"?\s*[=:]\s*(?P<status>\d{3})\b", re.I)
_STEPS = {
    "time_namelookup": "lookup", "time_connect": "connect", "time_appconnect": "tls", "time_total": "total",
    "time_starttransfer": "first_byte", "dns": "lookup", "namelookup": "lookup", "tcp": "connect", "connect": "connect",
    "appconnect": "tls", "tls": "tls", "ssl": "tls", "starttransfer": "first_byte", "ttfb": "first_byte",
    "first": "first_byte", "total": "total",
}  # fmt: skip
_ORDER = ("lookup", "connect", "tls", "first_byte")


def written(run: Run) -> tuple[int, dict[str, str]]:
    """(offset, value of each variable) of what `curl -w` wrote; no values where the text shows none."""
    given = _FORMAT.search(run.command)
    if given is not None:
        form = (
            (given.group("a") or given.group("b") or given.group("c") or "").replace("\\n", "\n").replace("\\t", "\t")
        )
        if "%{json}" in form:
            return _json(run.text)
        names = _VARIABLE.findall(form)
        pieces = [re.escape(p.strip("\n")) for p in _VARIABLE.split(form)[::2]]
        pattern = "".join(p + (r"(\S*)" if i < len(names) else "") for i, p in enumerate(pieces))
        tail = max(len(run.text) - LONGEST, 0)
        rows = [m for m in re.compile(pattern).finditer(run.text, tail) if any(m.groups())] if names else []
        if rows:
            return rows[-1].start(), dict(zip(names, rows[-1].groups(), strict=True))
    found = list(_LABELLED.finditer(run.text))
    values = {m.group("name").casefold(): m.group("value").replace(",", ".") for m in found}
    if (code := _CODE.search(run.text)) is not None and found:
        values["http_code"] = code.group("status")
    return found[0].start() if found else 0, values


def _json(text: str) -> tuple[int, dict[str, str]]:
    start = text.rfind('{"')
    try:
        value = json.loads(text[start:]) if start >= 0 else {}
    except (ValueError, RecursionError):
        return 0, {}
    return max(start, 0), {k: str(v) for k, v in value.items() if isinstance(v, str | int | float)} if isinstance(
        value, dict
    ) else {}


def status_of(values: Mapping[str, str]) -> int | None:
    """The status that was written; None where there is none, 0 where no answer came."""
    return integer(values.get("http_code") or values.get("response_code"))


def read(run: Run, host: str, port: int | None) -> Iterator[Draft]:
    """How long each step of a request took (curl counts seconds from the start), and how far it came when it failed."""
    offset, values = written(run)
    marks = {_STEPS[name]: real(value) or 0.0 for name, value in values.items() if name in _STEPS}
    status, place = status_of(values), run.place(offset)
    if "first_byte" not in marks and "total" in marks and status:
        marks["first_byte"] = marks["total"]
    took, before = {}, 0.0
    for step in (s for s in _ORDER if marks.get(s)):
        took[step], before = max(marks[step] - before, 0.0), max(marks[step], before)
    if took:
        late = [s for s in took if took[s] > (SLOW_ANSWER_S if s == "first_byte" else SLOW_STEP_S)]
        slowest = max(late, key=lambda s: took[s]) if late else "none"
        fields = {f"{s}_ms": round(took[s] * 1000, 1) for s in took} | {"slow": slowest, "target": target_of(host)}
        yield run.draft("http.timing", PROBE, place, fields, host)
    if status is None or "curl: (" in run.text:
        return
    more = some(protocol="tcp", port=port, address=values.get("remote_ip") or None)
    if status:
        yield probe(run, "curl", host, place, loss=0.0, more=more)
    elif marks.get("connect") or values.get("remote_ip"):
        phase = "established" if marks.get("tls") or "https" not in run.command else "handshake"
        fields = {"outcome": "timeout", "phase": phase, "target": peer_of(host)}
        yield run.draft("tcp.failure", PROBE, place, fields | some(port=port), host)
    elif "connect" in marks or "remote_ip" in values:
        yield probe(run, "curl", host, place, loss=100.0, more=more)
