"""`curl`, `wget`, `websocat`, `wscat` -> how far a request came: name, connection, proxy, TLS, answer, and how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from diagnose.model import Draft
from diagnose.read.programs import timing, tls
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import PROBE, is_address, peer_of, probe
from diagnose.read.shapes import integer, some

KIND = PROBE

_URL = re.compile(r"\b(?:https?|wss?)://(?:[^\s/@'\"]+@)?(?P<host>\[[^\]\s]+\]|[\w.-]+)(?::(?P<port>\d+))?")
_PROXY = re.compile(r"(?:-x|--proxy)[ =]?\S+")
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
_PINNED = re.compile(r"--(?:resolve|connect-to)[ =]")
_TLS_OK = re.compile(r"^\*\s+SSL certificate verify ok", re.M)
_HELLO = re.compile(r"Client hello", re.I)
_SESSION = re.compile(r"SSL connection using", re.I)


def claims(text: str) -> bool:
    """Whether a text holds output of `curl -v`, an error of curl, or wget's progress."""
    return _START.search(text) is not None


def read(run: Run) -> Iterator[Draft]:
    """The facts of a request: every step that it came through, and the one at which it failed."""
    connected, trying = _CONNECTED.search(run.text), _TRYING.search(run.text)
    asked = _PROXY.sub("", run.command)
    url = _URL.search(asked) or _URL.search(run.text)
    reached = connected or trying
    host = url.group("host") if url else reached.group(1) if reached else ""
    if not host:
        return
    address = reached.group("address") if reached else None
    port = integer(reached.group("port")) if reached else _port_of(url)
    proxied = asked != run.command and "noproxy" not in run.command
    pinned = True if _PINNED.search(run.command) else None
    if connected:
        name = connected.group("host") if proxied else host
        more = some(address=address if address != name else None, port=port, protocol="tcp", pinned=pinned)
        yield probe(run, "curl", name, run.place(connected.start()), loss=0.0, more=more)
    known = some(port=port, address=None if proxied else address)
    yield from _failed(run, host, known, connected is not None)
    yield from _secured(run, host)
    yield from _answered(run, host)
    for draft in timing.read(run, host, port):
        probed = pinned and draft.kind == "probe.result"
        yield msgspec.structs.replace(draft, fields=draft.fields | {"pinned": True}) if probed else draft


def _port_of(url: re.Match[str] | None) -> int | None:
    if url is None:
        return None
    return integer(url.group("port")) or (443 if url.group().startswith(("https", "wss")) else 80)


def _failed(run: Run, host: str, more: dict[str, Any], connected: bool) -> Iterator[Draft]:
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
            "target": peer_of(host),
        }
        yield run.draft("tcp.failure", PROBE, place, fields | more, host)
        return


def _phase(run: Run, connected: bool) -> str:
    if _SESSION.search(run.text):
        return "established"
    if _HELLO.search(run.text):
        return "handshake"
    return "established" if connected else "connect"


def _secured(run: Run, host: str) -> Iterator[Draft]:
    yield from tls.certificates(run, host)
    target = peer_of(host)
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
        fields = some(
            status=status,
            where=_where(run, status, upgrade),
            by="proxy" if proxied else "unknown",
            detail=_detail(headers),
        )
        yield run.draft("http.status", PROBE, run.place(found.start()), fields, host)
        return
    offset, values = timing.written(run)
    if written := timing.status_of(values):
        fields = {"status": written, "where": _where(run, written, upgrade), "by": "unknown"}
        yield run.draft("http.status", PROBE, run.place(offset), fields, host)


def _where(run: Run, status: int, upgrade: bool) -> str:
    """upgrade, unless the test was no proper request for one: curl names no protocol, which servers may refuse."""
    bare = status in {400, 426} and "curl" in run.tools and "Sec-WebSocket-Protocol" not in run.command
    return "upgrade" if upgrade and not bare else "unknown"


def _detail(headers: dict[str, str]) -> str | None:
    named = [
        f"{name}: {headers[name]}" for name in ("server", "via", "proxy-agent", "www-authenticate") if name in headers
    ]
    return ", ".join(named)[:200] or None
