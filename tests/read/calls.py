"""Conversations for tests, built from the few things that matter to one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2031, 3, 4, 12, 0, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)


def at(seconds: float) -> str:
    """ISO time so many seconds after noon."""
    return (NOON + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stat(received: int, seconds: float = 60, **more: Any) -> dict[str, Any]:
    """One entry of mediaEndpointStats."""
    return {"eventTime": at(seconds), "receivedPackets": received, **more}


def session(name: str, start: float = 0, end: float | None = 60, **more: Any) -> dict[str, Any]:
    """One session with one segment; segment fields and session fields may be mixed in `more`."""
    segment: dict[str, Any] = {"segmentStart": at(start), "segmentType": more.pop("segmentType", "interact")}
    if end is not None:
        segment["segmentEnd"] = at(end)
    for field in ("disconnectType", "errorCode", "sipResponseCodes", "q850ResponseCodes", "audioMuted"):
        if field in more:
            segment[field] = more.pop(field)
    return {"sessionId": name, "mediaType": "voice", "segments": [segment], **more}


def party(purpose: str, *sessions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One participant."""
    return {"participantId": f"p-{purpose}", "purpose": purpose, "sessions": list(sessions), **more}


def call(*parties: dict[str, Any], name: str = "call-1", end: float | None = 60, **more: Any) -> dict[str, Any]:
    """One conversation."""
    found: dict[str, Any] = {"conversationId": name, "conversationStart": at(0), "participants": list(parties), **more}
    if end is not None:
        found["conversationEnd"] = at(end)
    return found
