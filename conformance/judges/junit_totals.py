"""junitparser judges how Maro reads JUnit files: equal totals for every file of a corpus.

The corpus (reports of many tools, collected by other projects) is not part of the repository. Put it
beside the checkout or name it in MARO_JUNIT_CORPUS; without it this judge says SKIPPED.
"""

import json
import os
import pathlib
import re

import pytest
from junitparser import Error, Failure, JUnitXml, JUnitXmlError, Skipped

import maro_process

TOKEN = "maro_conformance_token"
BESIDE = pathlib.Path(__file__).parents[3] / "shared" / "fixtures" / "junit"
CORPUS = pathlib.Path(os.environ.get("MARO_JUNIT_CORPUS", BESIDE))
FILES = sorted(CORPUS.glob("*/*.xml"))
# XML forbids these, and tools that colour their output write them. Maro reads on.
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")

pytestmark = pytest.mark.skipif(not FILES, reason=f"SKIPPED: there is no corpus in {CORPUS}")


@pytest.fixture(scope="module")
def maro_url():
    """A Maro that knows neither Slack nor Jira."""
    with maro_process.maro({"MARO_API_TOKEN": TOKEN}) as url:
        yield url


def ending(case):
    """How a case ended. An attribute, too, can say that it was not run."""
    kinds = {type(result) for result in case.result}
    for kind, name in [(Failure, "failed"), (Error, "errors"), (Skipped, "skipped")]:
        if kind in kinds:
            return name
    return "skipped" if case._elem.get("status") in ("disabled", "notrun") else "passed"


def judged(content):
    """What junitparser counts; None when it is no report."""
    try:
        report = JUnitXml.fromstring(FORBIDDEN.sub(b"", content))
    except (JUnitXmlError, SyntaxError):
        return None
    # A suite gives the cases of the suites inside it, too.
    suites = report if isinstance(report, JUnitXml) else [report]
    endings = [ending(case) for suite in suites for case in suite]
    names = ["passed", "failed", "errors", "skipped"]
    return {"tests": len(endings), **{name: endings.count(name) for name in names}}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_totals_are_equal(maro_url, path):
    content = path.read_bytes()
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/xml"}
    url = maro_url + "api/v1/reports/junit?suite=corpus"
    status, body = maro_process.post(url, content, headers)
    expected = judged(content)
    if expected is None:
        # Not well-formed. Maro may refuse it, too, or read every case.
        assert status == 422 or json.loads(body)["totals"]["tests"] == content.count(b"<testcase")
        return
    assert status == 201, body
    totals = json.loads(body)["totals"]
    assert {name: totals[name] for name in expected} == expected
