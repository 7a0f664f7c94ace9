"""Conversations out of JSON: where they stand in a page, a list or alone, each decoded on its own.

Text is cut into the raw JSON of one conversation at a time, so that a page of thousands is never held as objects, and
only the fields that matter are decoded. A value of a wrong type costs that value, not its conversation.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from diagnose.read.genesys.conversation import Conversation

LISTS = ("conversations", "entities", "results")
"""Names of a page's list: details query and job results, pages of the platform, other exports."""
ENVELOPES = ("conversation", "result", "body")
"""Names under which one conversation is handed on."""
MAX_REPAIRS = 20
"""Values of a wrong type that are left out of one conversation before it is given up."""

Items = list[tuple[str, Any]]

_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")


class _Page(msgspec.Struct, rename="camel"):
    conversations: list[msgspec.Raw] | None = None
    entities: list[msgspec.Raw] | None = None
    results: list[msgspec.Raw] | None = None
    conversation: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()
    body: msgspec.Raw = msgspec.Raw()
    participants: msgspec.Raw = msgspec.Raw()


_PAGE = msgspec.json.Decoder(_Page)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_CONVERSATION = msgspec.json.Decoder(Conversation, strict=False)


def of_text(text: str) -> Items | None:
    """(pointer, raw JSON) of what may be conversations in a text; None when it is no whole JSON of such a shape."""
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("["):
            return [(f"/{n}", raw) for n, raw in enumerate(_LIST.decode(text))]
        page = _PAGE.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    for name in LISTS:
        raws = getattr(page, name)
        if raws is not None:
            return [(f"/{name}/{n}", raw) for n, raw in enumerate(raws)]
    found = [(f"/{name}", getattr(page, name)) for name in ENVELOPES if bytes(getattr(page, name)).startswith(b"{")]
    return found or ([("", msgspec.Raw(text))] if bytes(page.participants) else None)


def of_value(obj: object) -> Items:
    """The same of a parsed JSON value."""
    if isinstance(obj, list):
        return [(f"/{n}", item) for n, item in enumerate(obj)]
    if not isinstance(obj, dict):
        return []
    for name in LISTS:
        if isinstance(obj.get(name), list):
            return [(f"/{name}/{n}", item) for n, item in enumerate(obj[name])]
    found = [(f"/{name}", obj[name]) for name in ENVELOPES if isinstance(obj.get(name), dict)]
    return found or [("", obj)]


def looks_like_one(item: object) -> bool:
    """Whether a parsed JSON value is a conversation of analytics."""
    if not isinstance(item, dict) or not isinstance(item.get("participants"), list):
        return False
    return "conversationId" in item or any(isinstance(p, dict) and "sessions" in p for p in item["participants"])


def decode(item: Any) -> tuple[Conversation | None, str]:
    """The conversation in raw JSON or a parsed value, and what had to be left out; None when it is none.

    Raises nothing: what cannot be decoded at all is None with the reason.
    """
    try:
        found = _CONVERSATION.decode(item) if isinstance(item, msgspec.Raw) else _converted(item)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        return _repaired(item, str(error))
    return (found, "") if _is_one(found) else (None, "")


def _converted(item: object) -> Conversation:
    if not looks_like_one(item):
        return Conversation()
    return msgspec.convert(item, Conversation, strict=False)


def _is_one(found: Conversation) -> bool:
    parties = found.participants
    return parties is not None and (
        found.conversation_id is not None or any(party.sessions is not None for party in parties)
    )


def _repaired(item: Any, reason: str) -> tuple[Conversation | None, str]:
    """The conversation without the values that have a wrong type."""
    try:
        value = json.loads(bytes(item)) if isinstance(item, msgspec.Raw) else json.loads(json.dumps(item))
    except (ValueError, TypeError, RecursionError):
        return None, reason
    if not looks_like_one(value):
        return None, ""
    for _ in range(MAX_REPAIRS):
        try:
            return msgspec.convert(value, Conversation, strict=False), reason
        except (msgspec.ValidationError, ValueError) as error:
            if not _without(value, str(error)):
                break
    return None, reason


def _without(value: Any, message: str) -> bool:
    """Take the value that an error names with its path (`$.participants[0].purpose`) out; False when it names none."""
    steps = [name or number for name, number in _STEP.findall(message.rpartition("$")[2])]
    for step in steps[:-1]:
        value = _inside(value, step)
    if not steps or not isinstance(value, dict | list):
        return False
    last = steps[-1]
    if isinstance(value, dict):
        return value.pop(last, None) is not None
    if last.isdecimal() and int(last) < len(value):
        del value[int(last)]
        return True
    return False


def _inside(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return value[int(step)] if isinstance(value, list) and step.isdecimal() and int(step) < len(value) else None
