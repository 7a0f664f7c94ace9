"""`curl`, `wget`, `websocat`, `wscat` -> how far a request came: name, connection, proxy, TLS, answer, and how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagnose.model import Draft
from diagnose.read.programs import tls
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import PROBE, is_address, probe, target_of
from diagnose.read.shapes import integer, real, some

KIND = PROBE

SLOW_ANSWER_S = 3.0
"""An answer that takes longer is late for the set-up of a call (engineering judgement)."""
SLOW_STEP_S = 1.0
"""A look-up, connection or TLS set-up that takes longer is slow (a lost first SYN costs 1 s, RFC 6298)."""

_URL = re.compile(r"\b(?:https?|wss?)://(?:[^\s/@'\"]+@)?(?P<host>\[[^\]\s]+\]|[\w.-]+)(?::(?P<port>\d+))?")
_CONNECTED = re.compile(
    r"^\* (?:  )?(?:Connected"
    r"|Established connection) to (?P<host>\S+) \((?P<address>[^\s)]+)(?: port \d+)?\) (?:port (?P<port>\d+))?",
    re.M,
)
_TRYING = re.compile(r"^\*\s+Trying \[?(?P<address>[\d.]+|[\da-f:]+)\]?:(?P<port>\d+)", re.M)
_START = re.compile(
    r"^\*\s+Trying |^\* (?:Host \S+ was resolved|Could not resolve|Connected to )|^curl: \(\d+\)"
    r"|^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  http",
    re.M,
)
_STATUS = re.compile(r"^(?:< ?)?HTTP/[\d.]+ (?P<status>\d{3})(?P<reason>[^\n]*)$", re.M)
_WGET_STATUS = re.compile(r"awaiting response\.\.\. (?P<status>\d{3})(?P<reason>[^\n]*)$", re.M)
_HEADER = re.compile(
    r"^(?:< ?)?(?P<name>server|via|proxy-agent|proxy-authenticate|x-squid-error|www-authenticate"
    r"|retry-after|x-cache): (?P<value>[^\n\r]+)",
    re.M | re.I,
)
_WS_STATUS = re.compile(
    r"(?:[Uu]nexpected (?:server response|status code)[: ]+(?:received )?\(?"
    r"|Received unexpected status code \()(?P<status>\d{3})"
)
_TUNNEL = re.compile(r"(?:CONNECT tunnel failed, response|Received HTTP code) (?P<status>\d{3})")
_REFUSED = re.compile(r"^[^\n]*(?:[Cc]onnection refused)[^\n]*$", re.M)
_UNREACHABLE = re.compile(r"^[^\n]*(?:No route to host|Network (?:is )?unreachable|Host is unreachable)[^\n]*$", re.M)
_CONNECT_LATE = re.compile(
    r"^[^\n]*(?:Connection timed out(?! with)|[Cc]onnect(?:ion)? timeout|failed: Connection timed out"
    r"|after \d+ ms: Timeout was reached)[^\n]*$",
    re.M,
)
_TLS_LATE = re.compile(r"^[^\n]*SSL connection timeout[^\n]*$", re.M)
_ANSWER_LATE = re.compile(r"^[^\n]*(?:Operation timed out after|[Oo]peration too slow)[^\n]*$", re.M)
_RESET = re.compile(
    r"^[^\n]*(?:Connection reset by peer|Connection was reset|unexpected eof while reading"
    r"|SSL_ERROR_SYSCALL|Recv failure)[^\n]*$",
    re.M,
)
_EMPTY = re.compile(r"^[^\n]*Empty reply from server[^\n]*$", re.M)
_NO_NAME = re.compile(
    r"^[^\n]*(?:Could not resolve (?:host|proxy)|unable to resolve host address)[: '\"]*(?P<name>[\w.-]+)?[^\n]*$",
    re.M,
)
_PROBLEM = re.compile(
    r"^[^\n]*(?:SSL certificate problem: |SSL: no alternative certificate|certificate subject name"
    r"|cannot verify [^\n]*certificate)[^\n]*$",
    re.M,
)
_PROBLEMS = (
    ("expired", ("has expired",)), ("not_yet_valid", ("not yet valid",)),
    ("name_mismatch", ("no alternative", "subject name", "does not match")),
)  # fmt: skip
_TLS_OK = re.compile(r"^\*\s+SSL certificate verify ok", re.M)
_HELLO = re.compile(r"Client hello", re.I)
_SESSION = re.compile(r"SSL connection using", re.I)
_TIMES = re.compile(
    r"(?:time_)?(?P<name>dns|namelookup|name|tcp|connect|appconnect|tls|ssl|starttransfer|ttfb"
    r"|total)\w*\"?\s*[=:]\s*(?P<value>[\d.]+)",
    re.I,
)
_CODE = re.compile(r"\b(?:http_?code|code|status)\"?\s*[=:]\s*(?P<status>\d{3})\b", re.I)
_STEPS = {
    "dns": "lookup", "namelookup": "lookup", "name": "lookup", "tcp": "connect", "connect": "connect",
    "appconnect": "tls", "tls": "tls", "ssl": "tls", "starttransfer": "first_byte", "ttfb": "first_byte",
    "total": "total",
}  # fmt: skip


def claims(text: str) -> bool:
    """Whether a text holds output of `curl -v`, an error of curl, or wget's progress."""
    return _START.search(text) is not None


