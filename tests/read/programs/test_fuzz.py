from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from diagnose.model import Draft
from diagnose.read import programs
from diagnose.read.programs.families import FAMILIES, module_of
from diagnose.read.programs.runs import Run
from diagnose.read.programs.together import together
from tests.read import mutate

SAMPLES = [
    "$ ping -s 1472 -M do h\nPING h (192.0.2.9) 1472(1500) bytes of data.\nFrom 10.0.0.1 Frag needed (mtu = 1400)\n\n"
    "--- h ping statistics ---\n4 packets transmitted, 3 received, 25% packet loss, time 9ms\nrtt a = 1/2/3/4 ms\n",
    "HOST: edge-7 Loss% Snt Last Avg Best Wrst StDev\n  1.|-- 10.0.0.1 0.0% 5 0.1 0.1 0.1 0.2 0.0\n"
    "  2.|-- ??? 100.0 5 0.0 0.0 0.0 0.0 0.0\ntraceroute to h (192.0.2.9), 30 hops\n"
    " 1  10.0.0.1  1.0 ms !X\n 2  * * *\n",
    "; <<>> DiG 9 <<>> @10.0.0.2 h.example\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4\n"
    ";; flags: qr; QUERY: 1\n"
    ";; QUESTION SECTION:\n;h.example.\tIN\tA\n\n;; ANSWER SECTION:\nh.example.\t30\tIN\tA\t192.0.2.9\n"
    ";; Query time: 3 msec\n",
    "$ ip route; ip -br addr\ndefault via 10.0.0.1 dev eth0 metric 1\n10.0.0.0/24 dev eth0 proto kernel scope link\n"
    "eth0 UP 10.0.0.5/24\n$ ip route get h\n192.0.2.9 via 10.0.0.1 dev tun0 src 10.0.0.5 uid 0\n    cache\n",
    "$ timeout 8 openssl s_client -connect bot:443\ndepth=0 CN = a\n"
    "verify error:num=10:certificate has expired\nCONNECTED(3)\n"
    " 0 s:CN = a\n   i:CN = b\nnotBefore=Nov  1 00:00:00 2030 GMT\nnotAfter=Feb  1 00:00:00 2031 GMT\n",
    "$ curl -v -w '%{http_code} %{time_total}\\n' https://bot/x\n*   Trying 192.0.2.9:443...\n"
    "* Connected to bot (192.0.2.9) port "
    "443 (#0)\n< HTTP/1.1 503 No\n< Via: 1.1 p\n503 9.1\n",
    "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nSYN-SENT 0 1 10.0.0.5:5 192.0.2.9:443 timer:(on,1ms,4)\n"
    "\t rto:200 retrans:1/8 data_segs_out:16\n"
    "tcp 6 118 SYN_SENT src=1.1.1.1 dst=2.2.2.2 sport=4 dport=443 [UNREPLIED]\n",
    "Chain INPUT (policy DROP 12 packets, 99 bytes)\n 12K 720 DROP tcp -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:443\n"
    "[5:300] -A FORWARD -p tcp --dport 443 -j REJECT\n",
    "System time : 1.5 seconds slow of NTP time\nReference ID : 00000000\n^? h 0 6 0 - +0ns\n"
    " remote refid st t when poll reach\n"
    "*h .GPS. 1 u 1 64 377 1.0 0.5 0.1\nFilesystem Size Used Avail Use% Mounted on\n/dev/a 2.0M 2.0M 0 100% /var\n",
    "# pxname,svname,scur,slim,status\nbe,s1,5,5,DOWN\nURI: sip:h:5060\n\tFLAGS: IP\n"
    "2: eth0: <UP,LOWER_UP> mtu 1500 state UP\n"
    "    RX:  bytes packets errors dropped\n    9 9 9 9\nMax open files 64 64 files\n64\n",
]


@settings(max_examples=300, deadline=None)
@given(mutate.texts(SAMPLES))
def test_output_that_was_spoilt_is_read_as_far_as_it_goes(text: str) -> None:
    programs.claims_text(text)
    drafts, report = programs.read_text(text, "x.txt")
    assert report.facts == len(drafts)
    known: list[Draft] = together(drafts)
    assert len(known) >= len(drafts)
    json.dumps([d.fields for d in known])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
@settings(max_examples=40, deadline=None)
@given(text=mutate.texts(SAMPLES))
def test_every_family_takes_any_output(family: object, text: str) -> None:
    module = module_of(family)  # type: ignore[arg-type]
    module.claims(text)
    for draft in module.read(Run(text, "x.txt", whole=text)):
        assert draft.kind
