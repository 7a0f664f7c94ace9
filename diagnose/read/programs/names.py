"""`dig`, `nslookup`, `host`, `resolvectl`, `getent`, `resolv.conf` -> what a name resolves to, and at which server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from diagnose.model import Draft
from diagnose.read.programs.runs import Run, stretches
from diagnose.read.programs.tables import parsed
from diagnose.read.programs.targets import is_address
from diagnose.read.shapes import some

KIND = "network.dns"

SLOW_MS = 1000
"""A look-up that takes a second delays the set-up of a call (engineering judgement)."""

_DIG = re.compile(r"^; <<>> DiG [^\n]*<<>> ?(?P<asked>[^\n]*)$", re.M)
_HEADER = re.compile(r"^;; ->>HEADER<<-[^\n]*status: (?P<status>\w+)", re.M)
_QUESTION = re.compile(r"^;(?P<name>[^\s;]+)\s+IN\s+(?P<type>\w+)", re.M)
_UNANSWERED = re.compile(
    r"^;; (?:connection timed out|no servers could be reached|communications error[^\n]*(?:timed out"
    r"|refused|unreachable))[^\n]*",
    re.M,
)
_OUTCOMES = {"NOERROR": "ok", "NXDOMAIN": "nxdomain", "SERVFAIL": "servfail", "REFUSED": "refused"}

_NSLOOKUP = re.compile(r"^Server:\s+(?P<server>\S+)", re.M)
_NS_NAME = re.compile(
    r"^Name:\s+(?P<name>\S+)\s*\n(?P<rows>(?:Address(?:es)?:\s+\S+\s*\n?|[ \t]+[\d.:a-f]+\s*\n?)+)", re.M
)
_NS_FAIL = re.compile(
    r"^(?:\*\* server can't find (?P<name>\S+): (?P<why>\w+)"
    r"|\*\*\* (?:\S+ )?[Cc]an't find (?P<name2>\S+): (?P<why2>[\w -]+)"
    r"|(?P<late>DNS request timed out)|;; (?P<late2>connection timed out))",
    re.M,
)
_HOST_OK = re.compile(r"^(?P<name>[\w.-]+\.?) has (?:IPv6 )?address (?P<address>\S+)$", re.M)
_HOST_FAIL = re.compile(r"^Host (?P<name>\S+) not found: \d+\((?P<why>\w+)\)", re.M)
_RESOLVECTL = re.compile(r"^(?P<name>[\w-]+(?:\.[\w-]+)+): (?P<address>[\d.]+|[\da-f]*:[\da-f:]+)\s+-- link: \S+", re.M)
_RESOLVE_FAIL = re.compile(r"^(?P<name>[\w-]+(?:\.[\w-]+)+): resolve call failed: (?P<why>[^\n]+)", re.M)
_GETENT = re.compile(r"^(?P<address>[\da-f.:]+)\s+(?:(?:STREAM|DGRAM|RAW)\s*)?(?P<name>[A-Za-z][\w.-]*)?", re.M)
_NAMESERVER = re.compile(r"^[ \t]*nameserver\s+(?P<server>\S+)", re.M)
_RESOLV = re.compile(r"^(?:nameserver\s+[\da-f.:]+|search\s+\S+|options\s+.*(?:timeout|attempts|ndots))\s*", re.M)


def claims(text: str) -> bool:
    """Whether a text holds output of dig, nslookup, host or resolvectl, or a resolv.conf."""
    patterns = (_DIG, _HEADER, _NSLOOKUP, _HOST_OK, _HOST_FAIL, _RESOLVECTL, _RESOLVE_FAIL, _NAMESERVER)
    return any(p.search(text) for p in patterns)


def read(run: Run) -> Iterator[Draft]:
    """The facts of all lookups in a run."""
    yield from _dig(run)
    yield from _nslookup(run)
    yield from _host(run)
    if "getent" in run.tools:
        yield from _getent(run)
    if _RESOLV.search(run.text) and not _HEADER.search(run.text):
        servers = _NAMESERVER.findall(run.text)
        fields: dict[str, Any] = {"count": len(servers), "servers": ", ".join(servers) or "none"}
        yield run.draft("dns.config", KIND, run.at("nameserver"), fields)


def _result(
    run: Run,
    offset: int,
    name: str,
    outcome: str,
    addresses: Sequence[str] = (),
    server: str | None = None,
    **more: Any,
) -> Draft:
    known = sorted(set(addresses))
    fields = some(
        outcome=outcome,
        name=name.rstrip("."),
        server=server,
        address=", ".join(known[:4]) or None,
        answers=len(known) or None,
    )
    return run.draft("dns.result", KIND, run.place(offset), fields | some(**more), name.rstrip("."))


def _blocks(text: str) -> list[int]:
    """Where each run of dig begins: at its banner, or at the header where the banner is not there."""
    starts = [m.start() for m in _DIG.finditer(text)]
    return starts or [m.start() for m in _HEADER.finditer(text)]


def _dig(run: Run) -> Iterator[Draft]:
    starts = _blocks(run.text)
    for start, end in stretches(starts, len(run.text)):
        block = run.text[start:end]
        banner = _DIG.match(block)
        words = (banner.group("asked") if banner else run.command).split()
        server = next((w[1:] for w in words if w.startswith("@")), None)
        question, header = _QUESTION.search(block), _HEADER.search(block)
        asked = next((w for w in words if "." in w and w[0] not in "@+-"), None)
        name = question.group("name") if question else asked
        if name is None:
            continue
        if header is None:
            if _UNANSWERED.search(block):
                yield _result(run, start, name, "timeout", server=server)
            continue
        yield _answer(run, start + header.start(), block, name, server, header.group("status"), question)
    if not starts and run.text.strip() and "+short" in run.command.split():
        yield from _short(run)
    elif not starts and "dig" in run.tools and (late := _UNANSWERED.search(run.text)) is not None:
        asked = next((w for w in run.command.split()[1:] if "." in w and w[0] not in "@+-"), "")
        yield _result(run, late.start(), asked, "timeout")


def _answer(
    run: Run, offset: int, block: str, name: str, server: str | None, status: str, question: re.Match[str] | None
) -> Draft:
    row = next(iter(parsed("dig", block)), {})
    answers = [a for a in row.get("answer", ()) if isinstance(a, dict)]
    addresses = [str(a.get("data")) for a in answers if a.get("type") in {"A", "AAAA"}]
    asked = question.group("type") if question else "A"
    outcome = _OUTCOMES.get(status, "failed")
    if outcome == "ok" and "tc" in row.get("flags", ()):
        outcome = "truncated"
    elif (
        outcome == "ok"
        and not addresses
        and (asked in {"A", "SRV", "NAPTR"} and not [a for a in answers if a.get("type") == asked])
    ):
        outcome = "empty"
    answering = server or str(row.get("server") or "").partition("#")[0] or None
    ttls = [a["ttl"] for a in answers if isinstance(a.get("ttl"), int)]
    when, took = row.get("when_epoch_utc"), row.get("query_time")
    more = some(
        record=asked if asked != "A" else None, ttl_s=min(ttls) if ttls else None, rtt_ms=took,
        slow=True if isinstance(took, int) and took >= SLOW_MS else None,
        start=when * 1000 if isinstance(when, int) else None,
    )  # fmt: skip
    start = more.pop("start", None)
    draft = _result(run, offset, name, outcome, addresses, answering, **more)
    return msgspec.structs.replace(draft, start=start)


def _short(run: Run) -> Iterator[Draft]:
    words = [w for w in run.command.split()[1:] if w[0] not in "+-"]
    name = next((w for w in words if not w.startswith("@")), "")
    server = next((w[1:] for w in words if w.startswith("@")), None)
    addresses = [line.strip() for line in run.text.splitlines() if is_address(line.strip())]
    late = _UNANSWERED.search(run.text)
    if late:
        yield _result(run, late.start(), name, "timeout", server=server)
    elif addresses:
        yield _result(run, 0, name, "ok", addresses, server)


def _nslookup(run: Run) -> Iterator[Draft]:
    servers = list(_NSLOOKUP.finditer(run.text))
    for found in _NS_NAME.finditer(run.text):
        server = next((s.group("server") for s in reversed(servers) if s.start() < found.start()), None)
        addresses = [w for w in found.group("rows").split() if is_address(w)]
        yield _result(run, found.start(), found.group("name"), "ok", addresses, server)
    if not servers and "nslookup" not in run.tools:
        return
    for found in _NS_FAIL.finditer(run.text):
        server = next((s.group("server") for s in reversed(servers) if s.start() < found.start()), None)
        asked = [w for w in run.command.split()[1:] if not w.startswith("-")]
        name = found.group("name") or found.group("name2") or (asked[0] if asked else "")
        why = (found.group("why") or found.group("why2") or "").strip().casefold()
        outcome = "timeout" if not why else _why(why)
        yield _result(run, found.start(), name, outcome, server=server)


def _why(text: str) -> str:
    """The outcome that a resolver's words stand for."""
    low = text.casefold()
    for words, outcome in (
        (("nxdomain", "non-existent", "not found"), "nxdomain"), (("servfail", "server failed"), "servfail"),
        (("refused",), "refused"), (("no answer",), "empty"), (("timed out", "all attempts"), "timeout"),
    ):  # fmt: skip
        if any(w in low for w in words):
            return outcome
    return "failed"


def _host(run: Run) -> Iterator[Draft]:
    named: dict[str, list[re.Match[str]]] = {}
    for pattern in (_HOST_OK, _RESOLVECTL):
        for found in pattern.finditer(run.text):
            named.setdefault(found.group("name"), []).append(found)
    for name, rows in named.items():
        yield _result(run, rows[0].start(), name, "ok", [m.group("address") for m in rows])
    for found in (*_HOST_FAIL.finditer(run.text), *_RESOLVE_FAIL.finditer(run.text)):
        yield _result(run, found.start(), found.group("name"), _why(found.group("why")))


def _getent(run: Run) -> Iterator[Draft]:
    name = run.command.split()[-1]
    addresses = [m.group("address") for m in _GETENT.finditer(run.text) if is_address(m.group("address"))]
    if addresses:
        yield _result(run, 0, name, "ok", addresses)
    elif not run.text.strip() and "." in name:
        yield _result(run, 0, name, "failed")
