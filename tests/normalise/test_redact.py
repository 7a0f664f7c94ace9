from __future__ import annotations

import pytest

from diagnose.normalise import normalise
from diagnose.normalise.redact import Redactor
from tests.normalise.drafts import draft, reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call from +49 30 901820 now", "call from phone-1 now"),
        ("ani tel:+4930901820", "ani tel:phone-1"),
        ("INVITE sip:+4930901820@10.0.0.1", "INVITE sip:phone-1@10.0.0.1"),
        ('"ani": "0309018200"', '"ani": "phone-1"'),
        ("write to jo.doe@example.org.", "write to mail-1."),
        (
            "peer 203.0.113.9 and 10.1.2.3 and 127.0.0.1 and 8.8.8.8",
            "peer 203.0.113.9 and 10.1.2.3 and 127.0.0.1 and 8.8.8.8",
        ),
        ("peer 52.10.20.30:443 reset", "peer ip-1:443 reset"),
        ("from 2a00:1450:4001:82a::200e port 5", "from ip-1 port 5"),
        ("fe80::1 stays", "fe80::1 stays"),
        ('{"participantName": "Ada Lovelace"}', '{"participantName": "name-1"}'),
        ('{"user": {"id": "u1", "name": "Ada Lovelace"}}', '{"user": {"id": "u1", "name": "name-1"}}'),
        ('{"agent_name": "Ada Love', '{"agent_name": "name-1'),
        ('From: "Ada Lovelace" <sip:ada@pbx.example.org>;tag=1', 'From: "name-1" <sip:name-2@pbx.example.org>;tag=1'),
        ("To: Ada Lovelace <sips:+4930901820@192.0.2.4>", "To: name-1 <sips:phone-1@192.0.2.4>"),
        ("Contact: <sip:bot@10.1.2.3:5060>", "Contact: <sip:bot@10.1.2.3:5060>"),
        ("INVITE sip:grace.hopper@edge.example.org SIP/2.0", "INVITE sip:name-1@edge.example.org SIP/2.0"),
        ("callback on (415) 555-0134 or 415-555-0134", "callback on phone-1 or phone-1"),
    ],
)
def test_private_data_becomes_tokens_and_private_addresses_stay(text: str, expected: str) -> None:
    redactor = Redactor()
    redactor.learn([text])
    assert redactor.text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2031-03-04T12:00:00.123Z seq=123456789012 took 12.5 s",
        "error 502 at 12:34:56 +0000",
        "session 9f01efcb-727d-49c9-957e-75d71527e6df",
        "offset +0.250 s, +12 ms",
        "mac 00:50:d2:9a:6d:b9",
        "version 1.0.0.12072",
        "token expired",
        "password: missing",
    ],
)
def test_times_ids_versions_and_plain_words_are_left_alone(text: str) -> None:
    assert Redactor().text(text) == text


@pytest.mark.parametrize("people", [True, False])
def test_secrets_go_in_every_case(people: bool) -> None:
    assert Redactor(people=people).text("password=hunter22") == "password=secret-1"


def test_without_redaction_people_stay() -> None:
    assert Redactor(people=False).text("jo@example.org +4930901820") == "jo@example.org +4930901820"


def test_equal_values_have_equal_tokens_and_others_have_others() -> None:
    redactor = Redactor()
    assert redactor.text("a@x.org b@x.org A@x.org") == "mail-1 mail-2 mail-1"
    assert redactor.text("tel:+4930901820 is +49 30 901820") == "tel:phone-1 is phone-1"


def test_a_name_that_a_field_gives_goes_wherever_it_stands() -> None:
    redactor = Redactor()
    redactor.learn(['"remote": "Ada Lovelace"'])
    assert redactor.text("call with Ada Lovelace ended") == "call with name-1 ended"


def test_redacting_twice_changes_nothing_more() -> None:
    redactor = Redactor()
    once = redactor.text("password=hunter22 from jo@example.org at 52.10.20.30")
    assert redactor.text(once) == once


def test_numbers_and_versions_among_fields_stay() -> None:
    fields = {"version": "52.10.20.30", "status": 502, "detail": "at 52.10.20.30", "ok": True}
    assert Redactor().fields(fields) == {"version": "52.10.20.30", "status": 502, "detail": "at ip-1", "ok": True}


def test_the_names_of_things_stay_though_a_name_field_holds_them() -> None:
    redactor = Redactor()
    redactor.learn(['"participantName": "Orders by voice"', '"remote": "Ada Lovelace"'], keep=["Orders by voice"])
    assert redactor.text("Orders by voice met Ada Lovelace") == "Orders by voice met name-1"


def test_names_that_another_source_tells_go_too() -> None:
    redactor = Redactor()
    redactor.learn([], ["Grace Hopper"])
    assert redactor.text("Grace Hopper hung up") == "name-1 hung up"


def test_addresses_stay_distinguishable_and_keep_their_scope() -> None:
    text = Redactor().text("10.0.0.1 -> 52.10.20.30 -> 52.10.20.31 -> 100.64.0.9 -> 52.10.20.30")
    assert text == "10.0.0.1 -> ip-1 -> ip-2 -> 100.64.0.9 -> ip-1"


def test_a_session_that_names_an_address_is_the_same_in_every_fact() -> None:
    drafts = [draft(at=n, line=n, entities={"session": "a84b4c@52.10.20.30"}) for n in range(2)]
    assert {f.entities["session"] for f in normalise(reading(*drafts)).facts} == {"a84b4c@ip-1"}


def test_nothing_private_of_a_reading_is_left_in_its_evidence() -> None:
    one = draft(
        excerpt='"agentName": "Ada Lovelace" password=hunter22 +4930901820 ada@example.org 52.10.20.30',
        fields={"detail": "Ada Lovelace told password=hunter22"},
        entities={"user": "Ada Lovelace"},
    )
    found = str(normalise(reading(one)).facts)
    for private in ("Lovelace", "password=hunter22", "4930901820", "ada@", "52.10.20.30"):
        assert private not in found
    assert "password=hunter22" not in str(normalise(reading(one), redact=False).facts)
