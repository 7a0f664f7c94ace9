from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, part


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


def test_windows_and_nmap_tell_the_same() -> None:
    windows = "ComputerName     : h1\nRemoteAddress    : 192.0.2.9\nRemotePort       : 443\nTcpTestSucceeded : False\n"
    assert part(fact(windows, "tcp.failure"), "outcome", "port") == ("timeout", 443)
    scan = "Nmap scan report for h1 (192.0.2.9)\nPORT    STATE    SERVICE\n443/tcp filtered https\n"
    assert part(fact(scan, "tcp.failure"), "outcome", "port") == ("timeout", 443)
