"""What the readers of structured evidence share: times, words, and the vocabulary of the platform's enums.

The enums stand in the API's own model (PureCloudPlatformClientV2 269). Values are compared without regard to case and
separators, since the same word comes as `FLOW_ERROR_EXIT`, `flowErrorExit` and `transport.failure`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

import msgspec

MAX_EXCERPT = 300
"""Longest excerpt of a place, in characters."""

_SECONDS_LIMIT = 100_000_000_000
"""A number below this is seconds since 1970 (until the year 5138), one above is milliseconds (since 1973)."""
_EARLIEST = 315_532_800_000
"""1980-01-01 in ms: a smaller number is no time stamp of a call."""
_LATEST = 253_402_300_799_000
"""The end of the year 9999 in ms."""

_LEGS = {
    "botflow": "bot", "bot": "bot", "ivr": "bot", "workflow": "bot",
    "customer": "customer", "external": "customer", "inbound": "customer", "outbound": "customer", "caller": "customer",
    "agent": "agent", "user": "agent", "station": "agent", "manual": "agent",
    "trunk": "trunk",
}  # fmt: skip

_DISCONNECTS = {
    name.casefold(): name
    for name in (
        "client", "conferenceTransfer", "consultTransfer", "dndEndpoint", "dndTransfer", "endpoint", "error",
        "forwardTransfer", "inactivity", "noAnswerTransfer", "notAvailableTransfer", "other", "peer", "sessionExpired",
        "spam", "system", "takeover", "timeout", "transfer", "transportFailure", "uncallable",
    )
}  # fmt: skip
_DOTTED = {
    "endpointdnd": "dndEndpoint", "transferdnd": "dndTransfer", "endpointdonotdisturb": "dndEndpoint",
    "transferdonotdisturb": "dndTransfer", "transferconsult": "consultTransfer",
    "transferconference": "conferenceTransfer", "transferforward": "forwardTransfer",
    "transfernoanswer": "noAnswerTransfer", "transfernotavailable": "notAvailableTransfer",
    "expired": "sessionExpired",
}  # fmt: skip

_EVENTS = {
    "mediatimeout": "media_timeout", "mediarestart": "media_restart", "mediarestarted": "media_restart",
    "mediastart": "media_started", "mediastarted": "media_started", "mediaestablished": "media_started",
    "mediaconnected": "media_started",
    "mediastop": "media_stopped", "mediastopped": "media_stopped", "medialost": "media_stopped",
    "mediadisconnected": "media_stopped",
    "mediarecovery": "media_recovery", "mediarecovered": "media_recovery",
    "discarded": "discarded", "mediadiscarded": "discarded", "paused": "paused", "mediapaused": "paused",
    "resumed": "resumed", "mediaresumed": "resumed",
}  # fmt: skip


_TIMEOUT_CODES = ("iceidledetection", "dtlspeerdisconnect")
_RECOVERY_CODE = "mediarecovery"


def squash(text: object) -> str:
    """A word without case and separators: `FLOW_ERROR_EXIT` and `flow.error-exit` are both `flowerrorexit`."""
    return _squashed(str(text))


@lru_cache(maxsize=2048)
def _squashed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def millis(value: object) -> tuple[int | None, bool]:
    """A time stamp as UTC ms, and whether it had no zone (then the ms are local time taken as if it were UTC).

    Takes ISO 8601 text, seconds or ms since 1970 as number or digits; anything else gives (None, False).
    """
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None, False
    ms = value * 1000 if value < _SECONDS_LIMIT else value
    return (round(ms), False) if _EARLIEST <= ms <= _LATEST else (None, False)


@lru_cache(maxsize=2048)
def _from_text(text: str) -> tuple[int | None, bool]:
    """Cached, since the stamps of one conversation are asked for again and again."""
    text = text.strip()
    if text.replace(".", "", 1).isdecimal():
        try:
            return millis(float(text))
        except ValueError:
            return None, False
    try:
        stamp = datetime.fromisoformat(text.replace(",", "."))
        local = stamp.tzinfo is None
        return round((stamp.replace(tzinfo=UTC) if local else stamp).timestamp() * 1000), local
    except (ValueError, OverflowError):
        return None, False


def leg_of(purpose: object) -> str:
    """The leg that a participant's `purpose` stands for: bot, customer, agent, trunk or unknown."""
    return _LEGS.get(squash(purpose or ""), "unknown")


def disconnect_type(text: object) -> str:
    """A disconnect type in the form of analytics, from any of its forms (`TRANSPORT_FAILURE`, `transport.failure`)."""
    key = squash(text)
    return _DISCONNECTS.get(key) or _DOTTED.get(key) or str(text)


def is_transfer(kind: str) -> bool:
    """Whether a disconnect type (analytics form) says that the party left by some kind of transfer."""
    return "transfer" in kind.casefold()


def media_event(text: object) -> str | None:
    """The dictionary's word for a media event, or None for a word that is none."""
    return _EVENTS.get(squash(text))


def code_event(code: str) -> str | None:
    """The media event that an error code of the platform names: a timeout, a recovery, or None.

    The codes are `error.ininedgecontrol...`: a step of the call plan that failed for its media, ICE or DTLS that ended.
    """
    key = code.casefold()
    if _RECOVERY_CODE in key:
        return "media_recovery"
    failed = any(word in key for word in _TIMEOUT_CODES) or ("callflow.document" in key and key.endswith(".media"))
    return "media_timeout" if failed else None


def exit_category(reason: object) -> str:
    """The category of a flow's exit reason: the closed list of the flow.end event, or the free text of details."""
    key = squash(reason)
    if "recognitionfailure" in key:
        return "recognition_failure"
    if "expire" in key:
        return "expired"
    if "error" in key:
        return "error"
    if "transfer" in key:
        return "transfer"
    if key in {"disconnect", "flowdisconnect", "disconnectrequestedbybot", "disconnectrequestedbyuser"}:
        return "disconnect"
    return "normal" if key.endswith("exit") or key == "complete" else "unknown"


def integer(value: object) -> int | None:
    """A whole number from a JSON number or digits, else None."""
    number = real(value)
    return None if number is None else int(number)


def real(value: object) -> float | None:
    """A finite number from a JSON number or digits, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def text(value: object) -> str | None:
    """A non-empty text, else None; a reference object `{id: ...}` gives its id."""
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("name")
    return value if isinstance(value, str) and value else None


def some(**fields: Any) -> dict[str, Any]:
    """The fields that are known: those which are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def excerpt(value: object) -> str:
    """JSON of a record on one line, cut to `MAX_EXCERPT` characters."""
    line = value if isinstance(value, str) else _one_line(value)
    return line if len(line) <= MAX_EXCERPT else line[: MAX_EXCERPT - 1] + "…"


def _one_line(value: object) -> str:
    try:
        return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=0).decode()
    except (TypeError, ValueError, OverflowError):
        return json.dumps(value, ensure_ascii=False, default=str)


def entities_of(obj: object) -> list[Any]:
    """The items of a page of the API (`{"entities": [...]}`), of a list, or the one object itself."""
    if isinstance(obj, list):
        return obj
    if isinstance(obj, dict) and isinstance(obj.get("entities"), list):
        return list(obj["entities"])
    return [obj]


def span_of(times: Iterable[int | None]) -> tuple[int | None, int | None]:
    """First and last of the known times."""
    known = [t for t in times if t is not None]
    return (min(known), max(known)) if known else (None, None)
