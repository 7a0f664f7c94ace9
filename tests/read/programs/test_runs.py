from __future__ import annotations

import pytest

from diagnose.read.programs.runs import role_of_host, split, tools_of

KNOWN = frozenset({"ping", "dig"})


@pytest.mark.parametrize(
    ("prompt", "host"),
    [
        ("[root@edge-7 ~]# ", "edge-7"),
        ("admin@edge-7:~$ ", "edge-7"),
        ("root@edge-7:/var/log# ", "edge-7"),
        ("jo@laptop ~ % ", "laptop"),
        ("edge-7# ", "edge-7"),
        ("$ ", ""),
        ("# ", ""),
        ("/ # ", ""),
        ("bash-5.1$ ", ""),
        ("C:\\Users\\jo>", ""),
        ("PS C:\\> ", ""),
    ],
)
def test_a_prompt_tells_the_command_and_the_host(prompt: str, host: str) -> None:
    one, two = split(f"{prompt}ping -c 2 h1\nout 1\nout 2\n{prompt}dig h2\nout 3\n", "x.txt", KNOWN)
    assert (one.command, one.text, one.host, one.first) == ("ping -c 2 h1", "out 1\nout 2\n", host, 2)
    assert (two.command, two.text, two.first) == ("dig h2", "out 3\n", 5)


@pytest.mark.parametrize(
    "line", ["# this is a remark", "> GET / HTTP/1.1", "$5 a call", "10 > 5 of them", "#ping was fine"]
)
def test_a_line_that_only_begins_like_a_prompt_is_none(line: str) -> None:
    (only,) = split(f"{line}\nmore\n", "x.txt", KNOWN)
    assert only.command == ""


def test_what_stands_before_the_first_prompt_is_kept() -> None:
    first, _ = split("Hello\n$ ping h1\nout\n", "x.txt", KNOWN)
    assert first.text == "Hello\n"


@pytest.mark.parametrize(
    ("command", "tools"),
    [
        ("sudo timeout 8 /usr/bin/openssl s_client -connect h:443 </dev/null 2>&1 | head -60", ["openssl", "head"]),
        ("df -h /var; df -i /var && ls -l", ["df", "df", "ls"]),
        ("ip netns exec wan ping h1", ["ping"]),
        ("docker exec -it edge dig h1", ["dig"]),
        ("ssh root@edge-7 ss -tan", ["ss"]),
        ("LANG=C ping.exe h1", ["ping"]),
        ("printf 'a | ping; b' | nc h 80", ["printf", "nc"]),
        ("", []),
    ],
)
def test_the_programs_of_a_command_line(command: str, tools: list[str]) -> None:
    assert list(tools_of(command)) == tools


def test_a_namespace_or_a_far_host_is_where_a_command_ran() -> None:
    inside, far = split("root@h:~# ip netns exec wan ping a\nx\nroot@h:~# ssh edge-7 ping a\nx\n", "x.txt", KNOWN)
    assert (inside.host, far.host) == ("wan", "edge-7")


@pytest.mark.parametrize(
    ("name", "role"),
    [("edge-ams-1", "edge"), ("agent-pc-7", "client"), ("desk-pc12", "client"),
     ("lb-1", "bot"), ("fw-2", "router"), ("db9", "unknown")],
)  # fmt: skip
def test_a_host_is_told_by_its_name(name: str, role: str) -> None:
    assert role_of_host(name) == role


@pytest.mark.parametrize(
    ("name", "seen_from", "aimed_at"),
    [
        ("edge-ping-agent.txt", "edge", "client"),
        ("agent-ping-gateway.txt", "client", "gateway"),
        ("logs/edge-mtr-carrier.txt", "edge", "trunk"),
        ("agent-link-monitor.txt", "client", "unknown"),
        ("gw-ip-link.txt", "router", "unknown"),
        ("gateway-ping.txt", "unknown", "unknown"),
        ("ping-agent.txt", "unknown", "unknown"),
    ],
)
def test_a_file_may_say_where_and_at_what_it_was_taken(name: str, seen_from: str, aimed_at: str) -> None:
    (run,) = split("out\n", name, KNOWN)
    assert (run.seen_from, run.aimed_at) == (seen_from, aimed_at)


def test_a_prompt_says_more_than_the_name_of_the_file() -> None:
    (run,) = split("jo@laptop:~$ ping h1\nout\n", "edge-ping-agent.txt", KNOWN)
    assert run.seen_from == "client"
