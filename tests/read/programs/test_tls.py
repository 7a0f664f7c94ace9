from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

COMMAND = "[root@edge-7 ~]# timeout 8 openssl s_client -connect bot.example:443 -servername bot.example\n"
CHAIN = "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = bot.example\n   i:CN = CA\n"
GOOD = "---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nVerify return code: 0 (ok)\n"


def test_a_session_whose_chain_was_checked_is_good() -> None:
    found = fact(COMMAND + CHAIN + GOOD, "tls.ok")
    assert part(found, "target", "port", "version", "seen_from") == ("bot", 443, "TLSv1.3", "edge")
    assert facts(COMMAND + CHAIN + GOOD, "tls.failure") == []


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("verify error:num=10:certificate has expired\n" + CHAIN, "expired"),
        ("verify error:num=9:certificate is not yet valid\n" + CHAIN, "not_yet_valid"),
        (CHAIN + "Verify return code: 20 (unable to get local issuer certificate)\n", "untrusted"),
        (CHAIN + "Verify return code: 62 (hostname mismatch)\n", "name_mismatch"),
        ("CONNECTED(00000003)\nerror:0A00010B:SSL routines::wrong version number:\n", "wrong_protocol"),
        ("CONNECTED(00000003)\nerror:0A00042E:SSL routines::tlsv1 alert protocol version:\n", "version"),
        ("CONNECTED(00000003)\nwrite:errno=104\n---\nno peer certificate available\n", "reset"),
        ("CONNECTED(00000003)\nerror:SSL routines::sslv3 alert handshake failure:SSL alert number 40\n", "no_cipher"),
        ("CONNECTED(00000003)\n", "timeout"),
        ("", "timeout"),
    ],
)
def test_a_session_that_fails_says_why(lines: str, reason: str) -> None:
    assert fact(COMMAND + lines, "tls.failure")["reason"] == reason


def test_one_certificate_where_a_chain_belongs_is_told() -> None:
    text = COMMAND + "verify error:num=20:unable to get local issuer certificate\n" + CHAIN
    assert "sends one certificate" in fact(text, "tls.failure")["note"]


def test_a_forced_version_that_ends_in_silence_is_a_matter_of_the_version() -> None:
    text = "$ openssl s_client -tls1_2 -connect bot.example:443\nunexpected eof while reading\nCipher is (NONE)\n"
    assert fact(text, "tls.failure")["reason"] == "version"


@pytest.mark.parametrize(("number", "outcome"), [(111, "refused"), (110, "timeout"), (113, "unreachable")])
def test_a_connection_that_never_came_is_no_matter_of_tls(number: int, outcome: str) -> None:
    text = f"{COMMAND}40E7:error:8000006F:system library:BIO_connect:x\nconnect:errno={number}\n"
    assert part(fact(text, "tcp.failure"), "outcome", "phase") == (outcome, "connect")


DATES = "notBefore=Nov  1 00:00:00 2030 GMT\nnotAfter=Feb  1 00:00:00 2031 GMT\nsubject=CN = bot.example\n"


@pytest.mark.parametrize(
    ("now", "state"),
    [("Tue Mar  4 10:00:00 UTC 2031", "expired"), ("Wed Dec  4 10:00:00 UTC 2030", "valid"),
     ("Fri Oct  4 10:00:00 UTC 2030", "early")],
)  # fmt: skip
def test_the_dates_of_a_certificate_are_held_against_the_time_in_the_transcript(now: str, state: str) -> None:
    text = f"[root@h ~]# date -u\n{now}\n[root@h ~]# openssl x509 -noout -dates -in c.pem\n{DATES}"
    assert fact(text, "tls.certificate")["state"] == state
    wrong = {"expired": ["expired"], "early": ["not_yet_valid"], "valid": []}[state]
    assert [f["reason"] for f in facts(text, "tls.failure")] == wrong


def test_without_a_time_a_certificate_is_neither_valid_nor_expired() -> None:
    found = fact(f"$ openssl x509 -noout -dates\n{DATES}", "tls.certificate")
    assert part(found, "state", "days_left") == ("unknown", None)
