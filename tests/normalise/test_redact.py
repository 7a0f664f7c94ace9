from __future__ import annotations

import pytest

from diagnose.normalise.redact import Redactor


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


SECRETS = [
    "Authorization: Bearer abcdef0123456789",
    "Authorization: Basic dXNlcjpwYXNzd29yZA==",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123",
    "key sk-abcdefghijklmnop1234",
    'api_key="abc123def456"',
    "password=hunter22",
    '"client_secret": "s3cr3tvalue"',
    "wss://user:hunter22@host.example/x",
    "AKIAABCDEFGHIJKLMNOP",
    "?access_token=abc123def456&x=1",
]


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("people", [True, False])
def test_secrets_go_in_every_case(text: str, people: bool) -> None:
    out = Redactor(people=people).text(text)
    assert "secret-1" in out
    for value in (
        "abcdef0123456789",
        "dXNlcjpwYXNz",
        "abc-DEF_123",
        "mnop1234",
        "abc123",
        "hunter22",
        "s3cr3t",
        "KIAABC",
    ):
        assert value not in out


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
