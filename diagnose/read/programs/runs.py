"""A terminal's transcript, split at its prompts: which command was typed where, and what it printed.

A text without prompts is one run without a command; its readers tell what it is by its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.shapes import excerpt

MAX_SHOWN = 600
"""Longest stretch of a text that a place quotes before it is cut, in characters."""

_PROMPT = re.compile(
    r"^(?:\([\w.-]+\) ?)?(?:"
    r"\[(?P<a>[\w.-]+@)?(?P<host>[\w.-]+)(?:[ :][^\]\n]{0,60})?\][#$%>]"
    r"|[\w.-]+@(?P<host2>[\w.-]+)[: ][^\n#$%>]{0,60}[#$%>]"
    r"|(?:bash|sh|ash)-[\d.]+[#$]|[~/][\w/.-]{0,60} ?[#$]"
    r"|(?P<host3>[A-Za-z][\w.-]{1,40})(?::[~/][^\s#$]{0,60})?[#$>]"
    r"|(?:PS )?[A-Z]:\\[^>\n]{0,80}>|[$%#+]{1,2}(?=[ \t])"
    r")[ \t]*(?P<command>[^\s#$%>].*)$",
    re.MULTILINE,
)
_WRAPPED = re.compile(
    r"^(?:sudo(?: -\w+)*|time|nohup|exec|do|command|env(?: \w+=\S+)*|\w+=\S*|timeout(?: -\S+)* \S+|stdbuf(?: -\S+)+"
    r"|watch(?: -\S+(?: \d+)?)*|nice(?: -n \S+)?|(?:docker|podman) exec(?: -\w+)* \S+|kubectl exec .*? --"
    r"|ip netns exec \S+|nsenter .*? --|ssh(?: -\S+)* \S+|chroot \S+)\s+"
)
_NAMESPACE = re.compile(r"\b(?:ip netns exec|(?:docker|podman) exec(?: -\w+)*|ssh(?: -\S+)*) (?:\w+@)?([\w.-]+)")
_PIECES = re.compile(r"\|\||&&|[;|]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Run(msgspec.Struct, frozen=True):
    """What one command printed: `text` from line `first` of a file on, the command line, and the host it ran on.

    `pointer` is given when the text stood inside a JSON document; then lines are not counted. `command` and `host` are
    empty where the text does not show them; `whole` is the text of the file.
    """

    text: str
    path: str
    first: int = 1
    pointer: str | None = None
    command: str = ""
    host: str = ""
    whole: str = ""

    def place(self, offset: int = 0, shown: str = "") -> Place:
        """The place of a character of the text, quoting `shown` or the line that it stands in."""
        line = None if self.pointer else self.first + self.text.count("\n", 0, offset)
        if not shown:
            start = self.text.rfind("\n", 0, offset) + 1
            end = self.text.find("\n", offset)
            shown = self.text[start : end if end >= 0 else len(self.text)]
        return Place(self.path, line, self.pointer, excerpt(" ".join(shown[:MAX_SHOWN].split())))

    def at(self, needle: str) -> Place:
        """The place of the first line that holds `needle`; the first line of the text when none does."""
        return self.place(max(self.text.find(needle), 0))

    @property
    def tools(self) -> tuple[str, ...]:
        """The programs that the command line runs, without paths and suffixes: `('openssl', 'head')`."""
        return tuple(tools_of(self.command))

    def option(self, *names: str) -> str | None:
        """What follows an option on the command line, as in `-s 1472` or `-s1472`; None when it is not there."""
        for name in names:
            found = re.search(rf"(?:^|\s){re.escape(name)}(?:[ =]?)([^\s|;]+)", self.command)
            if found:
                return found.group(1)
        return None

    @property
    def seen_from(self) -> str:
        """Whose host the command ran on, where its name or the file's tells: edge, client, bot, router or unknown."""
        return role_of_host(self.host or self._label("at"))

    @property
    def aimed_at(self) -> str:
        """What the file says that it tests, as in `edge-ping-agent.txt`: client, edge, ..., or unknown."""
        return next((role for role, words in _AIMS if words.search(self._label("to"))), "unknown")

    def _label(self, part: str) -> str:
        found = _LABEL.match(re.split(r"[/\\]", self.path)[-1])
        return (found.group(part) or "") if found else ""

    def draft(
        self, kind: str, source: str, place: Place, fields: dict[str, Any], host: str | None = None, **times: int | None
    ) -> Draft:
        """A fact seen by this run; `host` is the host that it is about, `start` and `end` are UTC ms."""
        if self.seen_from != "unknown":
            fields = fields | {"seen_from": self.seen_from}
        return Draft(kind, source, place, fields, {"host": host} if host else {}, signal="programs", **times)  # type: ignore[arg-type]


