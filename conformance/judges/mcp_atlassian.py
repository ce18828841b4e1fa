"""mcp-atlassian, driven by MCP's own client, judges the sandbox's Jira and Confluence.

Neither the client nor the server is ours, so what Maro finds on this road is what the package
really does: its answers, on Cloud and on Data Center, and its words for each failure, by which
Maro decides whether a ticket may exist.
"""

import json
import time
import urllib.request

import pytest

import maro_process
import mcp_server

DEADLINE = 30


@pytest.fixture(scope="module")
def sandbox():
    with maro_process.sandbox() as running:
        yield running


@pytest.fixture(scope="module", params=["cloud", "data center"])
def road(request):
    return request.param


@pytest.fixture(scope="module")
def server(sandbox, road):
    with mcp_server.server(sandbox, road) as running:
        yield running


@pytest.fixture
def fault(sandbox):
    """Adds a rule; all rules go when the test has ended."""
    yield lambda **rule: add_fault(sandbox, rule)
    clear = urllib.request.Request(sandbox["sandbox_url"] + "admin/faults", method="DELETE")
    urllib.request.urlopen(clear, timeout=10).close()


def add_fault(sandbox, rule):
    body = json.dumps(rule).encode()
    status, answer = maro_process.post(
        sandbox["sandbox_url"] + "admin/faults", body, {"content-type": "application/json"}
    )
    assert status in (200, 201, 204), (status, answer)


def issues(sandbox, summary):
    state = maro_process.get_json(sandbox["sandbox_url"] + "admin/state")
    return [issue for issue in state["jira"]["issues"] if issue["summary"] == summary]


def created(server, summary, **more):
    told = server.done(
        "jira_create_issue", project_key="SCRUM", issue_type="Task", summary=summary, **more
    )
    return told["issue"]


def eventually(what, look):
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"not seen: {what}")


def test_the_tools_take_what_maro_gives(server):
    tools = server.tools()
    for name, arguments in {
        "jira_create_issue": ["project_key", "summary", "issue_type", "additional_fields", "description"],
        "jira_get_issue": ["issue_key", "fields"],
        "jira_search": ["jql", "fields", "limit", "page_token"],
        "jira_update_issue": ["issue_key", "fields"],
        "jira_add_comment": ["issue_key", "body"],
        "jira_get_transitions": ["issue_key"],
        "jira_transition_issue": ["issue_key", "transition_id"],
        "confluence_create_page": ["space_key", "title", "content", "content_format", "parent_id"],
        "confluence_get_page": ["page_id", "convert_to_markdown"],
        "confluence_search": ["query", "limit"],
        "confluence_update_page": ["page_id", "title", "content", "content_format", "version_comment"],
    }.items():
        assert name in tools
        missing = set(arguments) - set(tools[name]["properties"])
        assert not missing, (name, missing)
        assert set(tools[name].get("required", [])) <= set(arguments), name


def test_an_issue_is_created_with_everything_in_it(server, sandbox, road):
    extra = {"labels": ["maro-judge"], "priority": {"name": "High"}}
    issue = created(
        server,
        f"By tool, {road}",
        description="## Why\n\n**now**",
        additional_fields=json.dumps(extra),
    )
    kept = issues(sandbox, f"By tool, {road}")
    assert len(kept) == 1
    assert kept[0]["key"] == issue["key"]
    assert kept[0]["labels"] == ["maro-judge"]
    read = server.done("jira_get_issue", issue_key=issue["key"], fields="*all")
    assert read["priority"]["name"] == "High"
    assert read["labels"] == ["maro-judge"]
    assert "now" in read["description"]
    assert "/browse/" in read["browse_url"]
    assert "/rest/api/" in issue["url"], "the link of a resource, which no person can use"


def test_an_issue_is_found_by_its_label(server):
    key = created(server, "To be found", additional_fields='{"labels": ["maro-find-me"]}')["key"]
    jql = 'labels = "maro-find-me"'

    def look():
        found = server.done("jira_search", jql=jql, fields="summary,labels", limit=5)
        return key in [issue["key"] for issue in found["issues"]]

    eventually("the label in a search", look)


