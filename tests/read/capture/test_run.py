from __future__ import annotations

from diagnose.read import readers
from diagnose.read.programs import read_text

MIXED = """[root@edge ~]# ping -c 1 198.51.100.7
PING 198.51.100.7 (198.51.100.7) 56(84) bytes of data.

--- 198.51.100.7 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 20.1/20.1/20.1/0.0 ms
[root@edge ~]# tcpdump -nr x.pcap
2026-03-04 10:00:00.000000 IP 10.0.0.1.40000 > 198.51.100.7.443: Flags [S], seq 9, win 64240, length 0
2026-03-04 10:00:00.020000 IP 198.51.100.7.443 > 10.0.0.1.40000: Flags [R.], seq 0, ack 10, win 0, length 0
"""


def test_packets_among_the_output_of_other_programs_keep_their_lines() -> None:
    row = readers.of_text(MIXED)
    assert row is not None
    assert row.module == "programs"
    found = {d.kind: d for d in read_text(MIXED, "x.txt")[0]}
    assert found["tcp.failure"].fields["outcome"] == "refused"
    assert found["tcp.failure"].place.line == 9
    assert "probe.result" in found


def test_packets_alone_are_read_as_a_capture() -> None:
    row = readers.of_text(MIXED[MIXED.index("[root@edge ~]# tcpdump") :])
    assert row is not None
    assert row.module == "capture.dump"
