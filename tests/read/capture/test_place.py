from __future__ import annotations

import pytest

from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import Hosts, draft


@pytest.mark.parametrize(
    ("name", "port", "target"),
    [("audiohook.example.com", 443, "bot"), ("api.mypurecloud.com", 443, "cloud"), ("", 5060, "trunk"),
     ("", 3128, "proxy"), ("", 443, "unknown")],
)  # fmt: skip
def test_what_stands_at_an_address(name: str, port: int, target: str) -> None:
    hosts = Hosts()
    hosts.names["198.51.100.7"] = name
    assert hosts.target("198.51.100.7", port) == target


def test_the_host_of_a_capture_is_the_one_that_takes_part_in_most() -> None:
    hosts = Hosts()
    hosts.note(Packet(1, "a", "b"))
    assert hosts.here == ""
    hosts.note(Packet(2, "c", "a"))
    assert (hosts.here, hosts.first, hosts.last) == ("a", 1, 2)


def test_a_draft_stands_at_its_packet_or_its_line() -> None:
    packet = Packet(1_772_618_400.5, "10.0.0.1", "10.0.0.2", 1, 2, "UDP", number=7)
    found = draft("x.pcap", packet, "media.flow", host="h", sent=1, received=None)
    assert (found.place.pointer, found.start, found.fields, found.entities) == (
        "/packet/7", 1_772_618_400_500, {"sent": 1}, {"host": "h"},
    )  # fmt: skip
