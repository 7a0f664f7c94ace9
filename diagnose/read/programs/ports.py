"""`nc`, `telnet`, `nmap`, `tcping`, `Test-NetConnection` -> whether a port answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import PROBE, is_address, peer_of, probe

KIND = PROBE

_OPEN = re.compile(
    r"^(?:Connection to (?P<a>\S+) (?:\(\S+\) )?(?P<ap>\d+) port \[\S+\] succeeded!"
    r"|Ncat: Connected to (?P<b>[\d.a-f:]+):(?P<bp>\d+)\."
    r"|(?:\(UNKNOWN\) \[)?(?P<c>[\w.-]+)(?:\]| \[[\d.]+\])? (?P<cp>\d+) \(\S+\) open|Connected to (?P<d>[\w.-]+)\.$)",
    re.M,
)
_SHUT = re.compile(
    r"^(?:nc: connect(?:x)? to (?P<a>\S+) (?:\(\S+\) )?port (?P<ap>\d+) \(\w+\) (?:failed: )?(?P<aw>[^\n]+)"
    r"|(?:\(UNKNOWN\)|(?P<c>[\w.-]+))(?: \[[\d.]+\])? (?P<cp>\d+) \(\S+\) : (?P<cw>[^\n]+)"
    r"|(?:Ncat|telnet): (?:Unable to connect to remote host: |connect to address (?P<b>\S+): )?"
    r"(?P<bw>(?:Connection|No route|Network|TIMEOUT|Could not)[^\n]*))",
    re.M,
)
_NMAP = re.compile(r"^(?P<port>\d+)/(?P<protocol>tcp|udp)\s+(?P<state>open|closed|filtered)\b", re.M)
_NMAP_HOST = re.compile(r"^Nmap scan report for (?P<host>\S+)", re.M)
_TESTED = re.compile(
    r"ComputerName\s*: (?P<host>\S+)(?:(?!ComputerName)[\s\S]){0,200}?RemotePort\s*:"
    r" (?P<port>\d+)(?:(?!ComputerName)[\s\S]){0,400}?TcpTestSucceeded\s*: (?P<ok>True|False)"
)
_PINGED = re.compile(
    r"^ComputerName\s*: (?P<host>\S+)\s*\n(?:(?!ComputerName|RemotePort)[^\n]*\n){0,8}?"
    r"PingSucceeded\s*: (?P<ok>True|False)[ \t]*(?:\n\s*PingReplyDetails \(RTT\)\s*: (?P<rtt>\d+) ms)?",
    re.M,
)
"""Test-NetConnection without a port; with one its ping says nothing, since the port is what was asked for."""
_NO_NAME = re.compile(r"^WARNING: Name resolution of (?P<name>\S+) failed", re.M)
_TCPING = re.compile(r"^(?:seq \d+: )?tcp response from (?P<host>\S+) .*?\[open\]|^Port is open", re.M)


def claims(text: str) -> bool:
    """Whether a text holds output of a program that tries ports."""
    return any(p.search(text) for p in (_OPEN, _SHUT, _NMAP, _TESTED, _PINGED, _NO_NAME))


def read(run: Run) -> Iterator[Draft]:
    """The facts on all ports that a run tried."""
    words = [w for w in re.split(r"[\s;|&]+", run.command) if w]
    for found in _OPEN.finditer(run.text):
        host = next(found.group(k) for k in "abcd" if found.group(k))
        port = next((found.group(k) for k in ("ap", "bp", "cp") if found.group(k)), _port(words))
        yield probe(
            run,
            "nc",
            host,
            run.place(found.start()),
            loss=0.0,
            more={"protocol": "tcp", "port": int(port) if port else None},
        )
    for found in _SHUT.finditer(run.text):
        host = next((found.group(k) for k in "acb" if found.group(k)), None) or _host(words)
        port = next((found.group(k) for k in ("ap", "cp") if found.group(k)), _port(words))
        why = next((found.group(k) for k in ("aw", "cw", "bw") if found.group(k)), "")
        if host:
            yield _failure(run, found.start(), host, port, _in_words(why))
    scanned = _NMAP_HOST.search(run.text)
    for found in _NMAP.finditer(run.text) if scanned else ():
        host = scanned.group("host") if scanned else ""
        if found.group("state") == "open":
            more = {"protocol": found.group("protocol"), "port": int(found.group("port"))}
            yield probe(run, "nmap", host, run.place(found.start()), loss=0.0, more=more)
        elif found.group("protocol") == "tcp":
            outcome = "refused" if found.group("state") == "closed" else "timeout"
            yield _failure(run, found.start(), host, found.group("port"), outcome)
    for found in _TESTED.finditer(run.text):
        if found.group("ok") == "True":
            more = {"protocol": "tcp", "port": int(found.group("port"))}
            yield probe(run, "nc", found.group("host"), run.place(found.start()), loss=0.0, more=more)
        else:
            yield _failure(run, found.start(), found.group("host"), found.group("port"), "timeout")
    yield from _pinged(run)


def _pinged(run: Run) -> Iterator[Draft]:
    """Test-NetConnection without a port, or with a name that nobody knows."""
    unknown = {m["name"]: m for m in _NO_NAME.finditer(run.text)}
    for found in _PINGED.finditer(run.text):
        if found["host"] in unknown:
            continue
        ok, rtt = found["ok"] == "True", found["rtt"]
        yield probe(
            run, "ping", found["host"], run.place(found.start()),
            loss=0.0 if ok else 100.0, rtt=float(rtt) if ok and rtt else None, more={"protocol": "icmp"},
        )  # fmt: skip
    for name, found in unknown.items():
        fields = {"outcome": "failed", "name": name}
        yield run.draft("dns.result", "network.dns", run.place(found.start()), fields)


def _failure(run: Run, offset: int, host: str, port: str | None, outcome: str) -> Draft:
    fields = {"outcome": outcome, "phase": "connect", "target": peer_of(host)}
    more = {"port": int(port)} if port and port.isdecimal() else {}
    address = {"address": host} if is_address(host) else {}
    return run.draft("tcp.failure", KIND, run.place(offset), fields | more | address, host)


def _in_words(text: str) -> str:
    low = text.casefold()
    if "refused" in low:
        return "refused"
    if "no route" in low or "unreachable" in low:
        return "unreachable"
    return "reset" if "reset" in low else "timeout"


def _host(words: list[str]) -> str | None:
    """The host of a command line: the last word before the port."""
    names = [w for w in words[1:] if not w.startswith("-") and not w.isdecimal() and re.search(r"[.:]", w)]
    return names[-1] if names else None


def _port(words: list[str]) -> str | None:
    numbers = [w for w in words[1:] if w.isdecimal()]
    return numbers[-1] if numbers else None
