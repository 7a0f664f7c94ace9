"""Containers, clusters and browsers: what happened, in words."""

from __future__ import annotations

from typing import Any

import pytest

from diagnose.read.logs.rows import rows_of

ISO = "2031-03-04T05:06:07Z"
POD = {
    "kind": "Pod",
    "metadata": {"name": "bot-1"},
    "status": {
        "containerStatuses": [
            {
                "name": "bot",
                "restartCount": 4,
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
                "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": ISO}},
            }
        ]
    },
}
EVENT = {
    "kind": "Event",
    "metadata": {},
    "type": "Warning",
    "reason": "Unhealthy",
    "message": "Readiness probe failed: timeout",
    "lastTimestamp": ISO,
    "involvedObject": {"kind": "Pod", "name": "bot-1"},
}


def texts(value: dict[str, Any]) -> list[str]:
    return [row.text() for row in rows_of(value, 1, "{}")]


def test_a_pod_tells_how_its_containers_ended() -> None:
    assert texts(POD) == [
        "container bot terminated: OOMKilled with exit code 137",
        "container bot waiting: CrashLoopBackOff back-off 40s",
    ]


def test_lists_of_kubernetes_are_opened_with_pointers() -> None:
    rows = list(rows_of({"kind": "List", "apiVersion": "v1", "items": [EVENT, POD, 3]}, 1, "{}"))
    assert rows[0].text().startswith("Unhealthy: Readiness probe failed")
    assert rows[0].record().fields["level"] == "WARN"
    assert [r.pointer for r in rows][1] == "/items/1/status/containerStatuses/0/lastState"


def test_docker_inspect_tells_of_memory_and_exit_code() -> None:
    state = {"Status": "exited", "OOMKilled": True, "ExitCode": 137, "FinishedAt": ISO, "Error": ""}
    assert texts({"Id": "x", "Name": "/bot", "State": state}) == ["container bot exited, ExitCode=137, OOMKilled=true"]
    (row,) = rows_of({"State": {"ExitCode": 0, "StartedAt": ISO, "FinishedAt": "0001-01-01T00:00:00Z"}}, 1, "{}")
    assert row.when() == (1930367167000, False, "")


def test_a_dump_of_webrtc_internals_shows_states() -> None:
    dump = {
        "PeerConnections": {
            "1-2": {
                "updateLog": [{"time": ISO, "type": "iceconnectionstatechange", "value": "failed"}],
                "stats": {
                    "CP1-state": {"statsType": "candidate-pair", "endTime": ISO, "values": '["in-progress","failed"]'}
                },
            }
        }
    }
    assert texts(dump) == ["iceconnectionstatechange: failed", "candidate-pair CP1-state: failed"]


def test_a_har_file_shows_answers() -> None:
    entry = {"startedDateTime": ISO, "request": {"method": "GET", "url": "https://h/x"}, "response": {"status": 502}}
    (row,) = rows_of({"log": {"version": "1.2", "entries": [entry, None]}}, 1, "{}")
    assert row.text() == "GET https://h/x status 502"
    assert row.record().fields["status"] == 502


@pytest.mark.parametrize(
    "value", [{"kind": "Pod", "metadata": None, "status": 3}, {"log": {"entries": [1]}}, {"PeerConnections": {"a": 1}}]
)
def test_wrong_members_are_passed_over(value: dict[str, Any]) -> None:
    assert texts(value) == []
