"""What containers, clusters and browsers keep as JSON, as records: Kubernetes events and pods, `docker inspect`, HAR
files, dumps of webrtc-internals.

Each thing that happened becomes a record whose message says it in words, so that signals match it like a line of a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Found = Iterator[tuple[str, dict[str, Any]]]

_KEYS = frozenset({"kind", "State", "PeerConnections", "log"})
_NEVER = "0001-01-01"


def claims(value: Any) -> bool:
    """Whether a JSON value is one of these."""
    if not isinstance(value, Mapping) or _KEYS.isdisjoint(value):
        return False
    kind = str(value.get("kind", ""))
    if kind in ("Event", "Pod") or (kind.endswith("List") and isinstance(value.get("items"), list)):
        return "metadata" in value or "apiVersion" in value
    if isinstance(value.get("State"), Mapping):
        return "ExitCode" in value["State"]
    if isinstance(value.get("PeerConnections"), Mapping):
        return True
    return isinstance(_map(value.get("log")).get("entries"), list)


def records(value: Mapping[str, Any]) -> Found:
    """The records with their JSON pointers."""
    if isinstance(value.get("items"), list):
        for i, item in enumerate(value["items"]):
            if claims(item):
                yield from ((f"/items/{i}{pointer}", found) for pointer, found in records(item))
    elif value.get("kind") == "Event":
        yield "", _event(value)
    elif value.get("kind") == "Pod":
        yield from _pod(value)
    elif "State" in value:
        yield "/State", _docker(value)
    elif "PeerConnections" in value:
        yield from _peer_connections(value["PeerConnections"])
    else:
        yield from _har(value["log"]["entries"])


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    about = _map(event.get("involvedObject") or event.get("regarding"))
    when = next((event[k] for k in ("lastTimestamp", "eventTime", "deprecatedLastTimestamp") if event.get(k)), None)
    when = when or _map(event.get("metadata")).get("creationTimestamp")
    return {
        "timestamp": when,
        "level": "WARN" if event.get("type") == "Warning" else "INFO",
        "component": "kubelet",
        "reason": event.get("reason"),
        "pod": about.get("name"),
        "message": f"{event.get('reason', '')}: {event.get('message') or event.get('note') or ''}",
    }


def _pod(pod: Mapping[str, Any]) -> Found:
    name = _map(pod.get("metadata")).get("name")
    for i, container in enumerate(_list(_map(pod.get("status")).get("containerStatuses"))):
        for state in ("lastState", "state"):
            for what, detail in _map(container.get(state)).items():
                ended = _map(detail)
                if what == "running" or not ended.get("reason"):
                    continue
                code = f" with exit code {ended['exitCode']}" if "exitCode" in ended else ""
                text = f"container {container.get('name')} {what}: {ended['reason']}{code}"
                yield (
                    f"/status/containerStatuses/{i}/{state}",
                    {
                        "timestamp": ended.get("finishedAt"),
                        "component": "kubelet",
                        "pod": name,
                        "restarts": container.get("restartCount"),
                        "message": f"{text} {ended.get('message') or ''}".strip(),
                    },
                )


def _docker(container: Mapping[str, Any]) -> dict[str, Any]:
    state = _map(container["State"])
    name = str(container.get("Name", "")).lstrip("/")
    parts = [f"container {name} {state.get('Status') or 'exited'}, ExitCode={state.get('ExitCode')}"]
    parts += ["OOMKilled=true"] if state.get("OOMKilled") is True else []
    parts += [str(state["Error"])] if state.get("Error") else []
    when = str(state.get("FinishedAt") or "")
    return {
        "timestamp": when if when and not when.startswith(_NEVER) else state.get("StartedAt"),
        "component": "dockerd",
        "container": name,
        "restarts": container.get("RestartCount"),
        "message": ", ".join(parts),
    }


def _peer_connections(connections: Mapping[str, Any]) -> Found:
    for name, connection in connections.items():
        for i, update in enumerate(_list(_map(connection).get("updateLog"))):
            value = update.get("value")
            yield (
                f"/PeerConnections/{name}/updateLog/{i}",
                {
                    "timestamp": update.get("time"),
                    "component": "webrtc",
                    "message": f"{update.get('type')}: {value if isinstance(value, str) else json.dumps(value)}",
                },
            )
        for key, series in _map(_map(connection).get("stats")).items():
            last = _last(_map(series).get("values"))
            if last is not None and key.rsplit("-", 1)[-1] in _STATS:
                yield (
                    f"/PeerConnections/{name}/stats/{key}",
                    {
                        "timestamp": _map(series).get("endTime"),
                        "component": "webrtc",
                        "message": f"{_map(series).get('statsType') or 'stats'} {key}: {last}",
                    },
                )


_STATS = frozenset({"state", "packetsReceived", "packetsSent", "packetsLost", "jitter", "currentRoundTripTime"})


def _last(values: Any) -> Any:
    """The last of a series, which the dump keeps as JSON inside a text."""
    if isinstance(values, str):
        try:
            values = json.loads(values)
        except (ValueError, RecursionError):
            return None
    return values[-1] if isinstance(values, list) and values and not isinstance(values[-1], Mapping | list) else None


def _har(entries: list[Any]) -> Found:
    for i, entry in enumerate(_list(entries)):
        request, response = _map(entry.get("request")), _map(entry.get("response"))
        status = response.get("status")
        failed = response.get("_error") or entry.get("_error") or ""
        yield (
            f"/log/entries/{i}",
            {
                "timestamp": entry.get("startedDateTime"),
                "component": "browser",
                "status": status,
                "message": f"{request.get('method')} {request.get('url')} status {status} {failed}".rstrip(),
            },
        )


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []
