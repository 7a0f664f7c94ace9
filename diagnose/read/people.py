"""People's names in JSON, by the fields that hold them, so that they can be taken out wherever else they stand.

The fields are those of the Genesys Cloud conversation and user models (`participantName`, `user.name`,
`externalContact`, ...).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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


def _of(found: Mapping[str, Any], person: bool) -> Iterator[str]:
    purpose = found.get("purpose")
    if isinstance(purpose, str) and purpose.casefold() not in _HUMAN:
        return
    for key, value in found.items():
        if isinstance(value, str) and (_plain(key) in _FIELDS or (person and key == "name")):
            yield value


def _plain(key: object) -> str:
    return str(key).replace("_", "").replace("-", "").casefold()
