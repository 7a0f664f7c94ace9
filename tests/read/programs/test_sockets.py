from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

HEAD = "State    Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"


def test_connections_that_get_no_answer_are_counted_by_whom_they_call() -> None:
    rows = "".join(f"SYN-SENT 0      1      10.0.0.5:5{n}  192.0.2.9:443\n" for n in range(3))
    found = fact(f"[root@edge-7 ~]# ss -tan\n{HEAD}{rows}", "tcp.failure")
    assert part(found, "outcome", "phase", "port", "times", "address") == ("timeout", "connect", 443, 3, "192.0.2.9")


@pytest.mark.parametrize(
    ("send", "timer", "info", "problem"),
    [
        (3000, "timer:(on,5.6sec,5)", "retrans:1/8 data_segs_out:16", "unacknowledged"),
        (0, "", "retrans:0/9 data_segs_out:100", "repeats"),
        (0, "", "retrans:0/1 data_segs_out:100", "none"),
    ],
)
def test_what_is_sent_again_shows_in_the_counters(send: int, timer: str, info: str, problem: str) -> None:
    text = f"$ ss -tino\n{HEAD}ESTAB 0 {send} 10.0.0.5:5000 192.0.2.9:443 {timer}\n\t cubic rto:204 {info}\n"
    assert fact(text, "socket.state")["problem"] == problem


def test_netstat_counts_connections_that_the_program_does_not_close() -> None:
    rows = "".join(f"tcp        1      0 10.0.0.5:{5000 + n}    192.0.2.9:443   CLOSE_WAIT\n" for n in range(25))
    text = f"Proto Recv-Q Send-Q Local Address   Foreign Address   State\n{rows}"
    assert part(fact(text, "socket.state"), "problem", "count") == ("close_wait", 25)


def test_a_port_that_only_the_host_itself_reaches() -> None:
    text = f"$ ss -ltn\n{HEAD}LISTEN 0 128 127.0.0.1:8443 0.0.0.0:*\nLISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n"
    assert facts(text, "socket.listen") == [{"port": 8443, "scope": "loopback"}]


def test_an_empty_table_says_nothing() -> None:
    assert facts(f"$ ss -tan\n{HEAD}") == []


def test_conntrack_shows_who_never_answered_and_how_long_it_waits() -> None:
    row = (
        "udp      17 29 src=10.0.0.5 dst=192.0.2.9 sport=5060 dport=5060 [UNREPLIED] src=192.0.2.9 dst=203.0.113.1 "
        "sport=5060 dport=5060 mark=0 use=1\n"
    )
    text = f"# conntrack -L\n{row}# sysctl net\nnet.netfilter.nf_conntrack_udp_timeout = 30\n"
    assert part(fact(text, "conntrack.state"), "problem", "port", "address") == ("unreplied", 5060, "192.0.2.9")
    assert part(fact(text, "conntrack.timeout"), "of", "timeout_s") == ("udp", 30)


@pytest.mark.parametrize(("count", "problem"), [(65000, "full"), (1000, "none")])
def test_a_full_table_of_connections(count: int, problem: str) -> None:
    text = f"net.netfilter.nf_conntrack_count = {count}\nnet.netfilter.nf_conntrack_max = 65536\n"
    assert fact(text, "conntrack.state")["problem"] == problem
