from __future__ import annotations

from diagnose.model import Draft, Place
from diagnose.read.programs.together import together


def asked(server: str, address: str) -> Draft:
    fields = {"outcome": "ok", "name": "bot.example", "server": server, "address": address}
    place = Place("x.txt", 1)
    return Draft("dns.result", "network.dns", place, fields, {"host": "bot.example"}, signal="programs")


def views(one: str, two: str) -> list[object]:
    drafts = together([asked("192.0.2.53", one), asked("198.51.100.53", two)])
    return [d.fields.get("views") for d in drafts if d.fields.get("outcome") == "differs"]


def test_one_resolver_with_a_private_address_and_one_with_a_public_are_two_views() -> None:
    assert views("10.0.0.4", "198.51.100.7") == ["private_and_public"]


def test_two_public_addresses_only_differ() -> None:
    assert views("192.0.2.7", "198.51.100.7") == [None]


def test_equal_answers_tell_nothing() -> None:
    assert views("192.0.2.7", "192.0.2.7") == []
