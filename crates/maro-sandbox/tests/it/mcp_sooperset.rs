//! The simulated mcp-atlassian: its results, its sentences, its roads to Jira and Confluence.

use serde_json::{Value, json};

use crate::atlassian_support::Atlassian;
use crate::mcp_support::Mcp;

fn issue(summary: &str, more: Value) -> Value {
    let mut arguments = json!({"project_key": "SCRUM", "issue_type": "Task", "summary": summary});
    let Value::Object(more) = more else {
        panic!("an object is needed")
    };
    arguments.as_object_mut().unwrap().extend(more);
    arguments
}

#[tokio::test]
async fn a_created_issue_has_the_link_of_its_resource() {
    let mcp = Mcp::sooperset("cloud").await;
    let extra = json!({"labels": ["maro-1"], "priority": {"name": "High"}, "parent": "SCRUM-116", "nosuch": 1});

    let told = mcp
        .call(
            "jira_create_issue",
            issue(
                "By tool",
                json!({"description": "## Why\n\n**now**", "additional_fields": extra.to_string()}),
            ),
        )
        .await;

    assert!(!told.is_error, "{told:?}");
    assert_eq!(
        told.whole["structuredContent"]["result"],
        told.text.as_str()
    );
    let created = &told.json()["issue"];
    assert_eq!(told.json()["message"], "Issue created successfully");
    let url = created["url"].as_str().unwrap();
    assert!(url.contains("/rest/api/2/issue/"), "{url}");
    assert_eq!(created["browse_url"], Value::Null);
    assert_eq!(
        (&created["labels"], &created["priority"]["name"]),
        (&json!(["maro-1"]), &json!("High"))
    );
    assert_eq!(created["parent"]["key"], "SCRUM-116");
    let shown = mcp
        .done("jira_get_issue", json!({"issue_key": created["key"]}))
        .await;
    assert!(
        shown["browse_url"]
            .as_str()
            .unwrap()
            .ends_with(created["key"].as_str().unwrap())
    );
    let state = mcp.state().await;
    let kept = &state["jira"]["issues"][0];
    assert_eq!(
        kept["description"]["content"][0]["type"], "heading",
        "a document on Cloud"
    );
}

#[tokio::test]
async fn data_center_gets_wiki_text_and_personal_tokens() {
    let mut mcp = Mcp::start("sooperset").await;
    mcp.headers = vec![(
        "authorization",
        format!("Token {}", mcp.options.jira_personal_token),
    )];
    mcp.connect().await;

    let created = mcp
        .done(
            "jira_create_issue",
            issue("On DC", json!({"description": "## Why\n\n**now**"})),
        )
        .await;

    assert_eq!(created["issue"]["description"], "h2. Why\n\n*now*");
    let found = mcp
        .done(
            "jira_search",
            json!({"jql": "summary ~ \"On DC\"", "limit": 5}),
        )
        .await;
    assert_eq!(
        (&found["total"], &found["issues"][0]["key"]),
        (&json!(1), &created["issue"]["key"])
    );
    mcp.headers = vec![("authorization", "Token guess".into())];
    mcp.connect().await;
    let told = mcp
        .call("jira_get_issue", json!({"issue_key": "SCRUM-120"}))
        .await;
    assert_eq!(
        told.text,
        "Error calling tool 'get_issue': Authentication failed for Jira API (401). Token may be expired or invalid. Please verify credentials."
    );
    assert_eq!(
        mcp.done("jira_get_all_projects", json!({})).await,
        json!([]),
        "an error that looks like nothing"
    );
}

