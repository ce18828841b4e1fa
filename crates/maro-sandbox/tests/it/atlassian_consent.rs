//! The consent page: what it refuses, what it gives, and to whom it goes back.

use serde_json::json;

use super::atlassian_support::{Atlassian, CALLBACK, sent_back};

#[tokio::test]
async fn a_consent_gives_a_code_and_the_state_back() {
    let atlassian = Atlassian::start().await;

    let answer = atlassian.authorize(&[]).await;

    assert_eq!(answer[0].0, "code");
    assert_eq!(answer[1], ("state".into(), "some state".into()));
}

#[tokio::test]
async fn a_person_chooses_sites_and_accepts_once() {
    let atlassian = Atlassian::start().await;
    atlassian.admin("settings", json!({"consent": "ask"})).await;
    let page = atlassian
        .http
        .get(atlassian.authorize_url(&[]))
        .send()
        .await
        .unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    let html = page.text().await.unwrap();
    let (_, rest) = html.split_once("name=\"request\" value=\"").unwrap();
    let (request, _) = rest.split_once('"').unwrap();
    let form = [
        ("request", request),
        ("person", "boris"),
        ("site", atlassian.sandbox.cloud_id()),
        ("decision", "accept"),
    ];
    let press = async || {
        let request = atlassian.http.post(atlassian.url("authorize")).form(&form);
        request.send().await.unwrap()
    };

    let first = press().await;
    let second = press().await;

    assert!(
        policy.contains("form-action 'self' http://maro.example;"),
        "{policy}"
    );
    assert!(html.contains("Create and manage issues"), "{html}");
    assert!(
        html.contains("birch-archive") && html.contains("storefront"),
        "{html}"
    );
    assert_eq!(sent_back(&first)[0].0, "code");
    assert_eq!(second.status(), 400);
    let grants = &atlassian.state().await["atlassian"]["grants"];
    assert_eq!(grants[0]["name"], "Boris Novak");
    assert_eq!(
        grants[0]["cloud_ids"],
        json!([atlassian.sandbox.cloud_id()])
    );
}

#[tokio::test]
async fn a_person_who_declines_sends_access_denied_back() {
    let atlassian = Atlassian::start().await;
    atlassian
        .admin("settings", json!({"consent": "deny"}))
        .await;

    let answer = atlassian.authorize(&[]).await;

    assert_eq!(answer[0], ("error".into(), "access_denied".into()));
    assert_eq!(atlassian.state().await["atlassian"]["grants"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_the_app_is_never_sent_to_the_address_that_came_along() {
    let atlassian = Atlassian::start().await;
    let slash = format!("{CALLBACK}/");
    let wrong = [
        ("client_id", "another app"),
        ("audience", "example.com"),
        ("redirect_uri", "http://elsewhere.example/callback"),
        ("redirect_uri", slash.as_str()),
        ("state", ""),
    ];
    for parameter in wrong {
        let url = atlassian.authorize_url(&[parameter]);
        let response = atlassian.http.get(url).send().await.unwrap();

        assert_eq!(response.status(), 400, "{parameter:?}");
        assert!(
            !response.headers().contains_key("location"),
            "{parameter:?}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_request_goes_back_to_the_app() {
    let atlassian = Atlassian::start().await;
    let wrong = [
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "read:everything", "invalid_scope"),
        ("scope", "", "invalid_scope"),
        ("code_challenge_method", "S512", "invalid_request"),
    ];
    for (name, value, error) in wrong {
        let answer = atlassian.authorize(&[(name, value)]).await;

        assert_eq!(answer[0], ("error".into(), error.into()), "{name}={value}");
        assert!(answer.contains(&("state".into(), "some state".into())));
    }
}

#[tokio::test]
async fn without_a_registered_callback_it_follows_from_where_maro_is() {
    let atlassian = Atlassian::start().await;
    let reset = format!("{}admin/reset", atlassian.sandbox.url());
    atlassian.http.post(reset).send().await.unwrap();
    atlassian
        .sandbox
        .point_at("http://maro.example/".parse().unwrap());
    atlassian
        .admin("settings", json!({"consent": "accept"}))
        .await;

    let answer = atlassian.authorize(&[]).await;

    assert_eq!(answer[0].0, "code");
}