def read(run: Run) -> Iterator[Draft]:
    """The facts of a request: every step that it came through, and the one at which it failed."""
    connected, trying = _CONNECTED.search(run.text), _TRYING.search(run.text)
    url = _URL.search(run.command) or _URL.search(run.text)
    host = (
        url.group("host")
        if url
        else connected.group("host")
        if connected
        else trying.group("address")
        if trying
        else ""
    )
    address = connected.group("address") if connected else trying.group("address") if trying else None
    if not host:
        return
    port = integer((trying or connected).group("port")) if trying or connected else None  # type: ignore[union-attr]
    if connected:
        more = some(address=address if address != host else None, port=port)
        yield probe(run, "curl", host, run.place(connected.start()), loss=0.0, more=more | {"protocol": "tcp"})
    yield from _failed(run, host, port, connected is not None)
    yield from _secured(run, host)
    yield from _answered(run, host)
    yield from _timed(run, host)


def _failed(run: Run, host: str, port: int | None, connected: bool) -> Iterator[Draft]:
    """The step at which the request ended without an answer."""
    if (found := _NO_NAME.search(run.text)) is not None:
        name = found.group("name") or host
        if not is_address(name):
            yield run.draft(
                "dns.result", "network.dns", run.place(found.start()), {"outcome": "failed", "name": name}, name
            )
        return
    answered = _STATUS.search(run.text) is not None
    steps = (
        (_REFUSED, "refused", "connect"), (_UNREACHABLE, "unreachable", "connect"), (_TLS_LATE, "timeout", "handshake"),
        (_CONNECT_LATE, "timeout", "connect"), (_RESET, "reset", ""), (_EMPTY, "closed", "established"),
        (_ANSWER_LATE, "timeout", ""),
    )  # fmt: skip
    for pattern, outcome, phase in steps:
        found = pattern.search(run.text)
        if found is None or (answered and outcome in {"refused", "unreachable"}):
            continue
        if phase == "connect" and connected and outcome == "refused":
            continue
        place = run.place(found.start())
        fields: dict[str, Any] = {
            "outcome": outcome,
            "phase": phase or _phase(run, connected),
            "target": target_of(host),
        }
        if fields["target"] not in {"bot", "cloud", "trunk"}:
            fields["target"] = "unknown"
        yield run.draft("tcp.failure", PROBE, place, fields | some(port=port), host)
        return


def _phase(run: Run, connected: bool) -> str:
    if _SESSION.search(run.text):
        return "established"
    if _HELLO.search(run.text):
        return "handshake"
    return "established" if connected else "connect"


def _secured(run: Run, host: str) -> Iterator[Draft]:
    yield from tls.certificates(run, host)
    target = target_of(host) if target_of(host) in {"bot", "cloud", "trunk"} else "unknown"
    if (problem := _PROBLEM.search(run.text)) is not None:
        words = problem.group().strip()
        reason = next((r for r, marks in _PROBLEMS if any(m in words for m in marks)), "untrusted")
        fields = {"reason": reason, "target": target, "note": words}
        yield run.draft("tls.failure", "network.tls", run.place(problem.start()), fields, host)
    elif (fine := _TLS_OK.search(run.text)) is not None:
        yield run.draft("tls.ok", "network.tls", run.place(fine.start()), {"target": target}, host)


def _answered(run: Run, host: str) -> Iterator[Draft]:
    """The status of the answer, and whether a proxy or the server gave it."""
    headers = {m.group("name").casefold(): m.group("value").strip() for m in _HEADER.finditer(run.text)}
    if (tunnel := _TUNNEL.search(run.text)) is not None:
        fields = some(status=int(tunnel.group("status")), where="unknown", by="proxy", detail=_detail(headers))
        yield run.draft("http.status", PROBE, run.place(tunnel.start()), fields, host)
        return
    upgrade = "Upgrade: websocket" in run.command or "Upgrade: websocket" in run.text or "wss://" in run.command
    for pattern in (_STATUS, _WGET_STATUS, _WS_STATUS):
        answers = list(pattern.finditer(run.text))
        if not answers:
            continue
        found = answers[-1]
        status = int(found.group("status"))
        proxied = (
            status == 407
            or "x-squid-error" in headers
            or "proxy-agent" in headers
            or (status >= 400 and "via" in headers)
        )
        bare = status in {400, 426} and "curl" in run.tools and "Sec-WebSocket-Protocol" not in run.command
        where = "upgrade" if upgrade and not bare else "unknown"
        fields = some(status=status, where=where, by="proxy" if proxied else "unknown", detail=_detail(headers))
        yield run.draft("http.status", PROBE, run.place(found.start()), fields, host)
        return


def _detail(headers: dict[str, str]) -> str | None:
    named = [
        f"{name}: {headers[name]}" for name in ("server", "via", "proxy-agent", "www-authenticate") if name in headers
    ]
    return ", ".join(named)[:200] or None


def _timed(run: Run, host: str) -> Iterator[Draft]:
    """How long each step took, from the times that `curl -w` prints (seconds since the start)."""
    found = list(_TIMES.finditer(run.text))
    marks = {_STEPS[m.group("name").casefold()]: real(m.group("value")) for m in found}
    order = [s for s in ("lookup", "connect", "tls", "first_byte") if marks.get(s)]
    if len(order) < 2:
        return
    took, before = {}, 0.0
    for step in order:
        mark = marks[step] or 0.0
        took[step], before = max(mark - before, 0.0), max(mark, before)
    limits = {"first_byte": SLOW_ANSWER_S}
    late = [s for s in order if took[s] > limits.get(s, SLOW_STEP_S)]
    slowest = max(late, key=lambda s: took[s]) if late else "none"
    fields = {f"{s}_ms": round(took[s] * 1000, 1) for s in order} | {"slow": slowest, "target": target_of(host)}
    yield run.draft("http.timing", PROBE, run.place(found[0].start()), fields, host)
    if (code := _CODE.search(run.text)) is not None and code.group("status") != "000":
        yield probe(run, "curl", host, run.place(code.start()), loss=0.0, more={"protocol": "tcp"})
