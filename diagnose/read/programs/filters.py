"""`iptables`, `nft`, `ufw`, `pfctl` -> which rules drop packets, and whether they have done so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.shapes import some

KIND = "network.note"

_CHAIN = re.compile(
    r"^Chain (?P<name>\S+) \((?:policy (?P<policy>\w+)(?: (?P<packets>\d+[KMG]?) packets)?|\d+ references)[^)\n]*\)",
    re.M,
)
_RULE = re.compile(
    r"^[ \t]*(?:\d+\s+)?(?P<packets>\d+[KMG]?)\s+\d+[KMG]?\s+(?P<target>\w+)\s+(?P<protocol>\w+)\s+(?:opt"
    r" )?\S+\s+\S+\s+\S+\s+"
    r"(?P<source>\S+)\s+(?P<destination>\S+)(?P<more>[^\n]*)$",
    re.M,
)
_SAVED = re.compile(
    r"^\[(?P<packets>\d+):\d+\] -A (?P<chain>\S+) (?P<body>[^\n]*?)-j (?P<target>DROP|REJECT|ACCEPT)\b[^\n]*$", re.M
)
_NFT = re.compile(
    r"^[ \t]*(?P<body>[^\n{}]*?)counter packets (?P<packets>\d+) bytes \d+ (?P<target>drop|reject|accept)[^\n]*$", re.M
)
_UFW = re.compile(r"^Status: (?P<state>active|inactive)$", re.M)
_PORTS = re.compile(r"(?:dpts?:|--dports? |dport [{ ]?)(?P<ports>[\d:,-]+)")
_PEER = re.compile(r"(?:-d |daddr )(?P<address>[\d./]+)")
_INVALID = re.compile(r"(?:ct)?state INVALID|--(?:ct)?state INVALID|ct state invalid", re.I)
_UNITS = {"K": 1000, "M": 1_000_000, "G": 1_000_000_000}


def claims(text: str) -> bool:
    """Whether a text holds counters of a packet filter."""
    return any(p.search(text) for p in (_CHAIN, _SAVED, _NFT)) or ("To " in text and _UFW.search(text) is not None)


def read(run: Run) -> Iterator[Draft]:
    """The facts on rules that drop: each that has dropped something; and that none has, which rules the filter out."""
    counted = [*_rules(run), *_saved(run)]
    hits = [(found, outcome, target) for found, outcome, target, packets in counted if packets]
    for found, outcome, target in hits:
        fields = some(outcome=outcome, target=target)
        yield run.draft("firewall.event", KIND, run.place(found.start()), fields)
    if counted and not hits:
        place = run.place(counted[0][0].start())
        draft = run.draft("firewall.event", KIND, place, {"outcome": "drop"})
        yield denied(draft)


def denied(draft: Draft) -> Draft:
    """The same, as what was looked for and not there."""
    import msgspec

    return msgspec.structs.replace(draft, polarity="denied")


def _rules(run: Run) -> Iterator[tuple[re.Match[str], str, str | None, int]]:
    """(place, outcome, target, packets) of each rule of `iptables -L -v` that drops, and of a policy that does."""
    if not _CHAIN.search(run.text):
        return
    for found in _CHAIN.finditer(run.text):
        if found.group("policy") in {"DROP", "REJECT"} and found.group("packets") is not None:
            yield found, "drop", f"policy of {found.group('name')}", _number(found.group("packets"))
    for found in _RULE.finditer(run.text):
        if found.group("target") in {"DROP", "REJECT"}:
            yield (
                found,
                _outcome(found.group("target"), found.group("more")),
                _target(found),
                _number(found.group("packets")),
            )


def _saved(run: Run) -> Iterator[tuple[re.Match[str], str, str | None, int]]:
    for pattern in (_SAVED, _NFT):
        for found in pattern.finditer(run.text):
            if found.group("target").upper() in {"DROP", "REJECT"}:
                body = found.group("body")
                yield found, _outcome(found.group("target"), body), _ports(body), int(found.group("packets"))


def _outcome(target: str, more: str) -> str:
    """drop or deny by the rule's target; packets of no known connection are dropped since the filter lost its state."""
    if _INVALID.search(more):
        return "state_lost"
    return "reset" if "tcp-reset" in more else "drop" if target.upper() == "DROP" else "deny"


def _target(found: re.Match[str]) -> str | None:
    where = found.group("destination")
    ports = _ports(found.group("more"))
    named = where if where not in {"0.0.0.0/0", "anywhere", "::/0"} else None
    return " ".join(part for part in (named, ports) if part) or None


def _ports(text: str) -> str | None:
    ports, peer = _PORTS.search(text), _PEER.search(text)
    shown = [peer.group("address") if peer else "", f"port {ports.group('ports')}" if ports else ""]
    return " ".join(part for part in shown if part) or None


def _number(text: str) -> int:
    """A counter of iptables: 140K is 140 000."""
    return int(text[:-1]) * _UNITS[text[-1]] if text[-1] in _UNITS else int(text)
