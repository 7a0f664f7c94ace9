"""Bot flow sessions and reporting turns of the analytics API -> `bot.session`, `bot.turn`.

The sessions resource lists by completion time: a session that was never completed does not stand in it, so the absence
of an open session proves nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import entities_of, excerpt, integer, millis, real, some, span_of, squash, text

SOURCE = "bot.api"

_CATEGORIES = {
    "error": "error", "recognitionfailure": "recognition_failure", "sessionexpired": "expired",
    "userexit": "user", "userdisconnect": "user", "botexit": "normal", "botdisconnect": "normal",
    "transfer": "normal", "unknown": "unknown",
}  # fmt: skip
_RESULTS = {
    "error": "error", "expressionerror": "expression_error", "guardrailsviolation": "guardrail",
    "agentrequestedbyuser": "handed_over", "skippedcollection": "ok", "partialcollection": "ok",
    "confirmationrequired": "ok", "disambiguationrequired": "ok",
}  # fmt: skip
_TOOLS = {"success": "success", "failure": "failure", "failed": "failure", "timeout": "timeout"}


def _is_session(item: object) -> bool:
    return isinstance(item, dict) and ("botResult" in item or "botResultCategory" in item)


def _is_turn(item: object) -> bool:
    if not isinstance(item, dict) or "participants" in item:
        return False
    return "askAction" in item or "askActionResult" in item or {"botPrompts", "userInput"} <= item.keys()


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is a list or page of bot sessions or of bot turns."""
    return any(_is_session(item) or _is_turn(item) for item in entities_of(obj)[:20])


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of bot sessions and turns in `obj`; items of neither kind are counted as skipped."""
    drafts: list[Draft] = []
    items = entities_of(obj)
    skipped = 0
    for number, item in enumerate(items):
        pointer = "/" if item is obj else f"/entities/{number}" if isinstance(obj, dict) else f"/{number}"
        place = Place(path, pointer=pointer, excerpt=excerpt(item))
        if _is_session(item):
            drafts.append(_session(item, place))
        elif _is_turn(item):
            drafts.append(_turn(item, place))
        else:
            skipped += 1
    first, last = span_of(t for d in drafts for t in (d.start, d.end))
    why = "neither a bot session nor a bot turn" if skipped else ""
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=len(items), facts=len(drafts), from_=first, to=last, clock="cloud",
        skipped=skipped, why=why, covers=True,
    )  # fmt: skip


def category_of(result: object, category: object) -> str:
    """The category of a bot result; from the result's own name where the category is missing."""
    known = _CATEGORIES.get(squash(category or ""))
    if known:
        return known
    key = squash(result or "")
    for word, name in (("recognitionfailure", "recognition_failure"), ("expired", "expired"), ("error", "error")):
        if word in key:
            return name
    if key.endswith("byuser"):
        return "user"
    return "normal" if key.startswith("transfer") or key.endswith("bybot") else "unknown"


def _entities(item: Mapping[str, Any], session: str | None) -> dict[str, str]:
    flow = text(item.get("flow"))
    return some(session=session, conversation=text(item.get("conversation")), flow=flow, bot=flow)


def _session(item: Mapping[str, Any], place: Place) -> Draft:
    start, local = millis(item.get("dateCreated"))
    end, _ = millis(item.get("dateCompleted"))
    channel = item.get("channel")
    name = channel.get("name") if isinstance(channel, Mapping) else channel
    result = item.get("botResult")
    fields = some(
        state="open" if end is None else "completed",
        result=result if isinstance(result, str) else None,
        category=category_of(result, item.get("botResultCategory")) if result else None,
        duration_s=None if start is None or end is None else (end - start) / 1000,
        channel=name if isinstance(name, str) else None,
    )
    shown = Place(place.path, pointer=place.pointer, excerpt=excerpt(_picked(item, *_SESSION_SHOWN)))
    return Draft(
        "bot.session", SOURCE, shown, fields, _entities(item, text(item.get("id"))), start, end, local, signal="bots"
    )


_SESSION_SHOWN = ("id", "botResult", "botResultCategory", "dateCreated", "dateCompleted", "language")
_TURN_SHOWN = ("sessionId", "askAction", "askActionResult", "userInput", "intent", "errorText", "sessionEndDetails")


def _picked(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: item[name] for name in names if name in item}


def turn_result(word: object, ending: object) -> str:
    """The dictionary's word for an `askActionResult`; where it is missing, the session's end decides."""
    key = squash(word or "")
    if key.startswith("noinput"):
        return "no_input"
    if key.startswith("nomatch"):
        return "no_match"
    if key.startswith("success"):
        return "ok"
    if key:
        return _RESULTS.get(key, "other")
    reason = squash(ending.get("reason") or "") if isinstance(ending, Mapping) else ""
    return "error" if "error" in reason else "other"


def _turn(item: Mapping[str, Any], place: Place) -> Draft:
    start, local = millis(item.get("dateCreated"))
    end, _ = millis(item.get("dateCompleted"))
    action, intent = item.get("askAction"), item.get("intent")
    fields = some(
        result=turn_result(item.get("askActionResult"), item.get("sessionEndDetails")),
        has_input=bool(item["userInput"]) if "userInput" in item else None,
        action=action.get("actionName") if isinstance(action, Mapping) else None,
        confidence=real(intent.get("confidence")) if isinstance(intent, Mapping) else None,
        error=text(item.get("errorText")),
        latency_ms=integer(item.get("latencyMs")),
        tool=_tool(item),
    )
    shown = Place(place.path, pointer=place.pointer, excerpt=excerpt(_picked(item, *_TURN_SHOWN)))
    return Draft(
        "bot.turn", SOURCE, shown, fields, _entities(item, text(item.get("sessionId"))), start, end or start, local,
        signal="bots",
    )  # fmt: skip


def _tool(item: Mapping[str, Any]) -> str | None:
    """The worst status of the turn's tool calls."""
    calls = item.get("toolCalls") or item.get("tools")
    rows = calls if isinstance(calls, list) else []
    found = {_TOOLS.get(squash(row.get("status") or "")) for row in rows if isinstance(row, Mapping)}
    return next((word for word in ("failure", "timeout", "success") if word in found), None)
