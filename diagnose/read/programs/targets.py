"""What a host is, where its name or address tells, and what a probe of it says."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from diagnose.model import Draft, Place
from diagnose.read.programs.runs import Run
from diagnose.read.shapes import some

PROBE = "network.probe"

LOSS_PCT = 1.0
"""Loss from here on is trouble for voice and for speech recognition (engineering judgement)."""
FULL_BYTES = 1472
"""Payload of an IPv4 echo that fills an Ethernet frame of 1500 bytes (RFC 792, RFC 894)."""
LARGE_BYTES = 1100
"""A payload from here on is a test of packet size (the default is 32 or 56)."""
ETHERNET_MTU = 1500
SLOW_MS = 300.0
"""A round trip of 300 ms is the one-way 150 ms of ITU-T G.114."""

_CLOUD = (
    "mypurecloud.com", "mypurecloud.ie", "mypurecloud.de", "mypurecloud.jp", "mypurecloud.com.au", "pure.cloud",
    "genesys.cloud",
)  # fmt: skip
_PUBLIC = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "208.67.222.222"})
_PRIVATE = tuple(ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fe80::/10"))
_BOT = re.compile(r"bot|audiohook|audioconnector|orchestrat|voice-?ai|speech", re.I)
_TRUNK = re.compile(r"sip|sbc|pstn|trunk|carrier", re.I)


def target_of(host: str) -> str:
    """What a probed host is, where its name or address tells: cloud, bot, internet, gateway, trunk or unknown."""
    name = host.casefold().rstrip(".")
    if _BOT.search(name):
        return "bot"
    if name.endswith(_CLOUD):
        return "cloud"
    if name in _PUBLIC:
        return "internet"
    if not is_address(name):
        label, _, rest = name.partition(".")
        inside = not rest or rest.rpartition(".")[2] in {"local", "lan", "home", "internal", "arpa", "box"}
        gateway = inside and ("gateway" in label or label.startswith("gw"))
        return "gateway" if gateway else "trunk" if _TRUNK.search(name) else "unknown"
    return (
        "gateway"
        if is_private(name) and int(ipaddress.ip_address(name.partition("%")[0])) & 0xFF in {1, 254}
        else "unknown"
    )


def peer_of(host: str) -> str:
    """What a host that was connected to is, in the words of the facts on TCP and TLS: bot, cloud, trunk or unknown."""
    role = target_of(host)
    return role if role in {"bot", "cloud", "trunk"} else "unknown"


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def is_private(text: str) -> bool:
    """Whether a text is an address of a private network (RFC 1918) or of one link."""
    if not is_address(text):
        return False
    address = ipaddress.ip_address(text.partition("%")[0])
    return any(address in net for net in _PRIVATE if net.version == address.version)


def outcome_of(loss: float, rtt: float | None) -> str:
    """ok, loss, slow or unreachable, from loss in percent and the mean round trip in ms."""
    if loss >= 100:
        return "unreachable"
    if loss >= LOSS_PCT:
        return "loss"
    return "slow" if rtt is not None and rtt > SLOW_MS else "ok"


def probe(
    run: Run,
    tool: str,
    host: str,
    place: Place,
    *,
    loss: float,
    rtt: float | None = None,
    target: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Draft:
    """A `probe.result`: `loss` in percent, `rtt` the mean round trip in ms, `more` further fields of the fact."""
    role = target or target_of(host)
    fields = some(
        tool=tool,
        target=run.aimed_at if role == "unknown" else role,
        outcome=outcome_of(loss, rtt),
        loss_pct=loss,
        rtt_ms=rtt,
        note=host,
    )
    return run.draft("probe.result", PROBE, place, fields | some(**(more or {})), host)