#[tokio::test]
async fn an_access_token_goes_to_the_gateway_with_its_site() {
    let atlassian = Atlassian::start().await;
    let pair = atlassian.pair().await;
    let token = format!("Bearer {}", pair["access_token"].as_str().unwrap());
    let session = async |headers: Vec<(&'static str, String)>| {
        let mut mcp = Mcp::start("sooperset").await;
        mcp.headers = headers;
        mcp
    };
    // The grant is of this sandbox, so the session must be one of it, too.
    let cloud_id = atlassian.sandbox.cloud_id().to_owned();
    let mut mcp = session(vec![
        ("authorization", token.clone()),
        ("x-atlassian-cloud-id", cloud_id),
    ])
    .await;
    mcp.sandbox = atlassian.sandbox;
    mcp.connect().await;

    let created = mcp
        .done("jira_create_issue", issue("By grant", json!({})))
        .await;
    assert!(created["issue"]["key"].is_string());
    let state = mcp.state().await;
    assert_eq!(
        state["jira"]["issues"][0]["creator"], "Amira Haddad",
        "whoever consented"
    );
    mcp.headers.pop();
    let told = mcp
        .call("jira_get_issue", json!({"issue_key": "SCRUM-120"}))
        .await;
    assert!(
        told.is_error && told.text.contains("X-Atlassian-Cloud-Id"),
        "{told:?}"
    );
}

#[tokio::test]
async fn transitions_are_numbers_and_wanted_as_text() {
    let mcp = Mcp::sooperset("cloud").await;

    let steps = mcp
        .done("jira_get_transitions", json!({"issue_key": "SCRUM-120"}))
        .await;
    assert_eq!(steps[2], json!({"id": 31, "name": "Done"}));
    let told = mcp
        .call(
            "jira_transition_issue",
            json!({"issue_key": "SCRUM-120", "transition_id": 31}),
        )
        .await;
    assert!(
        told.is_error
            && told
                .text
                .contains("validation error for call[transition_issue]"),
        "{told:?}"
    );
    let moved = mcp
        .done(
            "jira_transition_issue",
            json!({"issue_key": "SCRUM-120", "transition_id": "31"}),
        )
        .await;
    assert_eq!(moved["issue"]["status"]["name"], "Done");

    let comment = mcp
        .done(
            "jira_add_comment",
            json!({"issue_key": "SCRUM-120", "body": "**done**"}),
        )
        .await;
    assert_eq!(comment["body"], "done");
    let updated = mcp.done("jira_update_issue", json!({"issue_key": "SCRUM-120", "fields": "{\"summary\":\"Anew\"}", "return_fields": "summary"})).await;
    assert_eq!(updated["issue"]["summary"], "Anew");
}

#[tokio::test]
async fn arguments_are_checked_as_the_package_does() {
    let mcp = Mcp::sooperset("cloud").await;

    let told = mcp
        .call(
            "jira_create_issue",
            json!({"project_key": "SCRUM", "nope": 1}),
        )
        .await;

    assert!(told.is_error);
    let lines: Vec<&str> = told.text.lines().collect();
    assert_eq!(lines[0], "3 validation errors for call[create_issue]");
    assert!(
        told.text.contains("summary\n  Missing required argument"),
        "{}",
        told.text
    );
    assert!(
        told.text.contains("nope\n  Unexpected keyword argument"),
        "{}",
        told.text
    );
    let told = mcp
        .call(
            "jira_create_issue",
            json!({"project_key": "scrum", "summary": "x", "issue_type": "Task"}),
        )
        .await;
    assert!(told.text.contains("project_key"), "{told:?}");
    assert_eq!(mcp.state().await["jira"]["create_requests"], 0);
}

