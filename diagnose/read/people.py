"""People's names in JSON, by the fields that hold them, so that they can be taken out wherever else they stand.

The fields are those of the Genesys Cloud conversation and user models (`participantName`, `user.name`,
`externalContact`, ...).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

_FIELDS = frozenset({
    "participantname", "remotename", "callername", "calleridname", "displayname", "agentname", "customername",
    "username", "fullname", "firstname", "lastname", "contactname", "externalcontactname", "fromname", "toname",
})  # fmt: skip
_PERSONS = frozenset({
    "user", "agent", "caller", "contact", "externalcontact", "customer", "assignee", "reporter", "createdby",
    "modifiedby",
})  # fmt: skip
_HUMAN = frozenset({"customer", "external", "agent", "user"})
MOST = 200_000
"""Values looked at in one document."""


def names(value: Any) -> Iterator[str]:
    """The names of people in a parsed JSON value. Participants that are a flow or a bot are not people."""
    todo: list[tuple[Any, bool]] = [(value, False)]
    for _ in range(MOST):
        if not todo:
            return
        found, person = todo.pop()
        if isinstance(found, list):
            todo += [(v, person) for v in found if isinstance(v, dict | list)]
        elif isinstance(found, Mapping):
            yield from _of(found, person)
            todo += [(v, _plain(k) in _PERSONS) for k, v in found.items() if isinstance(v, dict | list)]


class _Participant(msgspec.Struct):
    """Of a participant of a conversation what tells a person."""

    purpose: str | None = None
    participantName: str | None = None  # noqa: N815 - the field of the API


class _Conversation(msgspec.Struct):
    participants: list[_Participant] = []
    conversations: list[_Conversation] = []


_DECODER = msgspec.json.Decoder(list[_Conversation] | _Conversation)


def names_in(text: str) -> Iterator[str]:
    """The names of people in the JSON of conversations, without decoding the rest of it; none when it is broken."""
    try:
        found = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return
    for outer in found if isinstance(found, list) else [found]:
        for conversation in [outer, *outer.conversations]:
            for p in conversation.participants:
                if p.participantName and (p.purpose is None or p.purpose.casefold() in _HUMAN):
                    yield p.participantName


def _of(found: Mapping[str, Any], person: bool) -> Iterator[str]:
    purpose = found.get("purpose")
    if isinstance(purpose, str) and purpose.casefold() not in _HUMAN:
        return
    for key, value in found.items():
        if isinstance(value, str) and (_plain(key) in _FIELDS or (person and key == "name")):
            yield value


def _plain(key: object) -> str:
    return str(key).replace("_", "").replace("-", "").casefold()
