//! Assigning, remote links, and requests that are addressed to Atlassian's own hosts.

use reqwest::{Method, Proxy};
use serde_json::{Value, json};

use super::jira_support::{Jira, Official};

#[tokio::test]
async fn an_issue_is_assigned_by_account_id_only() {
    let jira = Jira::start().await;
    let put = async |body: Value| jira.put("3/issue/SCRUM-124/assignee", &body).await.0;
    let assignee =
        async || jira.get("3/issue/SCRUM-124").await.1["fields"]["assignee"]["displayName"].clone();

    assert_eq!(
        put(json!({"accountId": "5c5f880629be9642ba529344"})).await,
        204
    );
    assert_eq!(assignee().await, "Dana Okafor");
    assert_eq!(put(json!({"accountId": null})).await, 204);
    assert_eq!(assignee().await, Value::Null);
    for wrong in [
        json!({}),
        json!({"name": "dana"}),
        json!({"accountId": "nobody"}),
    ] {
        assert_eq!(put(wrong.clone()).await, 400, "{wrong}");
    }
    assert_eq!(
        jira.put("3/issue/SCRUM-999/assignee", &json!({"accountId": null}))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_remote_link_with_a_global_id_is_replaced() {
    let jira = Jira::start().await;
    let path = "3/issue/SCRUM-124/remotelink";
    let link = |title: &str| {
        json!({
            "globalId": "maro=1", "relationship": "discussed in",
            "object": {"title": title, "url": "https://example.slack.com/archives/C1/p1"},
        })
    };

    let (created, first) = jira.post(path, &link("Thread")).await;
    let (replaced, second) = jira.post(path, &link("Thread in #payments")).await;
    let (_, list) = jira.get(path).await;
    let (_, one) = jira.get(&format!("{path}/{}", first["id"])).await;

    assert_eq!((created, replaced), (201, 200));
    assert_eq!(first["id"], second["id"]);
    assert_eq!(
        (&list[0]["object"]["title"], list.get(1)),
        (&json!("Thread in #payments"), None)
    );
    if let Some(official) = Official::load() {
        let template = "/rest/api/3/issue/{issueIdOrKey}/remotelink";
        official.check("post", template, 201, &first);
        official.check("get", &format!("{template}/{{linkId}}"), 200, &one);
    }
    assert_eq!(
        jira.delete(&format!("{path}?globalId=maro%3D1")).await.0,
        204
    );
    assert_eq!(jira.get(path).await.1, json!([]));
}

#[tokio::test]
async fn a_remote_link_needs_a_title_and_an_address() {
    let jira = Jira::start().await;
    for (object, wrong) in [
        (json!({"url": "https://example.com"}), "title"),
        (json!({"title": "x"}), "url"),
        (json!("https://example.com"), "title"),
    ] {
        let (status, body) = jira
            .post("3/issue/SCRUM-124/remotelink", &json!({"object": object}))
            .await;

        assert_eq!(status, 400);
        assert!(body["errors"][wrong].is_string(), "{body}");
    }
    assert_eq!(jira.delete("3/issue/SCRUM-124/remotelink/1").await.0, 404);
}

#[tokio::test]
async fn a_client_that_uses_the_sandbox_as_proxy_reaches_atlassians_hosts() {
    let jira = Jira::start().await;
    let http = reqwest::Client::builder()
        .proxy(Proxy::http(jira.sandbox.url()).unwrap())
        .build()
        .unwrap();
    let status = async |method: Method, url: &str| {
        let request = http.request(method, url).basic_auth(
            &jira.options.jira_username,
            Some(&jira.options.jira_api_token),
        );
        request.send().await.unwrap().status().as_u16()
    };

    assert_eq!(
        status(Method::GET, "http://sim.atlassian.net/rest/api/3/myself").await,
        200
    );
    assert_eq!(
        status(
            Method::GET,
            "http://sim.atlassian.net/rest/api/2/search/jql?jql=project%3DSCRUM"
        )
        .await,
        200
    );
    assert_eq!(
        status(Method::POST, "http://auth.atlassian.com/oauth/token").await,
        400
    );
    assert_eq!(
        status(Method::GET, "http://api.atlassian.com/me").await,
        401
    );
    assert_eq!(
        status(Method::GET, "http://elsewhere.example/rest/api/3/myself").await,
        404
    );
}
