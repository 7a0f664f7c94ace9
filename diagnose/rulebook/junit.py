"""Results of tests of rules as JUnit XML, as CI servers read it: a suite a file, a case a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from diagnose.rulebook.ruletest import TestResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Iterable[TestResult]) -> bytes:
    """The document, in UTF-8. A known gap is a case that was skipped; one that closed passes and says so."""
    by_file: dict[str, list[TestResult]] = {}
    for result in results:
        by_file.setdefault(result.place.rpartition(":")[0], []).append(result)
    every = [r for some in by_file.values() for r in some]
    root = ElementTree.Element("testsuites", {"name": "diagnose rules test", **_counts(every)})
    for path, some in by_file.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(path), **_counts(some)})
        for result in some:
            suite.append(_case(path, result))
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _counts(results: Sequence[TestResult]) -> dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(r.status == "failed" for r in results)),
        "errors": "0",
        "skipped": str(sum(r.status == "known gap" for r in results)),
        "time": f"{sum(r.seconds for r in results):.3f}",
    }


def _case(path: str, result: TestResult) -> ElementTree.Element:
    line = result.place.rpartition(":")[2]
    name = {"classname": _clean(path), "name": _clean(result.name), "file": _clean(path), "line": line}
    case = ElementTree.Element("testcase", {**name, "time": f"{result.seconds:.3f}"})
    told = "\n".join((*result.failures, *result.near))
    if result.status == "failed":
        message = _clean(result.failures[0].splitlines()[0] if result.failures else "failed")
        failure = ElementTree.SubElement(case, "failure", {"message": message, "type": "expectation"})
        failure.text = _clean(f"{result.place}\n{told}")
    elif result.status == "known gap":
        ElementTree.SubElement(case, "skipped", {"message": _clean(told)})
    elif told:
        ElementTree.SubElement(case, "system-out").text = _clean(told)
    return case


def _clean(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