_ROLES = (
    ("edge", "edge|media-?(?:bridge|server)"),
    ("client", "agent|user|client|desktop|desk|laptop|workstation|softphone|phone|pc|home"),
    ("bot", "lb|load-?balancer|haproxy|bots?|orch[a-z]*|audiohook|cloud"),
    ("router", "rtr|router|fw|firewall|gw|gateway|cpe"),
)
_ROLE = tuple((role, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.I)) for role, words in _ROLES)


_LABEL = re.compile(
    r"(?P<at>[a-z][\w.]*(?:-[\w.]+)?)-(?:(?:ping|mtr|traceroute|tracert|tracepath)-(?P<to>[\w-]+)"
    r"|(?:ip|link|routes?|ss|ifconfig|ethtool|interfaces?)\b.*)\.\w+$",
    re.I,
)
"""Names that people give to what they saved: where, which program, and at what."""
_AIMS = tuple(
    (role, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.I))
    for role, words in (
        ("client", "agent|user|client|pc|laptop|phone"),
        ("edge", "edge"),
        ("gateway", "gateway|gw|router"),
        ("trunk", "carrier|sbc|trunk|pstn|itsp"),
        ("bot", "bot|orch\\w*|audiohook"),
        ("cloud", "cloud|platform|api"),
        ("internet", "internet|dns"),
    )
)


def role_of_host(name: str) -> str:
    """Whose host a name is, where it tells: edge, client, bot (with what stands before it), router or unknown."""
    return next((role for role, pattern in _ROLE if pattern.search(name)), "unknown")


def tools_of(command: str) -> Iterator[str]:
    """The programs that a command line runs."""
    for piece in _PIECES.split(_QUOTED.sub("''", command)):
        rest = piece.strip().lstrip("({ ")
        while (wrapped := _WRAPPED.match(rest)) is not None:
            rest = rest[wrapped.end() :]
        word = rest.split(None, 1)[0] if rest else ""
        name = re.split(r"[/\\]", word)[-1].casefold()
        if name:
            yield name.removesuffix(".exe")


def stretches(starts: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of what lies between places of a text: each to the next, the last to `end`."""
    return zip(starts, [*starts[1:], end][: len(starts)], strict=True)


def split(text: str, path: str, known: frozenset[str], pointer: str | None = None) -> list[Run]:
    """The runs of a transcript; `known` are the programs that may follow a prompt which is only a sign, such as `#`."""
    heads = [m for m in _PROMPT.finditer(text) if _is_prompt(m, known)]
    if not heads:
        return [Run(text, path, pointer=pointer, whole=text)]
    runs = []
    if text[: heads[0].start()].strip():
        runs.append(Run(text[: heads[0].start()], path, pointer=pointer, whole=text))
    line, counted = 1, 0
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        start = min(head.end() + 1, len(text))
        line, counted = line + text.count("\n", counted, start), start
        body = text[start : following.start() if following else len(text)]
        command = head.group("command").strip()
        inside = _NAMESPACE.search(command)
        host = inside.group(1) if inside else head.group("host") or head.group("host2") or head.group("host3") or ""
        runs.append(Run(body, path, line, pointer, command, host, text))
    return runs


def _is_prompt(found: re.Match[str], known: frozenset[str]) -> bool:
    """Whether a line is a prompt: with user and host any command will do, else it must be one that is known."""
    if found.group("a") or found.group("host2"):
        return True
    return any(tool in known for tool in tools_of(found.group("command")))
