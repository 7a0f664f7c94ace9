from __future__ import annotations

import socket

import dpkt
import pytest

from tests.read.capture.pcapcase import A, B, Pcap

SERVER = "10.0.0.53"


def ask(capture: Pcap, at: float, name: str = "edge.example.com", number: int = 9) -> None:
    question = dpkt.dns.DNS(id=number, qd=[dpkt.dns.DNS.Q(name=name, type=1)])
    capture.udp(at, A, 5353 + number, SERVER, 53, bytes(question))


def reply(
    capture: Pcap, at: float, code: int, address: str = "", name: str = "edge.example.com", number: int = 9
) -> None:
    answers = [dpkt.dns.DNS.RR(name=name, type=1, ttl=60, rdata=socket.inet_aton(address))] if address else []
    found = dpkt.dns.DNS(id=number, qd=[dpkt.dns.DNS.Q(name=name, type=1)], an=answers)
    found.qr, found.rcode = 1, code
    capture.udp(at, SERVER, 53, A, 5353 + number, bytes(found))


@pytest.mark.parametrize(("code", "address", "outcome"), [(3, "", "nxdomain"), (2, "", "servfail"), (5, "", "refused"),
                                                          (0, "", "empty"), (0, B, "ok")])  # fmt: skip
def test_an_answer_tells_how_a_look_up_went(code: int, address: str, outcome: str) -> None:
    capture = Pcap()
    ask(capture, 0)
    reply(capture, 0.03, code, address)
    (found,) = capture.facts("dns.result")
    assert (found["outcome"], found["name"], found["server"], found["rtt_ms"]) == (
        outcome, "edge.example.com", SERVER, 30.0,
    )  # fmt: skip


def test_a_question_without_an_answer_is_a_timeout_and_a_late_one_is_slow() -> None:
    capture = Pcap()
    ask(capture, 0)
    ask(capture, 2, "slow.example.com", 10)
    reply(capture, 4.5, 0, B, "slow.example.com", 10)
    capture.udp(8, A, 1, B, 2, b"x")
    found = {f["name"]: f for f in capture.facts("dns.result")}
    assert found["edge.example.com"]["outcome"] == "timeout"
    assert found["slow.example.com"]["slow"] is True


def test_a_name_that_was_looked_up_names_the_target_of_a_connection() -> None:
    capture = Pcap()
    ask(capture, 0, "api.mypurecloud.com")
    reply(capture, 0.03, 0, B, "api.mypurecloud.com")
    capture.tcp(1, A, 40_000, B, 443, "S")
    capture.tcp(1.1, B, 443, A, 40_000, "RA")
    (found,) = capture.facts("tcp.failure")
    assert found["target"] == "cloud"


def icmp(capture: Pcap, at: float, code: int, mtu: int = 0) -> None:
    udp = dpkt.udp.UDP(sport=5060, dport=5062, data=b"OPTIONS")
    udp.ulen = len(udp)
    about = dpkt.ip.IP(src=socket.inet_aton(A), dst=socket.inet_aton(B), p=17, data=udp)
    about.len = len(about)
    quote = dpkt.icmp.ICMP.Unreach(mtu=mtu, data=about)
    capture.ip(at, B, A, dpkt.icmp.ICMP(type=3, code=code, data=quote), dpkt.ip.IP_PROTO_ICMP)


def test_icmp_errors_are_counted_by_destination() -> None:
    capture = Pcap()
    for n in range(4):
        icmp(capture, n, 3)
    (found,) = capture.facts("icmp.error")
    assert found == {
        "error": "port_unreachable",
        "by": B,
        "times": 4,
        "target": "trunk",
        "protocol": "udp",
        "port": 5062,
    }


def test_a_packet_that_is_too_large_tells_the_size_that_passes() -> None:
    capture = Pcap()
    icmp(capture, 0, 4, 1400)
    assert capture.facts("mtu.state") == [{"state": "small", "bytes": 1400}]


def test_an_administrator_s_ban_is_a_denial() -> None:
    capture = Pcap()
    icmp(capture, 0, 13)
    assert [f["outcome"] for f in capture.facts("firewall.event")] == ["deny"]


def stun(kind: int, code: int = 0) -> bytes:
    attribute = b"\0\x09\0\4\0\0" + bytes([code // 100, code % 100]) if code else b""
    return kind.to_bytes(2, "big") + len(attribute).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + attribute


@pytest.mark.parametrize(("code", "states"), [(401, []), (486, ["no_relay"])])
def test_a_turn_error_that_is_no_challenge(code: int, states: list[str]) -> None:
    capture = Pcap()
    capture.udp(0, A, 5000, B, 3478, stun(0x0003))
    capture.udp(0.1, B, 3478, A, 5000, stun(0x0113, code))
    assert [f["state"] for f in capture.facts("ice.state")] == states


def test_a_stun_server_that_never_answers() -> None:
    capture = Pcap()
    for at in (0, 1, 3, 9):
        capture.udp(at, A, 5000, B, 3478, stun(0x0001))
    assert [f["state"] for f in capture.facts("ice.state")] == ["no_answer"]


def test_a_question_that_asks_nothing_and_an_address_of_odd_length_are_passed_over() -> None:
    capture = Pcap()
    capture.udp(0, A, 5362, SERVER, 53, bytes(dpkt.dns.DNS(id=9)))
    ask(capture, 1)
    odd = dpkt.dns.DNS.RR(name="edge.example.com", type=1, ttl=60, rdata=b"\x01\x02")
    question = dpkt.dns.DNS.Q(name="edge.example.com", type=1)
    capture.udp(2, SERVER, 53, A, 5362, bytes(dpkt.dns.DNS(id=9, qr=1, qd=[question], an=[odd])))
    assert [f["outcome"] for f in capture.facts("dns.result")] == ["ok"]
