"""Session descriptions (RFC 8866, parsed by sdp-transform): the audio they describe, and two of them compared."""

from __future__ import annotations

import ipaddress
from typing import Any

import msgspec

from diagnose.read.shapes import integer

EVENTS = "telephone-event"

_STATIC = {0: "PCMU", 3: "GSM", 4: "G723", 8: "PCMA", 9: "G722", 13: "CN", 18: "G729"}
"""Payload types that need no rtpmap (RFC 3551)."""
_DYNAMIC = 96
"""From this payload type on a codec needs an rtpmap; without one it cannot be known."""
_NO_CODECS = frozenset({EVENTS, "cn", "red", "ulpfec"})
_PRIVATE = tuple(
    ipaddress.ip_network(n)
    for n in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)


class Audio(msgspec.Struct, frozen=True):
    """The first audio stream of a description: address and port, profile (`RTP/AVP`), codec names in lower case by
    preference, the payload type of telephone events, direction, packet time in ms, and what secures it."""

    address: str
    port: int
    profile: str
    codecs: tuple[str, ...]
    events: int | None
    direction: str
    ptime: int | None = None
    crypto: bool = False
    fingerprint: bool = False
    ice: bool = False

    @property
    def shown(self) -> str:
        """The codecs in words, as reports print them."""
        return " ".join(c.upper() for c in self.codecs) or "none"

    @property
    def held(self) -> bool:
        """Whether it puts the other side on hold: no address, or nothing to be sent back."""
        return self.direction in {"sendonly", "inactive"} or scope_of(self.address) == "unset"

    @property
    def security(self) -> str:
        """rtp, srtp or dtls, by the profile."""
        profile = self.profile.upper()
        return "dtls" if "TLS" in profile else "srtp" if "SAVP" in profile else "rtp"


def audio_of(body: str) -> Audio | None:
    """The first audio stream of the description in a message body; None when there is none that can be read."""
    import sdp_transform

    try:
        parsed: dict[str, Any] = sdp_transform.parse("\n".join(line.strip() for line in body.splitlines()))
    except (ValueError, TypeError, AttributeError, IndexError):
        return None
    media = next((m for m in parsed["media"] if m.get("type") == "audio"), None)
    if media is None:
        return None
    connection = media.get("connection") or parsed.get("connection") or {}
    payloads = [n for p in str(media.get("payloads", "")).split() if (n := integer(p)) is not None]
    names = {r.get("payload"): str(r.get("codec", "")).casefold() for r in media["rtp"]}
    codecs = [names.get(n) or _STATIC.get(n, "" if n >= _DYNAMIC else f"type {n}").casefold() for n in payloads]
    events = next((n for n, c in zip(payloads, codecs, strict=True) if c == EVENTS), None)
    return Audio(
        address=str(connection.get("ip", "")).split("/")[0],
        port=integer(media.get("port")) or 0,
        profile=str(media.get("protocol", "")),
        codecs=tuple(dict.fromkeys(c for c in codecs if c and c not in _NO_CODECS)),
        events=events,
        direction=str(media.get("direction") or parsed.get("direction") or "sendrecv"),
        ptime=integer(media.get("ptime")),
        crypto=bool(media.get("crypto") or parsed.get("crypto")),
        fingerprint=bool(media.get("fingerprint") or parsed.get("fingerprint")),
        ice=bool(media.get("iceUfrag") or parsed.get("iceUfrag")),
    )


def scope_of(address: str) -> str | None:
    """private, public, loopback or unset (0.0.0.0); None for a name."""
    try:
        ip = ipaddress.ip_address(address.strip("[]").split("%")[0])
    except ValueError:
        return None
    if ip.is_unspecified:
        return "unset"
    if ip.is_loopback:
        return "loopback"
    return "private" if any(ip in net for net in _PRIVATE if net.version == ip.version) else "public"


def common(offer: Audio, answer: Audio) -> str:
    """agreed, no_common (no codec, or the stream refused by port 0) or differs (an answer that was not offered)."""
    if answer.port == 0 or not answer.codecs:
        return "no_common"
    if not set(answer.codecs) & set(offer.codecs):
        return "differs"
    return "agreed"


def security(offer: Audio, answer: Audio | None) -> str:
    """agreed, mismatch (of profiles), or missing_key (a secured profile without key or fingerprint)."""
    for side in (offer, answer):
        if side is None or side.port == 0:
            continue
        if side.security == "dtls" and not side.fingerprint:
            return "missing_key"
        if side.security == "srtp" and not (side.crypto or side.fingerprint):
            return "missing_key"
        if side.security == "rtp" and side.crypto and answer is None:
            return "key_without_srtp"
    if answer is not None and answer.port and answer.security != offer.security:
        return "mismatch"
    return "agreed"
