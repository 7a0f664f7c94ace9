"""Private data taken out of excerpts and fields, by tokens that stay the same within one incident.

Phone numbers, mail addresses, people's names and public IP addresses become `phone-1`, `mail-1`, `name-1`, `ip-1`, so
that equal things stay equal and different ones different. Private addresses and the hosts of SIP addresses stay, since
they tell one side of a network from the other. Secrets go in every case, also when redaction is switched off.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Any

from diagnose.normalise import secrets

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![\w.])\+\d[\d ().-]{5,18}\d|(?<=tel:)\d{6,15}|(?<=sip:)\+?\d{7,15}(?=[@;>])|(?<=sips:)\+?\d{7,15}(?=[@;>])"
    r"|(?<![\w.+(-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-]|\.\d)"
)
_NUMBER_FIELD = re.compile(
    r"""(?i)["']?\b(?:ani|dnis|callerid|caller_id|calling|called|fromuser|touser|from_number|to_number|remote)["']?\s*[:=]\s*"""
    r"""["']?(?:tel:|sip:)?(\+?\d{6,15})\b"""
)
_NAME_FIELD = re.compile(
    r"""(?ix)["']?\b(?:remote | participantName | externalContact | (?:remote | caller(?:Id)? | display | agent
    | customer | user | full | first | last | contact | externalContact | external_contact)[_ ]?Name)["']?
    \s*[:=]\s*"([^"\n]{2,80})(?:"|\Z)"""
)
_PERSON = re.compile(
    r"""(?ix)"(?:user|agent|caller|customer|contact|externalContact|assignee|reporter|createdBy)"\s*:\s*\{[^{}]{0,200}?
    "(?:name|displayName|firstName|lastName)"\s*:\s*"([^"\n]{2,80})(?:"|\Z)"""
)
_DISPLAY = re.compile(
    r"""(?im)"([^"<>\n]{2,80})"\s*<(?:sips?|tel):|(?:\b(?:From|To|Contact|P-Asserted-Identity|Remote-Party-ID|Diversion)|^[ftm])"""
    r"""\s*:\s*([^\W\d_][^"<>\n]{1,60}?)\s*<(?:sips?|tel):"""
)
_URI_USER = re.compile(r"(?i)(?<=sip:)[^\W\d_][\w.%~!-]{1,40}(?=@)|(?<=sips:)[^\W\d_][\w.%~!-]{1,40}(?=@)")
_SERVICES = frozenset({
    "anonymous", "asterisk", "bot", "conference", "dispatcher", "edge", "freeswitch", "gateway", "invalid", "ivr",
    "keepalive", "nobody", "operator", "options", "ping", "pool", "probe", "proxy", "restricted", "sbc", "sip", "sipp",
    "test", "trunk", "unavailable", "unknown", "voicemail",
})  # fmt: skip
"""User parts of SIP addresses that stand for a service and not for a person."""
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IP6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|:[0-9A-Fa-f]{0,4})+(?![\w:])")
_RESOLVERS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})
_PLAIN_FIELDS = frozenset({"version", "flow_version", "software"})
_SHORTEST_NAME = 4


class Redactor:
    """Takes private data out of texts. `people` says whether more than secrets go; one object serves one incident."""

    def __init__(self, *, people: bool = True) -> None:
        self.people = people
        self._tokens: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._done: dict[str, str] = {}
        self._names: list[str] = []
        self._names_pattern: re.Pattern[str] | None = None

    def learn(self, texts: Iterable[str], names: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
        """Collect people's names that name fields and SIP headers give, so that they go wherever else they stand.

        `names` are known from elsewhere; what is in `keep` is the name of a thing (an Edge, a bot, a flow) and stays.
        """
        things = {thing.casefold() for thing in keep}
        for name in (*names, *(n for text in texts for n in _named(text))):
            known = name.strip()
            word = any(c.isalpha() for c in known) and len(known) >= _SHORTEST_NAME and "@" not in known
            if word and known.casefold() not in things and known.casefold() not in _SERVICES:
                self._names.append(known)
        self._done.clear()
        names = sorted(set(self._names), key=lambda n: (-len(n), n))
        if names:
            self._names_pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)")

    def token(self, kind: str, value: str) -> str:
        """The token of a value: `kind-1`, `kind-2`, ... in the order of first appearance."""
        key = (kind, value.casefold())
        if key not in self._tokens:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._tokens[key] = f"{kind}-{self._counts[kind]}"
        return self._tokens[key]

    def text(self, text: str) -> str:
        """The text without secrets and, unless switched off, without private data; equal texts are looked at once."""
        done = self._done.get(text)
        if done is None:
            done = self._done[text] = self._redacted(text)
        return done

    def _redacted(self, text: str) -> str:
        text = secrets.replace(text, lambda value: self.token("secret", value))
        if not self.people:
            return text
        if self._names_pattern is not None:
            text = self._names_pattern.sub(lambda m: self.token("name", m.group()), text)
        if "@" in text:
            text = _URI_USER.sub(self._uri_user, text)
            text = _MAIL.sub(self._mail, text)
        text = _PHONE.sub(self._phone, text)
        text = _NUMBER_FIELD.sub(lambda m: _inside(m, self.token("phone", _digits(m.group(1)))), text)
        text = _IP4.sub(self._address, text)
        return _IP6.sub(self._address, text) if text.count(":") > 1 else text

    def fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Fields with their texts redacted; numbers, booleans and versions stay as they are."""
        return {
            name: self.text(value) if isinstance(value, str) and name not in _PLAIN_FIELDS else value
            for name, value in fields.items()
        }

    def _uri_user(self, found: re.Match[str]) -> str:
        user = found.group()
        done = re.fullmatch(r"(?:secret|name|phone)-\d+", user)
        return user if done or user.casefold() in _SERVICES else self.token("name", user)

    def _mail(self, found: re.Match[str]) -> str:
        # `wss://user:secret-1@host` and `sip:name-1@host` are no addresses
        before = found.string[max(0, found.start() - 5) : found.start()].casefold()
        sip = before.endswith(("sip:", "sips:"))
        return found.group() if sip or found.group().startswith("secret-") else self.token("mail", found.group())

    def _phone(self, found: re.Match[str]) -> str:
        number = found.group()
        return self.token("phone", _digits(number)) if _is_phone(number) else number

    def _address(self, found: re.Match[str]) -> str:
        try:
            address = ipaddress.ip_address(found.group())
        except ValueError:
            return found.group()
        if not address.is_global or found.group() in _RESOLVERS:
            return found.group()
        return self.token("ip", found.group())


def _named(text: str) -> Iterator[str]:
    """The people's names that a text gives as such."""
    for pattern in (_NAME_FIELD, _PERSON, _DISPLAY):
        for found in pattern.finditer(text):
            yield next(g for g in found.groups() if g is not None)


def _inside(found: re.Match[str], token: str) -> str:
    """The whole match with its first group replaced by the token."""
    whole, start = found.group(), found.start()
    return whole[: found.start(1) - start] + token + whole[found.end(1) - start :]


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())


def _is_phone(number: str) -> bool:
    """Whether a number with a plus can be a telephone number; without one, its field or scheme has said so."""
    if not number.startswith("+"):
        return True
    import phonenumbers  # 0.1 s, and most evidence has no number

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
