"""Packets of a capture in one shape, whether they come from a pcap file or from the text of tcpdump.

dpkt takes the frames apart. Of a datagram in fragments the parts are put together again when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

MAX_PACKETS = 3_000_000
"""Packets read of one capture, so that a capture of gigabytes is done in minutes."""
MAX_FRAGMENTED = 2_000
"""Datagrams in parts that are held at one time."""

_FLAGS = ((0x02, "S"), (0x10, "A"), (0x01, "F"), (0x04, "R"), (0x08, "P"))
_UNREACHABLE = {
    0: "net_unreachable", 1: "host_unreachable", 3: "port_unreachable", 4: "frag_needed", 9: "admin_prohibited",
    10: "admin_prohibited", 13: "admin_prohibited",
}  # fmt: skip
_UNREACHABLE6 = {0: "net_unreachable", 1: "admin_prohibited", 3: "host_unreachable", 4: "port_unreachable"}


class Packet(msgspec.Struct, frozen=True):
    """One packet: time in s, ends, protocol (UDP, TCP or ICMP), payload (empty when only its `size` is known).

    `flags` of TCP are letters of SAFRP. Of ICMP `flags` is what it says in words, `inner` the ends and protocol of the
    packet that it is about, and `size` the MTU of `frag_needed`. `number` counts from 1; `line` is that of a text, in
    which a datagram that is not known further has its words as `flags`. `local` says that its time has no zone,
    `relative` that it counts from the start of the capture.
    """

    t: float
    src: str
    dst: str
    sport: int = 0
    dport: int = 0
    proto: str = ""
    payload: bytes = b""
    size: int = 0
    flags: str = ""
    seq: int = 0
    window: int = -1
    ttl: int = 0
    tos: int = -1
    number: int = 0
    line: int | None = None
    inner: tuple[str, str, int, str] | None = None
    shown: str = ""
    local: bool = False
    relative: bool = False

    @property
    def ms(self) -> int:
        """Its time in ms."""
        return round(self.t * 1000)

    @property
    def words(self) -> str:
        """It in one line, as reports show it."""
        if self.shown:
            return self.shown
        what = f"Flags [{self.flags}]" if self.proto == "TCP" else self.flags
        return f"{self.proto} {self.src}.{self.sport} > {self.dst}.{self.dport}: {what} length {self.size}".replace(
            ".0 ", " "
        )


class Reader:
    """Packets of a pcap or pcapng file, in order. `why` says afterwards what was left out."""

    def __init__(self, stream: Any) -> None:
        """Raises ValueError when the file begins like a capture and is none."""
        import dpkt

        self._dpkt = dpkt
        self.count = self.broken = self.incomplete = 0
        self.why = ""
        self._parts: dict[tuple[str, str, int], list[tuple[int, bool, bytes]]] = {}
        try:
            self._bytes = _Back(stream.read(4), stream)
            self._source: Any = _open(self._bytes)
        except (ValueError, dpkt.UnpackError) as error:
            raise ValueError(f"a packet capture whose header cannot be read: {error}") from error
        self._link = _decoder(dpkt, self._source.datalink())

    def __iter__(self) -> Iterator[Packet]:
        dpkt = self._dpkt
        frames = iter(self._source)
        while self.count < MAX_PACKETS:
            try:
                t, frame = next(frames)
            except StopIteration:
                break
            except (dpkt.UnpackError, ValueError, TypeError, IndexError, AttributeError):
                self.why = f"the capture breaks off after {self.count} packets"
                break
            self.count += 1
            try:
                found = self._packet(float(t), frame)
            except (dpkt.UnpackError, ValueError, TypeError, IndexError, AttributeError, KeyError):
                self.broken += 1
                continue
            if found is not None:
                yield found
        else:
            self.why = f"packets after the first {MAX_PACKETS} were left out"
        if self._bytes.cut and not self.why:
            self.why = f"the capture breaks off in packet {self.count}"
        self.incomplete = len(self._parts)

    def _packet(self, t: float, frame: bytes) -> Packet | None:
        dpkt = self._dpkt
        ip = self._link(frame)
        while not isinstance(ip, dpkt.ip.IP | dpkt.ip6.IP6):
            ip = getattr(ip, "data", None)
            if not isinstance(ip, dpkt.Packet):
                return None
        four = isinstance(ip, dpkt.ip.IP)
        src, dst = dpkt.utils.inet_to_str(ip.src), dpkt.utils.inet_to_str(ip.dst)
        common = {
            "t": t, "src": src, "dst": dst, "number": self.count,
            "ttl": ip.ttl if four else ip.hlim, "tos": ip.tos if four else ip.fc,
        }  # fmt: skip
        data = ip.data
        if four and (ip.mf or ip.offset):
            data = self._joined(ip, src, dst)
        if isinstance(data, dpkt.udp.UDP):
            size = max(data.ulen - 8, len(data.data))
            return Packet(sport=data.sport, dport=data.dport, proto="UDP", payload=data.data, size=size, **common)
        if isinstance(data, dpkt.tcp.TCP):
            return _tcp(ip, data, common)
        if isinstance(data, dpkt.icmp.ICMP | dpkt.icmp6.ICMP6):
            return _icmp(dpkt, data, common)
        return None

    def _joined(self, ip: Any, src: str, dst: str) -> Any:
        """The whole datagram when this part was the last that lacked, else None."""
        key = (src, dst, ip.id)
        parts = self._parts.setdefault(key, [])
        parts.append((ip.offset, bool(ip.mf), bytes(ip.data)))
        if len(self._parts) > MAX_FRAGMENTED:
            del self._parts[next(iter(self._parts))]
        whole, at = b"", 0
        for offset, more, data in sorted(parts):
            if offset != at:
                return None
            whole, at = whole + data, at + len(data)
            if not more:
                del self._parts[key]
                return self._dpkt.udp.UDP(whole) if ip.p == 17 else None
        return None


def _open(stream: _Back) -> Any:
    import dpkt

    if stream.begins(b"\n\r\r\n"):
        from dpkt import pcapng

        return pcapng.Reader(stream)
    return dpkt.pcap.Reader(stream)


class _Back:
    """A stream whose first bytes were read already, read in exact sizes."""

    def __init__(self, head: bytes, stream: Any) -> None:
        self._head, self._stream = head, stream
        self.cut = False

    def begins(self, magic: bytes) -> bool:
        """Whether the stream begins so."""
        return self._head.startswith(magic)

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end; a size that no packet can have is taken as the end."""
        if size < 0 or size > 1 << 26:
            raise ValueError("a length that no packet has")
        out, self._head = self._head[:size], self._head[size:]
        while len(out) < size:
            more = self._stream.read(size - len(out))
            if not more:
                self.cut = self.cut or bool(out)
                break
            out += more
        return out


