"""The families of programs, in one table: whose command lines they read, and what their output cannot be without.

A family is a module of this package, or of the one that its name says, with KIND (its source kind), `claims(text)` and
`read(run)`. It is imported when a command line names one of its programs, or when a text holds one of its marks.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

from diagnose.read.programs.runs import Run


class Family(NamedTuple):
    """A module, the programs that it reads, and texts of which its output holds one."""

    name: str
    tools: frozenset[str]
    marks: tuple[str, ...]


def _row(name: str, tools: str, *marks: str) -> Family:
    return Family(name, frozenset(tools.split()), marks)


FAMILIES = (
    _row("reach", "ping ping6 fping hping hping3", "ping statistics", "PING", "Ping", "xmt/rcv/%loss"),
    _row("paths", "mtr traceroute traceroute6 tracert tracepath tracepath6 tcptraceroute", "Loss%", "trace", "Tracing"),
    _row("hoptables", "winmtr pathping", "WinMTR statistics", "Computing statistics"),
    _row(
        "names", "dig kdig drill nslookup host resolvectl systemd-resolve getent cat",
        "DiG", "->>HEADER<<-", "Server:", " has address ", " has IPv6 ", " not found: ", " -- link: ",
        "resolve call failed",
        "nameserver ",
    ),
    _row("routes", "ip route netstat", "default via ", " dev ", "Gateway", "RTNETLINK", "Route Table"),
    _row("links", "ip ethtool ifconfig mii-tool", "mtu ", "Settings for ", "NIC statistics", "errors"),
    _row("adapters", "ipconfig netsh", "Windows IP Configuration", "Configuration for interface", "MediaSenseState"),
    _row("queues", "tc", "qdisc "),
    _row(
        "tls", "openssl gnutls-cli sslscan testssl testssl.sh",
        "CONNECTED(", "depth=", "erify", "notAfter=", "Certificate:",
    ),
    _row("web", "curl wget websocat wscat", "* ", "curl: (", "HTTP request sent", "--  http"),
    _row(
        "clocks", "date timedatectl chronyc ntpq ntpdate ntpdig sntp ntpstat w32tm",
        "NTP", "offset", "Offset", "remote ", "^*", "^?", "^+", "^-", "^x", "+/-",
    ),
    _row("capture.run", "tcpdump tshark", " IP ", " IP6 ", "RTP Streams", " → ", " bytes on wire"),
    _row(
        "ports", "nc ncat netcat telnet nmap tcping test-netconnection tnc",
        "succeeded!", "nc: ", "Ncat: ", "(tcp)", "Nmap", "telnet: ", "TcpTest", ") open",
        "PingSucceeded", "Name resolution of ",
    ),
    _row("sockets", "ss netstat conntrack lsof sysctl", "Recv-Q", "src=", "nf_conntrack"),
    _row("filters", "iptables ip6tables iptables-save nft ufw pfctl", "Chain ", "] -A ", "counter packets", "Status: "),
    _row(
        "servers", "haproxy socat kamcmd kamctl asterisk rasterisk turnutils_uclient",
        "# pxname", "Active connections", "URI: sip", "Contact:", "Total lost",
    ),
    _row(
        "host", "df free uptime top vmstat w lsof ls ulimit dmesg cat grep nproc",
        "Filesystem", "total ", "buff", "Max open files", "Cpu(s)", "oom", "MemTotal",
    ),
)  # fmt: skip
"""In the order in which they are asked."""
TOOLS = frozenset().union(*(family.tools for family in FAMILIES))
"""Every program that some family reads."""


def module_of(family: Family) -> Any:
    """The module of a family, imported when it is needed first."""
    name = family.name if "." in family.name else f"programs.{family.name}"
    return import_module(f"diagnose.read.{name}")


def families_of(run: Run) -> tuple[Family, ...]:
    """The families that read a run: by the programs of its command line, else by the shape of its output."""
    named = tuple(f for f in FAMILIES if f.tools.intersection(run.tools))
    if named:
        return named
    likely = (f for f in FAMILIES if any(mark in run.text for mark in f.marks))
    return tuple(f for f in likely if module_of(f).claims(run.text))