def test_an_issue_is_commented_changed_and_moved(server, sandbox, road):
    key = created(server, f"To be moved, {road}")["key"]
    server.done("jira_add_comment", issue_key=key, body="Seen by **the judge**.")
    changed = server.done(
        "jira_update_issue", issue_key=key, fields=json.dumps({"summary": f"Changed, {road}"})
    )
    assert changed["issue"]["summary"] == f"Changed, {road}"
    steps = server.done("jira_get_transitions", issue_key=key)
    done = next(step for step in steps if step["name"] == "Done")
    assert isinstance(done["id"], int), "a number, though the next tool wants text"
    moved = server.done("jira_transition_issue", issue_key=key, transition_id=str(done["id"]))
    assert moved["issue"]["status"]["name"] == "Done"
    read = server.done("jira_get_issue", issue_key=key, fields="comment,status")
    assert "the judge" in json.dumps(read["comments"])


def test_a_page_is_created_read_changed_and_found(server, road):
    title = f"By the judge on {road}"
    made = server.done(
        "confluence_create_page",
        space_key="SHOP",
        title=title,
        content="<p>About paint.</p>",
        content_format="storage",
    )
    page = made["page"]["id"]
    read = server.done("confluence_get_page", page_id=page, convert_to_markdown=False)
    assert "About paint." in json.dumps(read)
    changed = server.done(
        "confluence_update_page",
        page_id=page,
        title=title,
        content="<p>About varnish.</p>",
        content_format="storage",
    )
    assert changed["page"]["version"] == 2

    def look():
        found = server.done("confluence_search", query=f'title = "{title}"', limit=5)
        return page in [one["id"] for one in found]

    eventually("the page in a search", look)


def test_a_page_that_is_not_there_is_an_error_that_looks_like_none(server):
    told = server.call("confluence_get_page", page_id="1")
    assert not told.is_error
    assert told.json()["error"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"action": "html", "status": 401}, "Unauthorized (401)"),
        ({"action": "status", "status": 401, "body": "{}"}, "HTTPError"),
        ({"action": "status", "status": 403}, "Forbidden"),
        ({"action": "status", "status": 429, "body": "{}"}, "HTTPError"),
        ({"action": "status", "status": 503, "body": "{}"}, "HTTPError"),
        ({"action": "status", "status": 429, "retry_after": "date+1"}, "invalid literal for int()"),
        ({"action": "html", "status": 502}, "502 Server Error: Bad Gateway for url"),
        ({"action": "html", "status": 200}, "NoneType"),
        ({"action": "drop_before"}, "Remote end closed connection"),
    ],
)
def test_what_a_refused_create_says(server, sandbox, road, fault, action, said):
    summary = f"Refused by {action}, {road}"
    fault(target="jira", method="POST", path="/issue$", times=1, **action)
    told = server.call(
        "jira_create_issue", project_key="SCRUM", issue_type="Task", summary=summary
    )
    assert told.is_error
    assert said in told.text
    assert not issues(sandbox, summary)


def test_a_field_error_comes_in_jiras_words(server, fault):
    body = {"errorMessages": [], "errors": {"priority": "The priority selected is invalid."}}
    rule = {"target": "jira", "method": "POST", "path": "/issue$", "action": "status"}
    fault(**rule, status=400, body=json.dumps(body), times=1)
    told = server.call(
        "jira_create_issue", project_key="SCRUM", issue_type="Task", summary="Never"
    )
    assert told.is_error
    assert "The priority selected is invalid." in told.text


def test_a_failure_after_the_create_is_told_as_a_failure_of_it(server, sandbox, road, fault):
    summary = f"Made and denied, {road}"
    rule = {"target": "jira", "method": "GET", "path": "/issue/SCRUM-", "action": "status"}
    fault(**rule, status=503, body="{}", times=1)
    told = server.call(
        "jira_create_issue", project_key="SCRUM", issue_type="Task", summary=summary
    )
    assert told.is_error
    assert len(issues(sandbox, summary)) == 1


def test_an_unknown_field_is_dropped_without_a_word(server, sandbox, road):
    created(server, f"Loses one, {road}", additional_fields='{"no_such_field": 1}')
    assert len(issues(sandbox, f"Loses one, {road}")) == 1