def _decoder(dpkt: Any, link: int) -> Any:
    """What takes a frame of this link type apart."""
    if link in {dpkt.pcap.DLT_RAW, 12, 14, 101, 228, 229}:
        return lambda frame: (dpkt.ip6.IP6 if frame[:1] and frame[0] >> 4 == 6 else dpkt.ip.IP)(frame)
    if link in {dpkt.pcap.DLT_NULL, dpkt.pcap.DLT_LOOP}:
        return dpkt.loopback.Loopback
    if link == dpkt.pcap.DLT_LINUX_SLL:
        return dpkt.sll.SLL
    if link == 276:
        return dpkt.sll2.SLL2
    if link == dpkt.pcap.DLT_EN10MB:
        return dpkt.ethernet.Ethernet
    raise ValueError(f"a packet capture of link type {link}, which is not read")


def _tcp(ip: Any, data: Any, common: dict[str, Any]) -> Packet:
    flags = "".join(letter for bit, letter in _FLAGS if data.flags & bit)
    length = getattr(ip, "len", None)
    size = len(data.data) if length is None else max(length - ip.hl * 4 - data.off * 4, len(data.data))
    return Packet(
        sport=data.sport, dport=data.dport, proto="TCP", payload=data.data, size=size, flags=flags, seq=data.seq,
        window=data.win, **common,
    )  # fmt: skip


def _icmp(dpkt: Any, data: Any, common: dict[str, Any]) -> Packet | None:
    six = isinstance(data, dpkt.icmp6.ICMP6)
    about = getattr(data.data, "data", None)
    mtu = 0
    if (not six and data.type == 11) or (six and data.type == 3):
        words = "ttl_exceeded"
    elif (not six and data.type == 3) or (six and data.type == 1):
        words = (_UNREACHABLE6 if six else _UNREACHABLE).get(data.code, "host_unreachable")
        mtu = getattr(data.data, "mtu", 0) if words == "frag_needed" else 0
    elif six and data.type == 2:
        words = "frag_needed"
    else:
        return None
    inner = None
    if isinstance(about, dpkt.ip.IP | dpkt.ip6.IP6):
        over = "UDP" if about.p == 17 else "TCP" if about.p == 6 else "other"
        port = int.from_bytes(bytes(about.data)[2:4], "big")
        inner = (dpkt.utils.inet_to_str(about.src), dpkt.utils.inet_to_str(about.dst), port, over)
    return Packet(proto="ICMP", flags=words, size=mtu, inner=inner, **common)
