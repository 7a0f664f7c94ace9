"""Accuracy and calibration are computed as published."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.batch.evaluate import Label, Outcome, measure, read_labels
from diagnose.errors import InputError


def said(cause: str, *ranking: tuple[str, float], verdict: str = "likely", also: tuple[str, ...] = ()) -> Outcome:
    return Outcome(Label("i", cause, also), ranking, verdict)


def test_top1_goes_by_rank_and_accepts_what_the_label_accepts():
    metrics = measure(
        [
            said("a.x", ("a.x", 0.9)),
            said("a.x", ("b.y", 0.9), ("a.x", 0.05)),
            said("a.x", ("b.y", 0.9), also=("b.y",)),
            said("c.z", ("a.x", 0.5), ("b.y", 0.3), ("d.d", 0.1), ("c.z", 0.05)),
        ]
    )

    assert (metrics.top1, metrics.top3) == (0.5, 0.75)
    assert metrics.families == {"a": (2, 3), "c": (0, 1)}
    assert metrics.confusions == (("a.x", "b.y", 1), ("c.z", "a.x", 1))


def test_inconclusive_is_right_where_the_evidence_was_known_to_be_too_thin():
    thin = "unknown.insufficient_evidence"

    assert measure([said(thin, ("a.x", 0.4), verdict="inconclusive")]).top1 == 1.0
    assert measure([said(thin, ("a.x", 0.9), verdict="likely")]).top1 == 0.0


def test_wrong_and_sure_counts_established_verdicts_only():
    wrong = [said("a.x", ("b.y", 0.95), verdict="established"), said("a.x", ("b.y", 0.7))]

    assert measure(wrong).wrong_and_sure == 0.5


def test_calibration_error_is_the_weighted_distance_of_confidence_and_accuracy():
    metrics = measure([said("a.x", ("a.x", 0.8)), said("a.x", ("b.y", 0.8)), said("a.x", ("a.x", 0.2))])

    assert metrics.calibration_error == pytest.approx((2 * 0.3 + 1 * 0.8) / 3)


def test_the_calibration_error_comes_with_an_interval_and_with_what_chance_alone_would_give():
    few = [said("a.x", ("a.x", 0.8))] * 8 + [said("a.x", ("b.y", 0.8))] * 2
    metrics, again, many = measure(few), measure(few), measure(few * 50)

    low, high = metrics.calibration_interval
    assert low <= metrics.calibration_error < 0.001 < high
    assert again.calibration_interval == metrics.calibration_interval
    assert 0 < many.calibration_interval[1] < high
    assert many.calibration_by_chance < 0.05 < metrics.calibration_by_chance < 0.2


def test_without_incidents_there_is_nothing_to_measure():
    assert measure([]).calibration_interval == (0.0, 0.0)


def test_an_incident_that_could_not_be_read_counts_as_wrong():
    metrics = measure([said("a.x", ("a.x", 0.8))], [("j", "empty folder")])

    assert (metrics.incidents, metrics.top1) == (2, 0.5)


def test_labels_are_read_with_further_columns_ignored(tmp_path: Path):
    path = tmp_path / "labels.csv"
    path.write_text("incident,cause,also_accept,who\none,a.x,b.y c.z,me\ntwo,a.x,,\n", encoding="utf-8")

    assert read_labels(path) == [Label("one", "a.x", ("b.y", "c.z")), Label("two", "a.x")]


def test_labels_without_the_needed_columns_or_file_are_refused_by_name(tmp_path: Path):
    path = tmp_path / "labels.csv"
    path.write_text("name,cause\none,a.x\n", encoding="utf-8")

    with pytest.raises(InputError, match="no column incident"):
        read_labels(path)
    with pytest.raises(InputError, match=r"none\.csv"):
        read_labels(tmp_path / "none.csv")
