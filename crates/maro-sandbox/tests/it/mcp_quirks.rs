//! What MCP servers get wrong by themselves, each on demand.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mcp_support::{Mcp, Told, message_of, request};

fn issue(summary: &str) -> Value {
    let labels = json!({"labels": ["maro-1"], "priority": {"name": "High"}}).to_string();
    json!({
        "project_key": "SCRUM", "issue_type": "Task", "summary": summary, "additional_fields": labels,
    })
}

async fn create(mcp: &Mcp, summary: &str) -> Told {
    mcp.call("jira_create_issue", issue(summary)).await
}

#[tokio::test]
async fn errors_hide_in_successes() {
    let mcp = Mcp::sooperset("cloud").await;
    for (quirk, wanted) in [
        (
            json!({"quirk": "error_inside", "text": "no way"}),
            json!({"error": "no way"}),
        ),
        (json!({"quirk": "empty_list"}), json!([])),
    ] {
        let mut quirk = quirk;
        quirk["times"] = json!(1);
        mcp.quirk(quirk).await;
        let told = create(&mcp, "Hidden").await;
        assert!(!told.is_error);
        assert_eq!(told.json(), wanted);
    }
    assert_eq!(mcp.issues("Hidden").await, 0, "nothing was done");

    mcp.quirk(json!({"quirk": "not_json", "text": "Done!", "times": 1}))
        .await;
    let told = create(&mcp, "Spoken").await;
    assert_eq!((told.is_error, told.text.as_str()), (false, "Done!"));
    assert_eq!(mcp.issues("Spoken").await, 1);
    mcp.quirk(json!({"quirk": "wrap_data", "times": 1})).await;
    assert!(create(&mcp, "Wrapped").await.json()["data"]["issue"]["key"].is_string());
}

#[tokio::test]
async fn successes_look_like_errors_and_come_twice() {
    let mcp = Mcp::sooperset("cloud").await;
    mcp.quirk(json!({"tool": "jira_create_issue", "quirk": "follow_up_fails", "times": 1}))
        .await;
    let told = create(&mcp, "Unread").await;
    assert_eq!(
        (told.is_error, mcp.issues("Unread").await),
        (true, 1),
        "{told:?}"
    );

    mcp.quirk(json!({"tool": "jira_create_issue", "quirk": "double", "times": 1}))
        .await;
    let told = create(&mcp, "Twice").await;
    assert!(!told.is_error);
    assert_eq!(mcp.issues("Twice").await, 2);

    mcp.quirk(json!({"quirk": "drop_fields", "fields": ["labels", "priority"], "times": 1}))
        .await;
    let dropped = create(&mcp, "Bare").await.json();
    assert_eq!(
        (
            &dropped["issue"]["labels"],
            &dropped["issue"]["priority"]["name"]
        ),
        (&json!([]), &json!("Medium"))
    );

    mcp.quirk(json!({"quirk": "error_text", "text": "as told", "times": 1}))
        .await;
    assert_eq!(create(&mcp, "Told").await.text, "as told");
    mcp.quirk(json!({"quirk": "rpc_error", "code": -32603, "message": "inner", "times": 1}))
        .await;
    let message = mcp
        .ask(
            "tools/call",
            json!({"name": "jira_create_issue", "arguments": issue("Rpc")}),
        )
        .await;
    assert_eq!(
        message["error"],
        json!({"code": -32603, "message": "inner"})
    );
    assert_eq!(mcp.issues("Told").await + mcp.issues("Rpc").await, 0);
}

#[tokio::test]
async fn tools_lose_their_names_and_arguments_theirs() {
    let mcp = Mcp::sooperset("cloud").await;
    mcp.admin("settings", json!({"page_size": 100, "renamed_arguments": {"jira_create_issue": {"issue_type": "work_type"}}})).await;

    let list = mcp.ask("tools/list", json!({})).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let tool = tools
        .iter()
        .find(|tool| tool["name"] == "jira_create_issue")
        .unwrap();
    assert_eq!(
        tool["inputSchema"]["required"],
        json!(["project_key", "summary", "work_type"])
    );
    let told = create(&mcp, "Renamed").await;
    assert!(
        told.is_error && told.text.contains("issue_type\n  Unexpected keyword"),
        "{told:?}"
    );
    let mut arguments = issue("Renamed");
    arguments["work_type"] = arguments
        .as_object_mut()
        .unwrap()
        .remove("issue_type")
        .unwrap();
    assert!(!mcp.call("jira_create_issue", arguments).await.is_error);
}

