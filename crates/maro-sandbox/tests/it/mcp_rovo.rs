//! The simulated hosted server in both versions.

use serde_json::{Value, json};

use crate::atlassian_support::Atlassian;
use crate::mcp_support::Mcp;

fn with_site(mcp: &Mcp, arguments: Value) -> Value {
    let mut all = json!({"cloudId": mcp.sandbox.cloud_id()});
    add(&mut all, arguments);
    all
}

fn add(object: &mut Value, more: Value) {
    let Value::Object(more) = more else {
        panic!("an object is needed")
    };
    object.as_object_mut().unwrap().extend(more);
}

#[tokio::test]
async fn the_first_version_does_the_whole_job() {
    let mcp = Mcp::hosted("rovo-v1").await;
    let site = |arguments| with_site(&mcp, arguments);
    let extra = json!({"labels": ["maro-1"], "priority": {"name": "High"}});

    let created = mcp
        .done(
            "createJiraIssue",
            site(json!({
                "projectKey": "SCRUM", "issueTypeName": "Task", "summary": "Hosted",
                "description": "Some **text**", "parent": "SCRUM-116", "additional_fields": extra,
            })),
        )
        .await;
    let key = created["key"].as_str().unwrap().to_owned();
    let issue = mcp
        .done("getJiraIssue", site(json!({"issueIdOrKey": key})))
        .await;
    assert_eq!(issue["fields"]["description"], "Some **text**");
    assert_eq!(issue["fields"]["parent"]["key"], "SCRUM-116");
    let found = mcp
        .done(
            "searchJiraIssuesUsingJql",
            site(json!({"jql": "labels = maro-1", "fields": ["summary"]})),
        )
        .await;
    assert_eq!(found["issues"][0]["key"], key.as_str());
    let comment = mcp
        .done(
            "addCommentToJiraIssue",
            site(json!({"issueIdOrKey": key, "commentBody": "hello"})),
        )
        .await;
    assert!(comment["id"].is_string());
    let steps = mcp
        .done(
            "getTransitionsForJiraIssue",
            site(json!({"issueIdOrKey": key})),
        )
        .await;
    assert_eq!(steps["transitions"][2]["id"], "31");
    mcp.done(
        "transitionJiraIssue",
        site(json!({"issueIdOrKey": key, "transition": {"id": "31"}})),
    )
    .await;
    let issue = mcp
        .done(
            "getJiraIssue",
            site(json!({"issueIdOrKey": key, "fields": ["status", "comment"]})),
        )
        .await;
    assert_eq!(issue["fields"]["status"]["name"], "Done");
    assert_eq!(issue["fields"]["comment"]["total"], 1);
    mcp.done(
        "editJiraIssue",
        site(json!({"issueIdOrKey": key, "fields": {"summary": "Hosted anew"}})),
    )
    .await;
    assert_eq!(mcp.issues("Hosted anew").await, 1);
}

