from __future__ import annotations

import pytest

from diagnose.read.capture.tls import alert_of, is_hello, server_name
from tests.read.capture.test_tcp import hello


def test_the_name_of_a_hello() -> None:
    data = hello(b"edge.example.com")
    assert is_hello(data, 1)
    assert not is_hello(data, 2)
    assert server_name(data) == "edge.example.com"


@pytest.mark.parametrize("end", range(0, 80, 7))
def test_a_hello_that_is_cut_has_no_name_or_a_part_of_it(end: int) -> None:
    assert "edge.example.com".startswith(server_name(hello(b"edge.example.com")[:end]))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (bytes([21, 3, 3, 0, 2, 2, 48]), "unknown_ca"),
        (bytes([22, 3, 3, 0, 1, 0, 21, 3, 3, 0, 2, 2, 40]), "handshake_failure"),
        (bytes([21, 3, 3, 0, 2, 2, 200]), "alert 200"),
        (bytes([21, 3, 3, 0, 26]) + bytes(26), None),
        (b"GET / HTTP/1.1", None),
        (b"", None),
    ],
)
def test_an_alert_in_the_clear(data: bytes, name: str | None) -> None:
    found = alert_of(data)
    assert (found.name if found else None) == name
