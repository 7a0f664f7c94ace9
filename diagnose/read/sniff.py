"""What a text is, by its content: the format, and for logs whose log it is.

The name of a file only breaks ties: between kinds of logs, and between a note in prose and terse lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Literal

from diagnose.read import lines, stamps, tables

Format = Literal["json-document", "json-lines", "table", "text-log", "command-output", "ticket", "plain-text"]

_SAMPLE_LINES = 200
_MOSTLY = 0.6
_SPARSE = 0.3
_PROSE_WORDS = 5
_PLAIN_SHARE = 0.7

_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was were be been has have had do does did will would can could we our us i my you your it "
        "its they their he she this that these those there and or but not no of in on at to from for with "
        "without by as if when while after before since until than then so all any some only just please what "
        "why how who where which",
    )
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'\u2019-]*[.,;:!?)]*$")
_PROMPT = re.compile(r"^(?:\[?[\w.-]+@[\w.-]+[^\]\n]{0,60}\]?[#$%>]|\$|#|C:\\[^>]*>)\s+[a-z]", re.MULTILINE)
_CODE = re.compile(
    r"^\s*(?:using |import |from \w+ import|public |private |var |let |const |await |return\b|new \w+|def |function\b"
    r"|#include|[{}()\[\]]+[;,]?\s*$|//)"
    r"|^\s*[A-Za-z_][\w.]*\s*=\s*.+[;,]\s*(?://.*)?$|\)\s*;\s*$|=>\s*\{?$|^\s*[\w.]+\s*=\s*(?:new\b|\"[^\"]*\"\s*$)"
)
_TECHNICAL = re.compile(
    r"^\W{0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|FATAL|CRIT(?:ICAL)?)\b[:\]]|SIP/2\.0|\w+Exception\b"
    r"|\w+Error:|^m=audio|^a=\w+:|\b\w+\.(?:c|cc|cpp|go|py|js|java):\d+|::\w+|^-- |^== |\w+=\S+ \w+=\S+|^\s+at \S+\("
)

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
_TICKET_NAMES = re.compile(
    r"(?:^|[^a-z])e?-?(?:ticket|issue|mail|incident|description|summary|case|report|question|post|story)", re.IGNORECASE
)
_TERSE_NAMES = re.compile(
    r"\.(?:log|err|out|stderr|trace)$|console|sip|network|notes|firewall|status|settings", re.IGNORECASE
)
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
_LINE = 1_000
"""Characters of a line that tell what it is: a line of megabytes is no news after them."""


def text_format(head: str, name: str = "") -> Format:
    """The format of a text by its first lines; `name` decides only between prose and terse lines."""
    text = head.lstrip("\ufeff \t\r\n")
    sample = [line for line in text.splitlines() if line.strip()][:_SAMPLE_LINES]
    if not sample:
        return "plain-text"
    structured = _structured(text, sample)
    if structured is not None:
        return structured
    if _PROMPT.search(text):
        return "command-output"
    stamped = sum(1 for line in sample if stamps.parse(line) is not None)
    prose = sum(1 for line in sample if is_prose(line))
    if stamped >= _SPARSE * len(sample) and prose <= stamped:
        return "text-log"
    if _TICKET_NAMES.search(PurePath(name).name):
        return "ticket"
    if prose and prose >= _SPARSE * len(sample) and not (is_terse(name) and prose < _MOSTLY * len(sample)):
        return "ticket"
    return "plain-text" if not stamped or prose <= stamped else "ticket"


def _structured(text: str, sample: Sequence[str]) -> Format | None:
    """The format of a text of JSON or of columns, else None."""
    objects = sum(1 for line in sample if _is_object(line))
    if objects >= 2 and objects >= _MOSTLY * len(sample):
        return "json-lines"
    if text[0] in "{[" and _starts_json(text):
        return "json-document"
    return "table" if tables.delimiter(text) is not None else None


def _is_object(line: str) -> bool:
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _starts_json(text: str) -> bool:
    """Whether a text that opens with a brace goes on as JSON does: a key, an element or an end; not `[name@host]#`."""
    rest = text[1:].lstrip()
    if text[0] == "{":
        return not rest or rest[0] in '"}'
    return not rest or rest[0] in '{["]' or re.match(r"-?\d+(?:\.\d+)?\s*[,\]\n]|true|false|null", rest) is not None


def is_terse(name: str) -> bool:
    """Whether the name of a file says that it holds a program's output or an engineer's notes, not a report."""
    return _TERSE_NAMES.search(PurePath(name).name) is not None


def is_prose(line: str) -> bool:
    """Whether a line is a person's sentence: plain words for the most part, some of them function words."""
    line = line[:_LINE]
    if _TECHNICAL.search(line) or _CODE.search(line) or stamps.parse(line) is not None:
        return False
    tokens = line.split()
    if len(tokens) < _PROSE_WORDS:
        return False
    plain = sum(1 for t in tokens if _WORD.match(t.lstrip("(\"'\u201c\u2018*_-")))
    small = sum(1 for t in tokens if t.strip(".,;:!?()").casefold() in _FUNCTION_WORDS)
    return plain >= _PLAIN_SHARE * len(tokens) and small >= 2


def is_code(line: str) -> bool:
    """Whether a line is a line of a program (C#, Java, JavaScript, Python) and hence not something observed."""
    return _CODE.search(line[:_LINE]) is not None


def is_technical(line: str) -> bool:
    """Whether a line is a program's output: a level, an exception, a SIP line, a source place, key=value pairs."""
    return _TECHNICAL.search(line[:_LINE]) is not None


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
    source = lines.source_of(str(fields.get("shape", "")))
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
