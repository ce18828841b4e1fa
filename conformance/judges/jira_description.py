"""schemathesis judges the sandbox's Jira by Atlassian's own description.

It makes requests from the description of each endpoint that the sandbox has, valid ones and
invalid ones, and checks that answers have a documented status and the documented shape, and that
nothing is a server error. The document is not part of the repository.
"""

import json
import os
import pathlib

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import maro_process

BESIDE = pathlib.Path(__file__).parents[3] / "shared/specs/jira-cloud-platform-v3.json"
DOCUMENT = pathlib.Path(os.environ.get("MARO_JIRA_DESCRIPTION", BESIDE))

pytestmark = pytest.mark.skipif(
    not DOCUMENT.exists(),
    reason="SKIPPED: the official description of Jira is not here; "
    "set MARO_JIRA_DESCRIPTION to its path",
)

API = "/rest/api/3"
ENDPOINTS = [
    (API + "/serverInfo", "GET"),
    (API + "/myself", "GET"),
    (API + "/project/search", "GET"),
    (API + "/priority", "GET"),
    (API + "/issue", "POST"),
    (API + "/issue/{issueIdOrKey}", "GET"),
    (API + "/issue/{issueIdOrKey}", "PUT"),
    (API + "/issue/{issueIdOrKey}/comment", "GET"),
    (API + "/issue/{issueIdOrKey}/comment", "POST"),
    (API + "/issue/{issueIdOrKey}/transitions", "GET"),
    (API + "/issue/{issueIdOrKey}/transitions", "POST"),
    (API + "/issue/{issueIdOrKey}/properties", "GET"),
    (API + "/issue/createmeta/{projectIdOrKey}/issuetypes", "GET"),
    (API + "/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}", "GET"),
    (API + "/search/jql", "GET"),
    (API + "/search/jql", "POST"),
    (API + "/user/search", "GET"),
    (API + "/mypermissions", "GET"),
]
# Half of the requests are about something that exists, so that success is judged too.
KNOWN = {"issueIdOrKey": "SCRUM-1", "projectIdOrKey": "SCRUM"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]



@pytest.fixture(scope="module")
def description():
    """The document, less two things in which it differs from the Jira that answers."""
    document = json.loads(DOCUMENT.read_text())
    for path, method in ENDPOINTS:
        if "/createmeta/" in path:
            # It names no answer for a project that does not exist; all other endpoints say 404.
            responses = document["paths"][path][method.lower()]["responses"]
            responses.setdefault("404", {"description": "The project does not exist."})
    return schemathesis.openapi.from_dict(without_date_times(document))


def without_date_times(value):
    """Jira writes times as 2026-01-02T03:04:05.678+0000, which RFC 3339 does not allow."""
    if isinstance(value, dict):
        kept = {key: without_date_times(inner) for key, inner in value.items()}
        if kept.get("format") == "date-time":
            del kept["format"]
        return kept
    if isinstance(value, list):
        return [without_date_times(inner) for inner in value]
    return value


@pytest.fixture(scope="module")
def jira():
    """A sandbox with its issues, one of which the requests know."""
    with maro_process.sandbox() as world:
        issues = maro_process.get_json(world["sandbox_url"] + "admin/state")["jira"]["issues"]
        KNOWN["issueIdOrKey"] = issues[0]["key"]
        yield world


@pytest.mark.parametrize(("path", "method"), ENDPOINTS, ids=[f"{m} {p}" for p, m in ENDPOINTS])
def test_endpoint(jira, description, path, method):
    """Bounded, and the same examples every time."""
    operation = description[path][method]
    auth = (jira["jira_username"], jira["jira_api_token"])

    @hypothesis.settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(), known=strategies.booleans())
    def judge(case, known):
        if known:
            names = case.path_parameters.keys() & KNOWN.keys()
            case.path_parameters.update({name: KNOWN[name] for name in names})
        case.call_and_validate(base_url=jira["jira_url"].rstrip("/"), auth=auth, checks=CHECKS)

    judge()