#[tokio::test]
async fn calls_are_slow_or_never_answered() {
    let mcp = Mcp::sooperset("cloud").await;
    let timed = async |summary: &str| {
        let before = Instant::now();
        assert!(!create(&mcp, summary).await.is_error);
        before.elapsed()
    };
    mcp.quirk(json!({"quirk": "slow", "ms": 300, "times": 1}))
        .await;
    assert!(timed("Slow").await >= Duration::from_millis(300));
    mcp.quirk(json!({"quirk": "late_answer", "ms": 300, "times": 1}))
        .await;
    assert!(timed("Late").await >= Duration::from_millis(300));

    for (quirk, count) in [("hang", 0), ("hang_after", 1)] {
        mcp.quirk(json!({"quirk": quirk, "times": 1})).await;
        let call = request(
            9,
            "tools/call",
            json!({"name": "jira_create_issue", "arguments": issue(quirk)}),
        );
        let waiting = async { message_of(mcp.send(&call).await).await };
        let waited = tokio::time::timeout(Duration::from_millis(700), waiting).await;
        assert!(waited.is_err(), "{quirk} answered");
        assert_eq!(mcp.issues(quirk).await, count, "{quirk}");
    }
    assert_eq!(
        mcp.ask("ping", json!({})).await["result"],
        json!({}),
        "the others go on"
    );
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_stop_the_work() {
    let mcp = Mcp::sooperset("cloud").await;
    mcp.quirk(json!({"quirk": "slow", "ms": 300, "times": 1}))
        .await;
    let call = request(
        9,
        "tools/call",
        json!({"name": "jira_create_issue", "arguments": issue("Left")}),
    );

    let waited = tokio::time::timeout(Duration::from_millis(100), async {
        message_of(mcp.send(&call).await).await
    });
    assert!(waited.await.is_err());

    let deadline = Instant::now() + Duration::from_secs(5);
    while mcp.issues("Left").await == 0 {
        assert!(Instant::now() < deadline, "the issue never came");
    }
}

#[tokio::test]
async fn the_transport_fails_for_one_tool_alone() {
    let mcp = Mcp::hosted("rovo-v1").await;
    let call = request(
        3,
        "tools/call",
        json!({"name": "createJiraIssue", "arguments": {}}),
    );
    let quirk = |kind: Value| {
        let mut quirk = json!({"profile": "rovo-v1", "tool": "createJiraIssue", "times": 1});
        quirk
            .as_object_mut()
            .unwrap()
            .extend(kind.as_object().unwrap().clone());
        mcp.quirk(quirk)
    };

    quirk(json!({"quirk": "status", "status": 429, "retry_after": "3"})).await;
    let limited = mcp.send(&call).await;
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"3".parse().unwrap())
    );
    quirk(json!({"quirk": "status", "status": 429})).await;
    assert!(!mcp.send(&call).await.headers().contains_key("retry-after"));
    quirk(json!({"quirk": "html"})).await;
    let page = mcp.send(&call).await;
    assert!(page.text().await.unwrap().contains("Log in"));
    assert_eq!(mcp.ask("ping", json!({})).await["result"], json!({}));
    quirk(json!({"quirk": "lost_session"})).await;
    assert_eq!(mcp.send(&call).await.status(), 404);
    assert_eq!(
        mcp.send(&request(4, "ping", json!({}))).await.status(),
        404,
        "the session is gone"
    );
}

#[tokio::test]
async fn calls_are_counted_and_reset() {
    let mcp = Mcp::sooperset("cloud").await;
    create(&mcp, "Counted").await;

    let state = mcp.state().await;
    assert_eq!(state["mcp"]["counts"]["sooperset jira_create_issue"], 1);
    assert_eq!(state["mcp"]["calls"][0]["is_error"], false);
    assert_eq!(state["mcp"]["sessions"][0]["client"]["name"], "test");
    let wrong = format!("{}admin/mcp/quirks", mcp.sandbox.url());
    let response = mcp
        .http
        .post(wrong)
        .json(&json!({"quirk": "explode"}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 400);
}