#[tokio::test]
async fn refusals_have_the_words_of_the_real_package() {
    let mcp = Mcp::sooperset("cloud").await;
    let get = ("jira_get_issue", json!({"issue_key": "SCRUM-120"}));
    let create = ("jira_create_issue", issue("Never", json!({})));
    for (rule, (tool, arguments), wanted) in [
        (
            "jira:GET:/issue/SCRUM-120:status:status=403:times=1",
            get.clone(),
            "Authentication failed for Jira API (403).",
        ),
        (
            "jira:GET:/issue/SCRUM-120:status:status=429:times=1",
            get.clone(),
            "Jira API rate limit hit (429).",
        ),
        (
            "jira:GET:/issue/SCRUM-120:status:status=404:times=1",
            get,
            "Issue SCRUM-120 not found.",
        ),
        (
            "jira:POST:/issue$:status:status=503:times=1",
            create.clone(),
            "tool 'create_issue': Service Unavailable",
        ),
        (
            "jira:POST:/issue$:html:status=502:times=1",
            create.clone(),
            "502 Server Error: Bad Gateway for url:",
        ),
        (
            "jira:POST:/issue$:html:status=200:times=1",
            create.clone(),
            "<class 'NoneType'>",
        ),
        (
            "jira:POST:/issue$:drop-before:times=1",
            create,
            "('Connection aborted.',",
        ),
    ] {
        mcp.sandbox.add_fault(rule.parse().unwrap());
        let told = mcp.call(tool, arguments).await;
        assert!(
            told.is_error && told.text.contains(wanted),
            "{rule}: {told:?}"
        );
    }
    assert_eq!(mcp.issues("Never").await, 0);
    mcp.sandbox
        .add_fault("jira:POST:/issue$:drop-after:times=1".parse().unwrap());
    let told = mcp
        .call("jira_create_issue", issue("Made", json!({})))
        .await;
    assert!(told.text.contains("Connection aborted"), "{told:?}");
    assert_eq!(mcp.issues("Made").await, 1, "the same words, and an issue");
    mcp.sandbox.add_fault(
        "jira:GET:/issue/SCRUM-:status:status=503:times=1"
            .parse()
            .unwrap(),
    );
    let told = mcp
        .call("jira_create_issue", issue("Unread", json!({})))
        .await;
    assert!(
        told.is_error && told.text.contains("Service Unavailable"),
        "{told:?}"
    );
    assert_eq!(
        mcp.issues("Unread").await,
        1,
        "an error although the issue exists"
    );
}

#[tokio::test]
async fn a_limit_with_a_time_is_slept_through() {
    let mcp = Mcp::sooperset("cloud").await;
    mcp.sandbox.add_fault(
        "jira:POST:/issue$:status:status=429:retry-after=1:times=1"
            .parse()
            .unwrap(),
    );
    let before = std::time::Instant::now();

    mcp.done("jira_create_issue", issue("Slept", json!({})))
        .await;

    assert!(before.elapsed().as_millis() >= 1_000);
}

#[tokio::test]
async fn pages_are_made_read_changed_and_found() {
    let mcp = Mcp::sooperset("cloud").await;
    let new = json!({"space_key": "SHOP", "title": "By tool", "content": "# Hi\n\n**bold** paint"});

    let made = mcp.done("confluence_create_page", new.clone()).await;
    let id = made["page"]["id"].as_str().unwrap().to_owned();
    assert!(
        made["page"]["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("pageId={id}"))
    );
    let read = mcp
        .done("confluence_get_page", json!({"page_id": id}))
        .await;
    assert!(
        read["metadata"]["content"]["value"]
            .as_str()
            .unwrap()
            .contains("paint"),
        "{read}"
    );
    let changed = mcp
        .done(
            "confluence_update_page",
            json!({"page_id": id, "title": "By tool", "content": "two"}),
        )
        .await;
    assert_eq!(changed["page"]["version"], 2);
    let found = mcp
        .done("confluence_search", json!({"query": "cookie"}))
        .await;
    assert_eq!(found[0]["title"], "How carts work");

    let again = mcp.call("confluence_create_page", new).await;
    assert!(
        again.is_error
            && again
                .text
                .contains("Failed to create page 'By tool' in space SHOP:"),
        "{again:?}"
    );
    let gone = mcp
        .done("confluence_get_page", json!({"page_id": "1"}))
        .await;
    assert!(
        gone["error"]
            .as_str()
            .unwrap()
            .contains("There is no content with the given id"),
        "no error, and an error"
    );
}