#[tokio::test]
async fn a_site_is_named_by_id_address_or_host_and_must_be_granted() {
    let mcp = Mcp::hosted("rovo-v1").await;
    let url = mcp.sandbox.jira_url().to_string();
    let host = url.trim_start_matches("http://").to_owned();
    for site in [mcp.sandbox.cloud_id(), &url, &host] {
        let arguments = json!({"cloudId": site, "issueIdOrKey": "SCRUM-120"});
        assert!(
            !mcp.call("getJiraIssue", arguments).await.is_error,
            "{site}"
        );
    }
    let told = mcp
        .call(
            "getJiraIssue",
            json!({"cloudId": "elsewhere.atlassian.net", "issueIdOrKey": "SCRUM-120"}),
        )
        .await;
    assert!(
        told.is_error && told.text.contains("isn't explicitly granted by the user"),
        "{told:?}"
    );
    let told = mcp
        .call("getJiraIssue", json!({"issueIdOrKey": "SCRUM-120"}))
        .await;
    assert!(
        told.text
            .starts_with("MCP error -32602: Input validation error"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_grant_reaches_its_sites_until_it_ends() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let mut mcp = Mcp::start("rovo-v1").await;
    mcp.headers = vec![(
        "authorization",
        format!("Bearer {}", pair["access_token"].as_str().unwrap()),
    )];
    mcp.sandbox = atlassian.sandbox;
    mcp.connect().await;

    let sites = mcp.done("getAccessibleAtlassianResources", json!({})).await;
    assert_eq!(sites.as_array().unwrap().len(), 2);
    let new = with_site(
        &mcp,
        json!({"projectKey": "SCRUM", "issueTypeName": "Task", "summary": "Granted"}),
    );
    mcp.done("createJiraIssue", new.clone()).await;
    assert_eq!(
        mcp.state().await["jira"]["issues"][0]["creator"],
        "Amira Haddad"
    );

    let url = format!("{}admin/clock", mcp.sandbox.url());
    mcp.http
        .post(url)
        .json(&json!({"advance_ms": 3_700_000}))
        .send()
        .await
        .unwrap();
    let told = mcp.call("createJiraIssue", new).await;
    assert!(
        told.is_error && told.text.contains("Unauthorized"),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_second_version_renamed_tools_and_arguments() {
    let mcp = Mcp::hosted("rovo-v2").await;
    let site = |arguments| with_site(&mcp, arguments);
    let tools = mcp.tools().await;
    for name in [
        "createJiraIssue",
        "addOrEditJiraIssueComment",
        "executeRead",
        "executeWrite",
        "discover",
    ] {
        assert!(tools.contains(&name.to_owned()), "{name}: {tools:?}");
    }
    assert!(
        !tools.contains(&"lookupJiraAccountId".to_owned()),
        "{tools:?}"
    );
    for old in [
        "addCommentToJiraIssue",
        "getTransitionsForJiraIssue",
        "getConfluencePage",
    ] {
        let told = mcp.call(old, site(json!({}))).await;
        assert_eq!(told.text, format!("MCP error -32602: Tool {old} not found"));
    }

    let new = |more: Value| {
        let mut all = json!({"projectKey": "SCRUM", "issueType": "Task", "summary": "Second", "priority": "High"});
        all.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        site(all)
    };
    let told = mcp
        .call(
            "createJiraIssue",
            new(json!({"additional_fields": {"priority": {"name": "Low"}}})),
        )
        .await;
    assert!(
        told.is_error && told.text.contains("use the argument priority"),
        "{told:?}"
    );
    let key = mcp
        .done(
            "createJiraIssue",
            new(json!({"additional_fields": {"labels": ["maro-2"]}})),
        )
        .await["key"]
        .clone();
    mcp.done(
        "addOrEditJiraIssueComment",
        site(json!({"issueIdOrKey": key, "commentBody": "hello"})),
    )
    .await;
    let issue = mcp
        .done(
            "getJiraIssue",
            site(json!({"issueIdOrKey": key, "fields": ["*all"]})),
        )
        .await;
    assert_eq!(
        (
            &issue["fields"]["labels"],
            &issue["fields"]["priority"]["name"]
        ),
        (&json!(["maro-2"]), &json!("High"))
    );
    assert_eq!(
        issue["fields"]["comment"],
        Value::Null,
        "comments have a tool of their own"
    );
}

#[tokio::test]
async fn unlisted_tools_are_found_and_run_through_others() {
    let mcp = Mcp::hosted("rovo-v2").await;
    let inputs = json!({"issueIdOrKey": "SCRUM-123"});
    let found = mcp.done("discover", json!({"query": "comments"})).await;
    let names: Vec<&str> = found["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"listJiraIssueComments"), "{names:?}");

    let run = |executor: &'static str| {
        let arguments = with_site(
            &mcp,
            json!({"name": "listJiraIssueComments", "inputs": inputs}),
        );
        mcp.call(executor, arguments)
    };
    assert_eq!(run("executeRead").await.json()["total"], 1);
    let told = run("executeWrite").await;
    assert!(
        told.is_error && told.text.contains("cannot be run with executeWrite"),
        "{told:?}"
    );

    let flat = Mcp {
        profile: "rovo-v2?tools=all",
        ..mcp
    };
    let tools = flat.tools().await;
    assert!(
        tools.contains(&"listJiraIssueComments".to_owned())
            && !tools.contains(&"discover".to_owned()),
        "{tools:?}"
    );
}

#[tokio::test]
async fn pages_go_by_markdown_and_html_and_snapshots() {
    let mcp = Mcp::hosted("rovo-v2").await;
    let site = |arguments| with_site(&mcp, arguments);
    let spaces = mcp
        .done("listConfluenceSpaces", site(json!({"keys": ["SHOP"]})))
        .await;
    let space = spaces["results"][0]["id"].clone();

    let page = mcp
        .done(
            "createConfluenceContent",
            site(json!({"spaceId": space, "title": "Hosted page", "body": "Some **text**"})),
        )
        .await;
    let id = page["id"].as_str().unwrap().to_owned();
    let read = mcp
        .done(
            "getConfluenceContent",
            site(json!({"content_id": id, "content_format": "markdown", "detail": "full"})),
        )
        .await;
    assert_eq!(read["body"], "Some **text**");
    let update =
        site(json!({"content_id": id, "body": "two", "snapshotToken": read["snapshotToken"]}));
    mcp.done("updateConfluenceContent", update.clone()).await;
    let told = mcp.call("updateConfluenceContent", update).await;
    assert!(
        told.is_error && told.text.contains("changed since it was read"),
        "{told:?}"
    );

    let found = mcp
        .done(
            "searchConfluence",
            site(json!({"cql": "title ~ decisions"})),
        )
        .await;
    let macros = found["results"][0]["content"]["id"].clone();
    let told = mcp
        .call(
            "updateConfluenceContent",
            site(json!({"content_id": macros, "body": "lossy"})),
        )
        .await;
    assert!(
        told.is_error && told.text.contains("would lose content"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_token_without_scopes_is_offered_two_tools() {
    let mcp = Mcp::hosted("rovo-v1").await;
    mcp.admin("settings", json!({"token_has_scopes": false}))
        .await;

    let mut tools = mcp.tools().await;
    tools.sort();

    assert_eq!(
        tools,
        ["atlassianUserInfo", "getAccessibleAtlassianResources"]
    );
    assert_eq!(
        mcp.done("atlassianUserInfo", json!({})).await["email"],
        "maro@example.com"
    );
}
