"""What changed between two diagnoses."""

from __future__ import annotations

import msgspec

from diagnose.explain.change import ABSENT, BASE_RATE, Reason, change
from diagnose.model import CauseResult, Diagnosis, FindingResult, Weight


def altered(sample: Diagnosis, *causes: CauseResult, **changes: object) -> Diagnosis:
    return msgspec.structs.replace(sample, causes=causes or sample.causes, **changes)


def test_the_same_twice_is_no_change(sample: Diagnosis) -> None:
    found = change(sample, sample)
    assert not found.changed
    assert found.reasons == ()


def test_a_new_finding_that_turns_the_ranking_is_named(sample: Diagnosis) -> None:
    first, second, third = sample.causes
    won = msgspec.structs.replace(second, probability=0.9, for_=(*second.for_, Weight("site.new", 5.0)))
    found = change(
        sample,
        altered(sample, won, first, third, findings=(*sample.findings, FindingResult("site.new", "New", "seen"))),
    )
    assert found.changed
    assert (found.before.cause, found.after.cause, found.rival) == ("edge.path", "bot.logic", "edge.path")
    assert found.reasons == (Reason("site.new", ABSENT, "seen", 5.0),)


def test_a_weight_and_a_base_rate_that_changed_are_reasons_while_states_stay(sample: Diagnosis) -> None:
    first, second, third = sample.causes
    less = msgspec.structs.replace(first, for_=first.for_[1:])
    found = change(
        sample,
        altered(sample, less, second, third, verdict="likely"),
        ({"edge.path": -3.0}, {"edge.path": -4.0}),
    )
    assert found.changed
    assert found.rival == "bot.logic"
    assert [(r.finding, r.before, round(r.nats or 0, 1)) for r in found.reasons] == [
        ("path.lost_after_flap", "seen", -3.1),
        (BASE_RATE, "", -1.0),
    ]


def test_a_cause_that_is_ruled_out_comes_first(sample: Diagnosis) -> None:
    first, second, third = sample.causes
    out = msgspec.structs.replace(first, excluded_by="net.ok")
    found = change(sample, altered(sample, second, out, third))
    assert found.reasons[0] == Reason("net.ok", "", "rules out edge.path", None)


def test_right_and_wrong_are_kept(sample: Diagnosis) -> None:
    found = change(sample, sample, right=(True, False))
    assert (found.before.right, found.after.right) == (True, False)
