//! Streamable HTTP of the simulated MCP servers: sessions, versions, pages, streams.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::mcp_support::{Mcp, message_of, request};

#[tokio::test]
async fn nobody_connects_without_credentials() {
    for (profile, challenge) in [
        ("sooperset", "Bearer"),
        ("rovo-v1", "resource_metadata="),
        ("rovo-v2", "resource_metadata="),
    ] {
        let mut mcp = Mcp::start(profile).await;
        mcp.headers.clear();

        let refused = mcp.send(&request(1, "initialize", json!({}))).await;

        assert_eq!(refused.status(), 401, "{profile}");
        let header = refused.headers()["www-authenticate"].to_str().unwrap();
        assert!(header.contains(challenge), "{profile}: {header}");
        let get = mcp
            .with_headers(mcp.http.get(mcp.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(get.status(), 401);
    }
}

#[tokio::test]
async fn a_session_begins_works_and_ends() {
    let mut mcp = Mcp::hosted("rovo-v1").await;

    assert_eq!(mcp.ask("ping", json!({})).await["result"], json!({}));
    let end = mcp
        .with_headers(mcp.http.delete(mcp.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(end.status(), 200);
    let lost = mcp.send(&request(3, "ping", json!({}))).await;
    assert_eq!(lost.status(), 404);
    assert_eq!(
        message_of(lost).await["error"]["message"],
        "Session not found"
    );

    let greeting = mcp.connect().await;
    assert_eq!(greeting["protocolVersion"], "2025-06-18");
    assert_eq!(greeting["capabilities"]["tools"]["listChanged"], true);
    mcp.admin("forget-sessions", json!({})).await;
    assert_eq!(mcp.send(&request(4, "ping", json!({}))).await.status(), 404);
}

#[tokio::test]
async fn an_unknown_version_is_answered_with_the_best_known() {
    for (profile, wanted, agreed) in [
        ("sooperset", "2025-11-25", "2025-11-25"),
        ("sooperset", "2099-01-01", "2025-11-25"),
        ("rovo-v2", "2025-11-25", "2025-06-18"),
    ] {
        let mut mcp = Mcp::start(profile).await;
        if profile == "sooperset" {
            mcp.headers = vec![("authorization", "Token whatever".into())];
        }
        let params = json!({"protocolVersion": wanted, "capabilities": {}, "clientInfo": {}});
        let greeting = message_of(mcp.send(&request(1, "initialize", params)).await).await;
        assert_eq!(
            greeting["result"]["protocolVersion"], agreed,
            "{profile}: {greeting}"
        );
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_is_refused() {
    let mcp = Mcp::hosted("rovo-v1").await;
    let post = || mcp.with_headers(mcp.http.post(mcp.url()));
    let ping = request(1, "ping", json!({}));

    let fresh = Mcp::start("rovo-v1").await;
    assert_eq!(fresh.send(&ping).await.status(), 400, "no session");
    let response = post()
        .header("mcp-protocol-version", "1999-01-01")
        .json(&ping)
        .send()
        .await;
    assert_eq!(response.unwrap().status(), 400, "version");
    let response = post().json(&json!([ping])).send().await;
    assert_eq!(response.unwrap().status(), 400, "a batch");
    let response = post()
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await;
    assert_eq!(response.unwrap().status(), 400, "not JSON");
    let (name, value) = &mcp.headers[0];
    let narrow = mcp
        .http
        .post(mcp.url())
        .header(*name, value)
        .header("accept", "application/json");
    assert_eq!(narrow.json(&ping).send().await.unwrap().status(), 406);
    let unknown = mcp.ask("server/discover", json!({})).await;
    assert_eq!(unknown["error"]["code"], -32601);
}

#[tokio::test]
async fn nothing_is_done_before_the_client_is_ready() {
    let mcp = Mcp::start("rovo-v1").await;
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {}});
    let response = mcp.send(&request(1, "initialize", params)).await;
    let session = response.headers()["mcp-session-id"].clone();

    let early = mcp
        .with_headers(mcp.http.post(mcp.url()))
        .header("mcp-session-id", session)
        .json(&request(2, "tools/list", json!({})))
        .send()
        .await
        .unwrap();

    assert_eq!(message_of(early).await["error"]["code"], -32602);
}

#[tokio::test]
async fn tools_come_in_pages_and_answers_as_json_when_told() {
    let mcp = Mcp::sooperset("cloud").await;
    let first = mcp.ask("tools/list", json!({})).await["result"].clone();
    assert_eq!(first["tools"].as_array().unwrap().len(), 10);
    assert!(first["nextCursor"].is_string());
    let tools = mcp.tools().await;
    assert!(tools.contains(&"jira_create_issue".to_owned()), "{tools:?}");
    assert!(
        tools.contains(&"confluence_update_page".to_owned()),
        "{tools:?}"
    );
    let wrong = mcp.ask("tools/list", json!({"cursor": "made up"})).await;
    assert_eq!(wrong["error"]["code"], -32602);

    mcp.admin("settings", json!({"json_answers": true, "page_size": 100}))
        .await;
    let response = mcp.send(&request(5, "tools/list", json!({}))).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let list = message_of(response).await;
    assert_eq!(
        list["result"]["tools"].as_array().unwrap().len(),
        tools.len()
    );
    let create = &list["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tool| tool["name"] == "jira_create_issue")
        .unwrap();
    assert_eq!(create["inputSchema"]["additionalProperties"], false);
    assert_eq!(
        create["inputSchema"]["required"],
        json!(["project_key", "summary", "issue_type"])
    );
}

#[tokio::test]
async fn changed_tools_are_told_to_who_listens() {
    let mcp = Mcp::sooperset("cloud").await;
    let listen = || {
        let request = mcp.http.get(mcp.url());
        mcp.with_headers(request).send()
    };
    let mut stream = listen().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert_eq!(
        listen().await.unwrap().status(),
        409,
        "one stream per session"
    );

    mcp.admin("settings", json!({"missing_tools": ["jira_create_issue"]}))
        .await;

    let told = timeout(Duration::from_secs(5), async {
        let mut text = String::new();
        while !text.contains("list_changed") {
            text += &String::from_utf8_lossy(&stream.chunk().await.unwrap().unwrap());
        }
        text
    });
    assert!(
        told.await
            .unwrap()
            .contains("notifications/tools/list_changed")
    );
    assert!(!mcp.tools().await.contains(&"jira_create_issue".to_owned()));
    let told = mcp.call("jira_create_issue", json!({})).await;
    assert_eq!(
        (told.is_error, told.text.as_str()),
        (true, "Unknown tool: jira_create_issue")
    );
}

#[tokio::test]
async fn faults_hit_the_connection() {
    let mcp = Mcp::sooperset("cloud").await;
    let rule = "mcp:POST:/sooperset:status:status=429:retry-after=7:times=1";
    mcp.sandbox.add_fault(rule.parse().unwrap());
    mcp.sandbox
        .add_fault("mcp:POST:*:html:status=200:times=1".parse().unwrap());

    let limited = mcp.send(&request(1, "ping", json!({}))).await;
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["retry-after"], "7");
    let page = mcp.send(&request(2, "ping", json!({}))).await;
    assert_eq!(page.status(), 200);
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(mcp.ask("ping", json!({})).await["result"], json!({}));
}
