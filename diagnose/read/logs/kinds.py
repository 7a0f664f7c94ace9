"""Whose log it is, by its components and its wording; the name of a file only decides between kinds that are even."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from diagnose.read.logs import lines, w3c

_COMPONENTS = {
    "edge.log": r"media-?bridge|session-manager|edge|station|sip-stack|rtp-engine|mixer|dialplan|provisioner|tts-cache|"
    r"cloud-link|config-sync|flow-runtime|timesync|queue-agent|bot-connector|survivab|link-?mon|netmon|health|logd|"
    r"log-shipper|recording|data-action",
    "bot.log": r"bot-?(?:orchestrator|session|server|core|engine|runtime)|orchestrat|audiohook|dialog|openai|realtime|"
    r"tts|stt|speech|llm|agent-worker|livekit|pipecat|uvicorn|websockets\.server|deepgram|elevenlabs|lex|nlu",
    "client.log": r"webrtc|browser|softphone|client-app|twilio\.device",
    "sip.log": r"kamailio|opensips|asterisk|pjsip|sofia|freeswitch|sbc|sipp|baresip|rtpengine",
    "proxy.log": r"haproxy|nginx|envoy|traefik|gateway-proxy|ingress|apache|httpd|caddy|squid",
    "system.log": r"kernel|systemd|sshd|chronyd|ntpd|networkmanager|\bcrond?\b|dockerd|containerd|kubelet"
    r"|\.(?:service|socket|scope|timer|mount)$|Service Control Manager",
}
_MESSAGES = {
    "edge.log": r"\bsurvivab|media[- ]bridge|edge_node|\bEdge (?:log|node)",
    "bot.log": r"audiohook|dialogflow|openai|deepgram|elevenlabs|livekit\.|pipecat|google\.cloud|grpc\._channel|"
    r"websockets\.server|transcriber|synthesi[sz]|\bLLM\b|Polly|speech ?(?:sdk|service|recogni)|USP state"
    r"|\bTTS\b|\bSTT\b|\b[rt]x (?:open(?:ed)?|paused?|resumed?|discarded|closed?|ping|pong|disconnect)\b"
    r"|\bintent=\w|\bturn=\d|/webhook\b|fulfil+ment",
    "client.log": r"getUserMedia|RTCPeerConnection|NotAllowedError|Chrome/? ?\d|Firefox/? ?\d|navigator\."
    r"|Twilio\.Device|"
    r"ICE (?:connection|candidate|failed)|iceConnectionState|microphone|Uncaught \(in promise\)|wss?://\S+' failed",
    "proxy.log": r"\b\d+/\d+/\d+/-?\d+/\+?\d+ \d{3} \d+|\"(?:GET|POST|PUT|DELETE|HEAD"
    r"|OPTIONS) \S+ HTTP/[\d.]+\" \d{3}|upstream "
    r"(?:timed out|prematurely|sent)|\[\d\d/\w{3}/\d{4}:[\d:.]+\] \S+ \S+/\S+|haproxy|nginx",
    "sip.log": r"chan_sip|res_pjsip|mod_sofia|pjsip|sofia/|<core>|kamailio|opensips|switch_core|\btm \["
    r"|sip:[^\s>]+@|rr_mod|"
    r"Call-Id|baresip|aucodec:|Got SIP response|Everyone is busy",
    "sip.trace": r"^(?:INVITE|REGISTER|OPTIONS|BYE|ACK|REFER|CANCEL|PRACK|UPDATE) sips?:\S+ SIP/2\.0"
    r"|^SIP/2\.0 \d{3}|^CSeq:|"
    r"^m=audio|^a=(?:rtpmap|crypto|fmtp)|^v=0$|SIP/2\.0 \d{3} \w|\b(?:offer|answer):\s+m=audio",
    "system.log": r"\bkernel:|systemd\[\d|sshd\[|chronyd|ntpd\[|NetworkManager|oom-killer|Out of memory: Kill"
    r"|segfault at|"
    r"Failed with result|Main process exited|CrashLoopBackOff|OOMKilled|Readiness probe|FATAL ERROR: .*heap",
    "network.note": r"action=(?:accept|deny|drop|allow|pass)|policyid=|\bsrcip=|iptables|UFW BLOCK|carrier lost|modem "
    r"(?:un)?locked|router probe|port history|\bGi\d/\d|ip rule:|route -n|firewall",
    "host.resource": r"Max open files|Filesystem\s+.*Use%|MemAvailable|load average:",
}
_NAMES = {
    "sip.trace": r"sip|sngrep|sniffer",
    "proxy.log": r"haproxy|nginx|proxy|access",
    "client.log": r"webrtc|browser|client|softphone",
    "bot.log": r"orchestrat|bot|audio-?hook|connector|webhook|speech|tts|stt",
    "sip.log": r"kamailio|asterisk|sbc|opensips|freeswitch|turnserver",
    "edge.log": r"edge|media-?bridge",
    "network.note": r"network|firewall|isp|route|status|bmc|switch",
    "system.log": r"syslog|messages|journal|systemd|kern",
    "host.resource": r"proc|df|free",
}
_COMPILED = {
    name: {kind: re.compile(p, re.IGNORECASE) for kind, p in table.items()}
    for name, table in (("component", _COMPONENTS), ("message", _MESSAGES), ("name", _NAMES))
}
_COMMANDS = {
    "network.dns": r"dig|nslookup|host|resolvectl|getent",
    "network.tls": r"openssl|sslscan|testssl|gnutls-cli",
    "network.probe": r"ping6?|fping|mtr|hping3?|nc|ncat|telnet|curl|wget|ss|netstat|sipsak|sipp|turnutils\w*"
    r"|stunclient",
    "network.route": r"traceroute6?|tracepath6?|tracert|route|ip",
    "network.capture": r"tcpdump|tshark|capinfos|rtpdump",
    "network.note": r"iptables|nft|conntrack|ufw",
    "host.clock": r"date|timedatectl|chronyc|ntpq|ntpdate|ntpstat|hwclock",
    "host.resource": r"df|du|free|uptime|top|vmstat|iostat|ulimit|ls|lsof|ps|dmidecode|ipmitool",
    "system.log": r"journalctl|dmesg|systemctl",
}
_COMMAND = {
    kind: re.compile(
        rf"^[^\n]{{0,80}}?[#$%>]\s+(?:sudo |timeout \S+ |time |env \S+ )*(?:/\S+/)?(?:{names})(?:\s|$)", re.MULTILINE
    )
    for kind, names in _COMMANDS.items()
}
_PATTERN_WEIGHT = 3


def log_kind(samples: Iterable[tuple[Mapping[str, Any], str]], name: str = "") -> str:
    """The kind of a log from (record fields, message) samples: by component, then by wording, ties by file name.

    Gives one of `edge.log`, `bot.log`, `client.log`, `proxy.log`, `sip.log`, `sip.trace`, `system.log`,
    `network.note`, `host.resource`, or `log` when nothing tells.
    """
    votes: dict[str, float] = {}
    for fields, message in samples:
        for kind, weight in _votes(fields, message):
            votes[kind] = votes.get(kind, 0) + weight
    hints = name_kinds(name)
    if not votes:
        return hints[0] if hints else "log"
    best = max(votes.values())
    leaders = [kind for kind, count in votes.items() if count * 2 > best]
    for hint in hints:
        if hint in leaders:
            return hint
    return max(leaders, key=lambda kind: votes[kind])


def command_kind(head: str) -> str | None:
    """The kind of source that a terminal's transcript is, by the first command typed in it; None for an unknown one."""
    found = ((m.start(), kind) for kind, pattern in _COMMAND.items() if (m := pattern.search(head)) is not None)
    return min(found, default=(0, None))[1]


def name_kinds(name: str) -> Sequence[str]:
    """The kinds that a file's name suggests, best first."""
    return [kind for kind, pattern in _COMPILED["name"].items() if pattern.search(PurePath(name).name)]


def _votes(fields: Mapping[str, Any], message: str) -> Iterable[tuple[str, float]]:
    shape = str(fields.get("shape", ""))
    source = "proxy.log" if shape == w3c.SHAPE else lines.source_of(shape)
    if source:
        yield source, _PATTERN_WEIGHT
    component = str(fields.get("component") or "")
    if component:
        for kind in ("system.log", "bot.log", "edge.log", "client.log", "sip.log", "proxy.log"):
            if _COMPILED["component"][kind].search(component):
                yield kind, _PATTERN_WEIGHT
                break
    elif fields.get("edge_node") or fields.get("edge_id") or fields.get("edge"):
        yield "edge.log", 1
    for kind, pattern in _COMPILED["message"].items():
        if pattern.search(message[:2000]):
            yield kind, 1
