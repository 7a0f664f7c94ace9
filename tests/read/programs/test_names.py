from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

DIG = """; <<>> DiG 9.18 <<>> {asked}
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4
;; flags: qr {flags}rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;bot.example.\t\tIN\t{type}

{answer}
;; Query time: {time} msec
;; SERVER: 10.0.0.2#53(10.0.0.2) (UDP)
;; WHEN: Tue Mar  4 10:00:00 UTC 2031
;; MSG SIZE  rcvd: 74
"""
SERVER = "$ nslookup bot.example\nServer:\t\t10.0.0.2\nAddress:\t10.0.0.2#53\n\n"
A = ";; ANSWER SECTION:\nbot.example.\t30\tIN\tA\t192.0.2.9\n"
CNAME = ";; ANSWER SECTION:\nbot.example.\t30\tIN\tCNAME\tgone.example.\n"


def dig(
    asked: str = "bot.example",
    status: str = "NOERROR",
    kind: str = "A",
    answer: str = A,
    time: int = 3,
    flags: str = "",
) -> str:
    return DIG.format(asked=asked, status=status, type=kind, answer=answer, time=time, flags=flags)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (dig(), "ok"),
        (dig(status="NXDOMAIN", answer=""), "nxdomain"),
        (dig(status="SERVFAIL", answer=""), "servfail"),
        (dig(status="REFUSED", answer=""), "refused"),
        (dig(answer=""), "empty"),
        (dig(answer=CNAME), "empty"),
        (dig(kind="SRV", answer=""), "empty"),
        (dig(kind="AAAA", answer=""), "ok"),
        (dig(flags="tc "), "truncated"),
        ("; <<>> DiG 9.18 <<>> bot.example\n;; connection timed out; no servers could be reached\n", "timeout"),
        (SERVER + "** server can't find bot.example: NXDOMAIN\n", "nxdomain"),
        ("C:\\>nslookup bot.example\nDNS request timed out.\n    timeout was 2 seconds.\n", "timeout"),
        ("$ host bot.example\nHost bot.example not found: 2(SERVFAIL)\n", "servfail"),
        ("$ resolvectl query h\nbot.example: resolve call failed: all attempts failed\n", "timeout"),
        ("$ getent hosts bot.example\n", "failed"),
    ],
)  # fmt: skip
def test_every_program_tells_how_a_lookup_ended(text: str, outcome: str) -> None:
    found = fact(text, "dns.result")
    assert part(found, "outcome", "name") == (outcome, "bot.example")


def test_an_answer_keeps_its_address_server_and_lifetime() -> None:
    found = fact(dig("@10.9.9.9 bot.example", time=1200), "dns.result")
    assert part(found, "address", "server", "ttl_s", "slow") == ("192.0.2.9", "10.9.9.9", 30, True)


@pytest.mark.parametrize(
    "text",
    [
        SERVER + "Name:\tbot.example\nAddress: 192.0.2.9\n",
        "$ host bot.example\nbot.example has address 192.0.2.9\n",
        "$ resolvectl query bot.example\nbot.example: 192.0.2.9 -- link: eth0\n",
        "$ getent hosts bot.example\n192.0.2.9       bot.example\n",
        "$ dig +short bot.example\n192.0.2.9\n",
    ],
)
def test_the_address_is_found_in_every_form(text: str) -> None:
    assert part(fact(text, "dns.result"), "outcome", "address") == ("ok", "192.0.2.9")


def test_resolvers_of_a_host_are_counted() -> None:
    text = "$ cat /etc/resolv.conf\nsearch example\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n"
    assert facts(text, "dns.config") == [{"count": 2, "servers": "10.0.0.2, 10.0.0.3"}]
