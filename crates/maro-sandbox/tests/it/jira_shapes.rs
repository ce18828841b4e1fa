//! Every answer of success has the shape that the official document promises.

use serde_json::json;

use super::jira_support::{Jira, Official, doc, task};

#[tokio::test]
async fn issue_answers_follow_the_official_document() {
    let Some(official) = Official::load() else {
        return;
    };
    let jira = Jira::start().await;
    let mut body = task(json!({
        "description": doc("It happens."), "labels": ["cart"], "priority": {"name": "High"},
        "parent": {"key": "SCRUM-116"}, "duedate": "2026-12-24", "assignee": {"accountId": "5c5f880629be9642ba529343"},
    }));
    body["properties"] = json!([{"key": "maro.operation", "value": {"operation": "x"}}]);

    let (status, created) = jira.post("3/issue", &body).await;
    official.check("post", "/rest/api/3/issue", status, &created);
    let key = created["key"].as_str().unwrap();
    jira.post(
        &format!("3/issue/{key}/comment"),
        &json!({"body": doc("Seen.")}),
    )
    .await;

    let all = "expand=names,schema,renderedFields,transitions&properties=maro.operation";
    let checks = [
        (format!("issue/{key}?{all}"), "/issue/{issueIdOrKey}"),
        (
            format!("issue/{key}/transitions?expand=transitions.fields"),
            "/issue/{issueIdOrKey}/transitions",
        ),
        (
            format!("issue/{key}/comment?expand=renderedBody"),
            "/issue/{issueIdOrKey}/comment",
        ),
        (
            format!("issue/{key}/properties"),
            "/issue/{issueIdOrKey}/properties",
        ),
        (
            format!("issue/{key}/properties/maro.operation"),
            "/issue/{issueIdOrKey}/properties/{propertyKey}",
        ),
        (
            "search/jql?jql=project%3DSCRUM&fields=*all&maxResults=3".to_owned(),
            "/search/jql",
        ),
        ("search/jql?jql=project%3DSCRUM".to_owned(), "/search/jql"),
    ];
    for (path, template) in checks {
        let (status, body) = jira.get(&format!("3/{path}")).await;
        official.check("get", &format!("/rest/api/3{template}"), status, &body);
    }
    let (status, comment) = jira
        .post(
            &format!("3/issue/{key}/comment"),
            &json!({"body": doc("Again.")}),
        )
        .await;
    official.check(
        "post",
        "/rest/api/3/issue/{issueIdOrKey}/comment",
        status,
        &comment,
    );
    let (status, found) = jira
        .post(
            "3/search/jql",
            &json!({"jql": "key = SCRUM-123", "fields": ["*navigable"]}),
        )
        .await;
    official.check("post", "/rest/api/3/search/jql", status, &found);
    let (status, count) = jira
        .post(
            "3/search/approximate-count",
            &json!({"jql": "project = SCRUM"}),
        )
        .await;
    official.check(
        "post",
        "/rest/api/3/search/approximate-count",
        status,
        &count,
    );
}

#[tokio::test]
async fn site_answers_follow_the_official_document() {
    let Some(official) = Official::load() else {
        return;
    };
    let jira = Jira::start().await;
    let checks = [
        (
            "issue/createmeta/SCRUM/issuetypes",
            "/issue/createmeta/{projectIdOrKey}/issuetypes",
        ),
        (
            "issue/createmeta/OPS/issuetypes/10005",
            "/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
        ),
        ("project/search?maxResults=2", "/project/search"),
        ("project/SCRUM", "/project/{projectIdOrKey}"),
        ("project/OPS/statuses", "/project/{projectIdOrKey}/statuses"),
        ("priority", "/priority"),
        ("priority/search?projectId=10001", "/priority/search"),
        ("issuetype", "/issuetype"),
        ("status", "/status"),
        ("field", "/field"),
        ("label", "/label"),
        ("myself", "/myself"),
        ("user?accountId=5c5f880629be9642ba529341", "/user"),
        ("user/search?query=am", "/user/search"),
        (
            "user/assignable/search?project=SCRUM",
            "/user/assignable/search",
        ),
        ("serverInfo", "/serverInfo"),
        (
            "mypermissions?permissions=CREATE_ISSUES,ADMINISTER",
            "/mypermissions",
        ),
    ];
    for (path, template) in checks {
        let (status, body) = jira.get(&format!("3/{path}")).await;
        assert_eq!(status, 200, "{path}: {body}");
        official.check("get", &format!("/rest/api/3{template}"), status, &body);
    }
}

#[tokio::test]
async fn refused_creates_follow_the_official_document() {
    let Some(official) = Official::load() else {
        return;
    };
    let jira = Jira::start().await;

    let (status, body) = jira.post("3/issue", &json!({"fields": {}})).await;

    official.check("post", "/rest/api/3/issue", status, &body);
}
