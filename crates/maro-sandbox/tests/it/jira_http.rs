//! What happens around the endpoints: tokens, content types, sizes, unknown paths.

use serde_json::json;

use super::jira_support::{Jira, task};

#[tokio::test]
async fn wrong_tokens_are_refused_with_the_headers_of_jira() {
    let jira = Jira::start().await;
    let url = jira.url("3/myself");
    let wrong = [
        jira.http
            .get(&url)
            .basic_auth(&jira.options.jira_username, Some("wrong")),
        jira.http
            .get(&url)
            .basic_auth("somebody@example.com", Some(&jira.options.jira_api_token)),
        jira.http.get(&url).bearer_auth("wrong"),
        jira.http
            .get(&url)
            .header("Authorization", "Basic not-base64"),
    ];
    for request in wrong {
        let response = request.send().await.unwrap();

        assert_eq!(response.status(), 401);
        assert_eq!(
            response.headers()["x-seraph-loginreason"],
            "AUTHENTICATED_FAILED"
        );
        assert!(response.headers().contains_key("www-authenticate"));
    }
    assert_eq!(jira.http.get(&url).send().await.unwrap().status(), 401);
    let bearer = jira
        .http
        .get(&url)
        .bearer_auth(&jira.options.jira_api_token);
    assert_eq!(bearer.send().await.unwrap().status(), 200);
    let anonymous = jira
        .http
        .get(jira.url("3/serverInfo"))
        .send()
        .await
        .unwrap();
    assert_eq!(anonymous.status(), 200);
}

#[tokio::test]
async fn bodies_that_jira_cannot_read_are_refused() {
    let jira = Jira::start().await;
    let post = || {
        jira.http.post(jira.url("3/issue")).basic_auth(
            &jira.options.jira_username,
            Some(&jira.options.jira_api_token),
        )
    };
    let json = "application/json";
    let cases = [
        ("text/plain", "{}".to_owned(), 415),
        (json, "{".to_owned(), 400),
        (json, "[]".to_owned(), 400),
        (json, "{\"fields\": []}".to_owned(), 400),
        (json, "{\"surprise\": 1}".to_owned(), 400),
        (json, format!("\"{}\"", "x".repeat(6 * 1024 * 1024)), 413),
    ];
    for (kind, body, expected) in cases {
        let start: String = body.chars().take(20).collect();
        let response = post()
            .header("Content-Type", kind)
            .body(body)
            .send()
            .await
            .unwrap();

        assert_eq!(response.status(), expected, "{start}");
    }
    assert_eq!(jira.post("3/issue", &task(json!({}))).await.0, 201);
}

#[tokio::test]
async fn unknown_paths_issues_and_methods_have_their_statuses() {
    let jira = Jira::start().await;

    assert_eq!(jira.get("3/nothing").await.0, 404);
    assert_eq!(jira.get("3/issue/SCRUM-999").await.0, 404);
    assert_eq!(jira.delete("3/myself").await.0, 405);
    assert_eq!(jira.get("3/project/NONE").await.0, 404);
    assert_eq!(jira.get("3/user?accountId=nobody").await.0, 404);
    assert_eq!(jira.get("3/project/search?maxResults=many").await.0, 400);
}

#[tokio::test]
async fn the_old_search_is_gone() {
    let jira = Jira::start().await;

    let (by_get, body) = jira.get("3/search?jql=project=SCRUM").await;
    let (by_post, _) = jira
        .post("2/search", &json!({"jql": "project = SCRUM"}))
        .await;

    assert_eq!((by_get, by_post), (410, 410));
    assert!(
        body["errorMessages"][0]
            .as_str()
            .unwrap()
            .contains("/rest/api/3/search/jql")
    );
}

#[tokio::test]
async fn hidden_addresses_are_shown_to_nobody() {
    let jira = Jira::start().await;

    let (_, chen) = jira.get("3/user?accountId=5c5f880629be9642ba529343").await;
    let (_, found) = jira.get("3/user/search?query=chen%40example.com").await;
    let (_, guessed) = jira.get("3/user/search?query=chen%40").await;

    assert_eq!(chen.get("emailAddress"), None);
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(guessed, json!([]));
}
