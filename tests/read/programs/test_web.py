from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

UPGRADE = "[root@edge-7 ~]# curl -v -H 'Upgrade: websocket' {more}https://bot.example/stream\n"
SESSION = "* SSL connection using TLSv1.3\n"
TRYING = "*   Trying 192.0.2.9:443...\n"
CONNECTED = f"{TRYING}* Connected to bot.example (192.0.2.9) port 443 (#0)\n"
HELLO = "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"


@pytest.mark.parametrize(
    ("lines", "outcome", "phase"),
    [
        (TRYING + "* connect to 192.0.2.9 port 443 failed: Connection refused\n", "refused", "connect"),
        (TRYING + "* Connection timed out after 8001 milliseconds\n", "timeout", "connect"),
        ("curl: (7) Failed to connect to bot.example port 443: No route to host\n", "unreachable", "connect"),
        (CONNECTED + HELLO + "* OpenSSL SSL_connect: Connection reset by peer in connection\n", "reset", "handshake"),
        (CONNECTED + HELLO + "* SSL connection timeout\n", "timeout", "handshake"),
        (CONNECTED + "curl: (52) Empty reply from server\n", "closed", "established"),
        (CONNECTED + HELLO + SESSION + "curl: (56) Recv failure: Connection reset by peer\n", "reset", "established"),
        (CONNECTED + "* Operation timed out after 8000 milliseconds with 0 bytes received\n", "timeout", "established"),
    ],
)  # fmt: skip
def test_a_request_ends_at_a_step(lines: str, outcome: str, phase: str) -> None:
    found = fact(UPGRADE.format(more="") + lines, "tcp.failure")
    assert part(found, "outcome", "phase", "target", "seen_from") == (outcome, phase, "bot", "edge")


def test_a_name_that_is_not_known_is_no_matter_of_tcp() -> None:
    text = (
        UPGRADE.format(more="")
        + "* Could not resolve host: bot.example\ncurl: (6) Could not resolve host: bot.example\n"
    )
    assert part(fact(text, "dns.result"), "outcome", "name") == ("failed", "bot.example")
    assert facts(text, "tcp.failure") == []


@pytest.mark.parametrize(
    ("answer", "where", "by"),
    [
        ("< HTTP/1.1 101 Switching Protocols\n", "upgrade", "unknown"),
        ("< HTTP/1.1 403 Forbidden\n< Server: squid/5.7\n< X-Squid-Error: ERR_ACCESS_DENIED 0\n", "upgrade", "proxy"),
        ("< HTTP/1.1 503 Service Unavailable\n", "upgrade", "unknown"),
        ("< HTTP/1.1 400 Bad Request\n", "unknown", "unknown"),
    ],
)
def test_an_answer_tells_who_gave_it(answer: str, where: str, by: str) -> None:
    assert part(fact(UPGRADE.format(more="") + CONNECTED + answer, "http.status"), "where", "by") == (where, by)


def test_a_proxy_that_refuses_the_tunnel_is_named_and_is_not_the_host() -> None:
    text = (
        UPGRADE.format(more="-x http://10.0.0.8:3128 ") + "*   Trying 10.0.0.8:3128...\n"
        "* Connected to 10.0.0.8 (10.0.0.8) port 3128 (#0)\n< HTTP/1.1 407 Proxy Authentication Required\n"
        "curl: (56) CONNECT tunnel failed, response 407\n"
    )
    assert part(fact(text, "http.status"), "status", "by") == (407, "proxy")
    assert fact(text, "probe.result")["note"] == "10.0.0.8"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("certificate has expired", "expired"),
        ("unable to get local issuer certificate", "untrusted"),
        ("certificate is not yet valid", "not_yet_valid"),
    ],
)
def test_a_certificate_that_curl_refuses(words: str, reason: str) -> None:
    text = UPGRADE.format(more="") + CONNECTED + HELLO + f"* SSL certificate problem: {words}\n"
    assert fact(text, "tls.failure")["reason"] == reason


def test_wget_and_websocat_are_read_too() -> None:
    wget = "$ wget http://bot.example/x\nHTTP request sent, awaiting response... 502 Bad Gateway\n"
    assert fact(wget, "http.status")["status"] == 502
    websocat = (
        "$ websocat wss://bot.example/s\nwebsocat: WebSocketError: Received unexpected status code (403 Forbidden)\n"
    )
    assert part(fact(websocat, "http.status"), "status", "where") == (403, "upgrade")


def test_an_address_that_is_given_by_hand_is_told() -> None:
    command = "$ curl -v --resolve bot.example:443:192.0.2.7 https://bot.example/\n"
    text = command + "*   Trying 192.0.2.7:443...\n* Connected to bot.example (192.0.2.7) port 443 (#0)\n"
    assert fact(text, "probe.result")["pinned"] is True
