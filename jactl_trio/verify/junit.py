"""A report -> the XML that JUnit made common and every CI reads: a suite for each file, a case for each phase."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree as xml

from .report import PhaseResult, Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: Report) -> bytes:
    """The XML of a report."""
    root = xml.Element("testsuites", name="jactl-trio verify")
    for file, results in groupby(report.results, lambda result: result.file):
        _add_suite(root, file, list(results))
    text: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _add_suite(root: xml.Element, file: str, results: list[PhaseResult]) -> None:
    count = {
        "tests": len(results),
        "failures": sum(bool(result.findings) for result in results),
        "skipped": sum(bool(result.skipped) for result in results),
    }
    seconds = sum(result.seconds for result in results)
    shown = {name: str(number) for name, number in count.items()}
    suite = xml.SubElement(root, "testsuite", {"name": _clean(file), "time": f"{seconds:.3f}", **shown})
    for result in results:
        case = xml.SubElement(
            suite, "testcase", classname=_clean(file), name=result.phase, time=f"{result.seconds:.3f}"
        )
        if result.skipped:
            xml.SubElement(case, "skipped", message=_clean(result.skipped))
        for finding in result.findings:
            failure = xml.SubElement(case, "failure", message=_clean(finding.rule), type=finding.phase)
            failure.text = _clean("\n".join(finding.lines()))


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
