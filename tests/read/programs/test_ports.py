from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("nc: connect to 192.0.2.9 port 443 (tcp) failed: Connection refused", "refused"),
        ("nc: connect to 192.0.2.9 port 443 (tcp) timed out: Operation now in progress", "timeout"),
        ("nc: connect to 192.0.2.9 port 443 (tcp) failed: No route to host", "unreachable"),
        ("(UNKNOWN) [192.0.2.9] 443 (https) : Connection timed out", "timeout"),
        ("Ncat: Connection refused.", "refused"),
        ("telnet: Unable to connect to remote host: Connection refused", "refused"),
    ],
)
def test_a_port_that_fails(line: str, outcome: str) -> None:
    tool = "telnet 192.0.2.9 443" if "telnet" in line else "nc -zv 192.0.2.9 443"
    found = fact(f"[root@edge-7 ~]# {tool}\n{line}\n", "tcp.failure")
    assert part(found, "outcome", "phase", "port", "seen_from") == (outcome, "connect", 443, "edge")


@pytest.mark.parametrize(
    "line",
    [
        "Connection to 192.0.2.9 443 port [tcp/https] succeeded!",
        "Ncat: Connected to 192.0.2.9:443.",
        "Connected to 192.0.2.9.",
        "192.0.2.9 443 (https) open",
    ],
)
def test_a_port_that_answers(line: str) -> None:
    found = fact(f"$ nc -zv 192.0.2.9 443\n{line}\n", "probe.result")
    assert part(found, "outcome", "protocol", "port") == ("ok", "tcp", 443)


TNC = """ComputerName           : bot.example
RemoteAddress          : 192.0.2.9
InterfaceAlias         : Ethernet
SourceAddress          : 192.168.1.20
PingSucceeded          : True
PingReplyDetails (RTT) : 12 ms
"""
TNC_PORT = """WARNING: TCP connect to (192.0.2.8 : 443) failed
ComputerName           : api.example
RemoteAddress          : 192.0.2.8
RemotePort             : 443
InterfaceAlias         : Ethernet
SourceAddress          : 192.168.1.20
PingSucceeded          : False
PingReplyDetails (RTT) : 0 ms
TcpTestSucceeded       : False
"""


@pytest.mark.parametrize("before", ["", "PS C:\\> Test-NetConnection bot.example\n"])
def test_windows_without_a_port_pings(before: str) -> None:
    found = fact(before + TNC, "probe.result")
    assert part(found, "tool", "target", "outcome", "rtt_ms", "protocol") == ("ping", "bot", "ok", 12.0, "icmp")
    lost = fact(before + TNC.replace("True", "False").replace("12 ms", "0 ms"), "probe.result")
    assert part(lost, "outcome", "rtt_ms") == ("unreachable", None)


def test_windows_with_a_port_says_nothing_by_its_ping_and_each_block_is_one_test() -> None:
    assert [f["outcome"] for f in facts(TNC_PORT)] == ["timeout"]
    both = facts(TNC + "\n" + TNC_PORT)
    assert [part(f, "note", "outcome", "port") for f in both] == [(None, "timeout", 443), ("bot.example", "ok", None)]


def test_windows_tells_of_a_name_that_nobody_knows() -> None:
    block = "ComputerName   : bot.example\nRemoteAddress  :\nInterfaceAlias :\nPingSucceeded  : False\n"
    assert facts(f"WARNING: Name resolution of bot.example failed\n\n{block}") == [
        {"outcome": "failed", "name": "bot.example"}
    ]


def test_windows_and_nmap_tell_the_same() -> None:
    windows = "ComputerName     : h1\nRemoteAddress    : 192.0.2.9\nRemotePort       : 443\nTcpTestSucceeded : False\n"
    assert part(fact(windows, "tcp.failure"), "outcome", "port") == ("timeout", 443)
    scan = "Nmap scan report for h1 (192.0.2.9)\nPORT    STATE    SERVICE\n443/tcp filtered https\n"
    assert part(fact(scan, "tcp.failure"), "outcome", "port") == ("timeout", 443)
