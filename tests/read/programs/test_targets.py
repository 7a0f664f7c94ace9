from __future__ import annotations

import pytest

from diagnose.read.programs import targets


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("api.mypurecloud.de", "cloud"),
        ("bot.example.com", "bot"),
        ("8.8.8.8", "internet"),
        ("192.168.1.1", "gateway"),
        ("192.0.2.1", "unknown"),
        ("sbc1.carrier.example", "trunk"),
        ("fe80::1%eth0", "gateway"),
    ],
)
def test_a_target_is_named_where_its_name_tells(host: str, target: str) -> None:
    assert targets.target_of(host) == target


@pytest.mark.parametrize(
    ("loss", "rtt", "outcome"),
    [(0.0, 20.0, "ok"), (0.0, None, "ok"), (1.0, 20.0, "loss"), (0.0, 301.0, "slow"), (100.0, None, "unreachable")],
)
def test_a_probe_is_judged_by_loss_before_time(loss: float, rtt: float | None, outcome: str) -> None:
    assert targets.outcome_of(loss, rtt) == outcome
