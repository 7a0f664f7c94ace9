"""JUnit XML of test results."""

from __future__ import annotations

from xml.etree import ElementTree

from diagnose.rulebook.junit import junit_xml
from diagnose.rulebook.ruletest import TestResult

RESULTS = (
    TestResult("fine", "a.yaml:1", "passed", (), (), 0.25),
    TestResult(
        "bad \x07", "a.yaml:9", "failed", ("expected x seen\n     got y",), ("nearest miss of x\n  FAILED  z",), 0.5
    ),
    TestResult("later", "b.yaml:3", "known gap", ("known gap: no data",)),
    TestResult("closed", "b.yaml:7", "gap closed", ("it passes now: drop `known_gap`",)),
)


def test_a_suite_a_file_and_a_case_a_test_with_file_and_line():
    root = ElementTree.fromstring(junit_xml(RESULTS))

    assert [(s.attrib["name"], s.attrib["tests"]) for s in root] == [("a.yaml", "2"), ("b.yaml", "2")]
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["skipped"]) == ("4", "1", "1")
    first = root.find("testsuite/testcase")
    assert first is not None
    assert (first.attrib["file"], first.attrib["line"], first.attrib["time"]) == ("a.yaml", "1", "0.250")


def test_a_failure_holds_expected_got_and_the_nearest_miss():
    failure = ElementTree.fromstring(junit_xml(RESULTS)).find(".//failure")

    assert failure is not None
    assert failure.attrib["message"] == "expected x seen"
    assert failure.text == "a.yaml:9\nexpected x seen\n     got y\nnearest miss of x\n  FAILED  z"


def test_what_xml_cannot_hold_is_replaced_and_gaps_are_told():
    root = ElementTree.fromstring(junit_xml(RESULTS))

    assert root.findall(".//testcase")[1].attrib["name"] == "bad \ufffd"
    assert [s.attrib["message"] for s in root.iter("skipped")] == ["known gap: no data"]
    assert root.findtext(".//system-out") == "it passes now: drop `known_gap`"
