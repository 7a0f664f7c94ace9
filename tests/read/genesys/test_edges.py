from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import edges

EDGE = {
    "id": "e-1", "name": "oslo-edge-9", "onlineStatus": "OFFLINE", "statusCode": "ACTIVE", "currentVersion": "1.0.0.1",
    "edgeDeploymentType": "HARDWARE", "callDrainingState": "WAIT", "site": {"id": "x", "name": "Oslo"},
    "softwareStatus": {"status": "IN_PROGRESS"},
}  # fmt: skip


def sample(minute: int, uptime_s: float, cpu: float = 10, **more: Any) -> dict[str, Any]:
    return {
        "edge": {"id": "e-1", "name": "oslo-edge-9"},
        "eventTime": f"2031-03-04T12:{minute:02}:00Z",
        "upTimeMsec": uptime_s * 1000,
        "processors": [{"cpuId": "total", "activeTimePct": cpu}, {"cpuId": "1", "activeTimePct": 99}],
        **more,
    }


def facts(obj: object, kind: str) -> list[Draft]:
    return [d for d in edges.read(obj, "edges.json")[0] if d.kind == kind]


def test_an_edge_tells_its_state_under_its_id_and_name() -> None:
    (found,) = facts({"entities": [EDGE]}, "edge.state")
    assert found.fields == {
        "online": "offline", "status": "ACTIVE", "draining": "WAIT", "software": "IN_PROGRESS", "version": "1.0.0.1",
        "deployment": "HARDWARE",
    }  # fmt: skip
    assert found.entities == {"edge": "e-1", "node": "oslo-edge-9", "site": "Oslo"}
    assert found.start is None


@pytest.mark.parametrize(("cpu", "state"), [(60, "ok"), (80, "high"), (95, "exhausted")])
def test_processors_are_judged_by_their_total(cpu: float, state: str) -> None:
    (found,) = facts(sample(0, 90_000, cpu), "edge.resource")
    assert (found.fields["resource"], found.fields["state"], found.fields["used_pct"]) == ("cpu", state, cpu)


def test_the_fullest_disk_and_the_slowest_part_count() -> None:
    disks = [{"availableBytes": 90, "totalBytes": 100}, {"availableBytes": 1, "totalBytes": 100}]
    found = facts(
        sample(0, 90_000, disks=disks, subsystems=[{"processName": "media", "delayMs": 150}]), "edge.resource"
    )
    assert {d.fields["resource"]: d.fields["state"] for d in found} == {
        "cpu": "ok",
        "disk": "exhausted",
        "delay": "high",
    }


def test_an_edge_whose_metrics_arrive_is_online() -> None:
    assert facts(sample(0, 90_000), "edge.state")[0].fields["online"] == "online"


def test_an_uptime_that_falls_is_a_restart_at_the_begin_of_the_new_life() -> None:
    (found,) = facts([sample(0, 90_000), sample(5, 90_300), sample(10, 120), sample(15, 420)], "edge.restart")
    assert found.start == 1930392000000 + 8 * 60_000
    assert found.fields["uptime_s"] == 120.0


def test_a_long_uptime_is_no_restart() -> None:
    assert facts([sample(0, 90_000), sample(5, 90_300)], "edge.restart") == []


def test_samples_of_one_state_are_thinned_to_the_first_and_the_last() -> None:
    found = facts([sample(n, 90_000 + 60 * n, 10 if n < 5 else 90) for n in range(10)], "edge.resource")
    assert [(d.fields["state"], (d.start or 0) // 60_000 % 60) for d in found] == [
        ("ok", 0), ("ok", 4), ("high", 5), ("high", 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trunk", "state"),
    [
        ({"enabled": False, "inService": True}, "out_of_service"),
        ({"connectedStatus": {"connected": False}}, "down"),
        (
            {"connectedStatus": {"connected": True}, "optionsStatus": [{"proxyAddress": "p", "optionState": False}]},
            "down",
        ),
        ({"inService": False}, "out_of_service"),
        ({"inService": True}, "in_service"),
    ],
)
def test_a_trunk_has_a_state(trunk: dict[str, Any], state: str) -> None:
    (found,) = facts({"name": "carrier", "trunkType": "EXTERNAL"} | trunk, "trunk.state")
    assert (found.fields["state"], found.source, found.entities["trunk"]) == (state, "trunk.api", "carrier")


def test_registrations_of_trunks_and_phones() -> None:
    trunk = {
        "name": "t",
        "trunkType": "EXTERNAL",
        "registersStatus": [{"registerState": False, "errorInfo": {"text": "403"}}],
    }
    phone = {"name": "desk", "status": {"operationalStatus": "OPERATIONAL"}}
    found = facts([trunk, phone], "sip.registration")
    assert [(d.fields["subject"], d.fields["state"]) for d in found] == [("trunk", "refused"), ("phone", "registered")]


def test_an_integration_tells_what_it_should_be_and_what_it_is() -> None:
    obj = {"name": "connector", "intendedState": "ENABLED", "reportedState": {"code": "ERROR"}}
    assert facts(obj, "integration.state")[0].fields == {"intended": "ENABLED", "reported": "error"}


def test_an_integration_tells_why_it_is_in_error() -> None:
    reported = {"code": "ERROR", "effective": "Endpoint not reachable", "detail": {"message": "connect ECONNREFUSED"}}
    obj = {"id": "i", "name": "n", "intendedState": "ENABLED", "reportedState": reported}
    assert facts(obj, "integration.state")[0].fields["detail"] == "Endpoint not reachable; connect ECONNREFUSED"


def test_a_diagnostics_answer_is_read_as_command_output() -> None:
    text = "--- 192.0.2.9 ping statistics ---\n4 packets transmitted, 0 received, 100% packet loss, time 3000ms"
    obj = {"commandCorrelationId": "c", "diagnostics": text}
    assert edges.claims(obj)
    drafts, report = edges.read(obj, "ping.json")
    assert report.kind == "network.probe"
    assert (drafts[0].fields["outcome"], drafts[0].place.pointer) == ("unreachable", "/diagnostics")


@pytest.mark.parametrize("obj", [None, [], {"entities": []}, [{"message": "x"}], {"entities": ["x"]}])
def test_other_json_is_not_claimed(obj: object) -> None:
    assert not edges.claims(obj)
