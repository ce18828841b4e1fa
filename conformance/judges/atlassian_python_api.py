"""atlassian-python-api judges the sandbox's Jira and Confluence.

The library is what mcp-atlassian and many scripts call Atlassian with. It speaks to Cloud with an
API token and to Data Center with a personal token, and each job is done on both.
"""

import contextlib

import pytest
from atlassian import Confluence, Jira
from requests import HTTPError

import maro_process


@pytest.fixture(scope="module")
def sandbox():
    with maro_process.sandbox() as running:
        yield running


def jira_of(sandbox, road):
    if road == "cloud":
        return Jira(
            url=sandbox["jira_url"].rstrip("/"),
            username=sandbox["jira_username"],
            password=sandbox["jira_api_token"],
            cloud=True,
        )
    return Jira(
        url=sandbox["data_center_url"].rstrip("/"),
        token=sandbox["jira_personal_token"],
        cloud=False,
    )


@pytest.fixture(params=["cloud", "data center"])
def jira(request, sandbox):
    return jira_of(sandbox, request.param)


def test_the_account_is_known(jira):
    assert jira.myself()["displayName"]


def test_a_wrong_token_is_refused(sandbox):
    stranger = Jira(url=sandbox["data_center_url"].rstrip("/"), token="wrong", cloud=False)
    with pytest.raises(HTTPError):
        stranger.myself()


def test_an_issue_is_created_changed_commented_and_moved(jira):
    created = jira.issue_create(
        {
            "project": {"key": "SCRUM"},
            "issuetype": {"name": "Task"},
            "summary": "From atlassian-python-api",
            "labels": ["maro-python"],
        }
    )
    key = created["key"]
    jira.update_issue_field(key, {"summary": "Changed by the library"})
    assert jira.issue_field_value(key, "summary") == "Changed by the library"
    transitions = jira.get_issue_transitions(key)
    jira.set_issue_status_by_transition_id(key, transitions[-1]["id"])
    assert jira.get_issue_status(key) == transitions[-1]["to"]


def test_a_comment_is_plain_text_on_data_center(sandbox):
    jira = jira_of(sandbox, "data center")
    key = jira.jql("project = SCRUM", limit=1)["issues"][0]["key"]
    jira.issue_add_comment(key, "Seen by the *library*.")
    comments = jira.issue_get_comments(key)["comments"]
    assert comments[-1]["body"] == "Seen by the *library*."


def test_issues_are_found(sandbox):
    found = jira_of(sandbox, "data center").jql("project = SCRUM ORDER BY key", limit=3)
    assert len(found["issues"]) == 3
    assert found["total"] > 3
    cloud = jira_of(sandbox, "cloud").enhanced_jql("project = SCRUM ORDER BY key", limit=3)
    assert len(cloud["issues"]) == 3
    assert "total" not in cloud


def test_what_does_not_exist_is_an_error(jira):
    with pytest.raises(HTTPError):
        jira.issue("SCRUM-99999")


def test_pages_are_written_read_and_found(sandbox):
    confluence = Confluence(
        url=sandbox["confluence_url"].rstrip("/"),
        username=sandbox["jira_username"],
        password=sandbox["jira_api_token"],
        cloud=True,
    )
    space = confluence.get("api/v2/spaces?limit=1")["results"][0]["key"]
    page = confluence.create_page(space, "From the library", "<p>First.</p>")
    confluence.update_page(page["id"], "From the library", "<p>Second.</p>")
    read = confluence.get_page_by_id(page["id"], expand="body.storage,version")
    assert read["version"]["number"] == 2
    assert "Second." in read["body"]["storage"]["value"]
    with pytest.raises(HTTPError):
        confluence.create_page(space, "From the library", "<p>Again.</p>")
    with contextlib.suppress(HTTPError):
        confluence.remove_page(page["id"])
