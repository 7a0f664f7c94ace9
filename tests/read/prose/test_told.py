"""The words of a text that are kept."""

from __future__ import annotations

from diagnose.read.prose.told import told
from diagnose.tokens import features

KNOWN = frozenset(features("firewall drops packets, the certificate expired on monday"))


def found(text: str) -> list[str]:
    drafts = told(text, "t.txt", "ticket", KNOWN)
    return str(drafts[0].fields["found"]).split("; ") if drafts else []


def test_only_words_of_the_table_are_kept() -> None:
    assert found("Jane Doe at 192.0.2.7 says that the firewall drops her packets") == [
        "firewal", "drop", "packet", "firewal drop", "drop packet",
    ]  # fmt: skip


def test_what_is_suspected_or_advised_is_left_out() -> None:
    assert found("I suspect that the certificate is wrong since the weekend.") == []
    assert found("Maybe the firewall does it, but the calls end at noon.") == []


def test_lines_of_programs_are_taken_as_they_are() -> None:
    assert found("x509: certificate has expired") == ["certif", "expir", "certif expir"]


def test_without_known_words_there_is_no_fact() -> None:
    assert told("nothing here", "t.txt", "ticket", KNOWN) == []
    assert told("", "t.txt", "ticket", KNOWN) == []


def test_different_words_are_counted_known_or_not_and_once_each() -> None:
    drafts = told("The firewall drops calls. The firewall drops calls again", "t.txt", "ticket", KNOWN)
    assert drafts[0].fields["different"] == len({"firewal", "drop", "call", "again"})


def test_headers_and_descriptions_of_messages_on_the_wire_are_left_out() -> None:
    wire = "INVITE sip:firewall@192.0.2.7 SIP/2.0\nCall-ID: firewall\nFrom: <sip:firewall@h>;tag=1\ns=firewall\n"
    assert found(wire) == []


def test_a_letter_that_begins_with_its_sender_is_no_message_on_the_wire() -> None:
    assert found("From: Jo\nThe firewall drops packets.") == [
        "firewal",
        "drop",
        "packet",
        "firewal drop",
        "drop packet",
    ]
