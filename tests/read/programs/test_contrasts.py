from __future__ import annotations

from typing import Any

from diagnose.model import Draft, Place
from diagnose.read.programs.contrasts import contrasts


def tried(outcome: str, **more: Any) -> Draft:
    fields = {"tool": "curl", "target": "bot", "outcome": outcome, "protocol": "tcp", "port": 443, "seen_from": "edge"}
    host = more.pop("host", "bot.example")
    return Draft("probe.result", "network.probe", Place("x.txt", 1), fields | more, {"host": host}, signal="programs")


def between(*drafts: Draft) -> list[str]:
    return [d.fields["between"] for d in contrasts(drafts, {})]


def test_an_address_that_is_given_by_hand_works_beside_the_name() -> None:
    assert between(tried("unreachable"), tried("ok", pinned=True)) == ["addresses"]


def test_the_same_attempt_that_works_once_is_no_contrast() -> None:
    assert between(tried("unreachable"), tried("ok")) == []
    assert between(tried("unreachable", pinned=True), tried("ok")) == []
    assert between(tried("unreachable", pinned=True), tried("ok", pinned=True)) == []


def test_what_differs_is_named() -> None:
    assert between(tried("unreachable"), tried("ok", port=22)) == ["ports"]
    assert between(tried("unreachable"), tried("ok", seen_from="bot")) == ["places"]
    assert between(tried("unreachable"), tried("ok", host="api.example")) == ["hosts"]
