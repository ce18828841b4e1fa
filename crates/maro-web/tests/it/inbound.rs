//! The doors for Slack and Jira: who is let in, and what is said to the others.

use std::time::SystemTime;

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{CHANNEL, Maro, PATIENCE, TEAM};

const DOORS: [&str; 4] = ["commands", "interactions", "events", "options"];

fn command(trigger: &str) -> String {
    format!(
        "team_id={TEAM}&channel_id={CHANNEL}&channel_name=payments&user_id=U0AMIRA&command=%2Fmaro&text=tracked&response_url=&trigger_id={trigger}"
    )
}

async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

#[tokio::test]
async fn nothing_unsigned_or_stale_is_let_in() {
    let maro = Maro::start().await;
    for door in DOORS {
        let url = maro.url(&format!("api/v1/webhooks/slack/{door}"));
        let (status, problem) = answer(maro.http.post(url).body("x=1")).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNAUTHORIZED, &json!("bad_signature")),
            "{door}"
        );
        for age in [301, -310] {
            let (status, _) = answer(maro.signed(door, "x=1", age)).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{door}, {age} s");
        }
        let forged = maro.signed(door, "x=1", 0).body("x=2");
        assert_eq!(answer(forged).await.0, StatusCode::UNAUTHORIZED, "{door}");
    }
}

#[tokio::test]
async fn malformed_bodies_name_the_field_and_large_ones_are_cut() {
    let maro = Maro::start().await;
    let cases = [
        ("commands", "team_id=T1", "channel_id"),
        (
            "commands",
            "team_id=T:1&channel_id=C1&user_id=U1&command=/maro&trigger_id=1.2",
            "team_id",
        ),
        (
            "events",
            "{\"type\":\"event_callback\",\"event_id\":7}",
            "event_id",
        ),
        ("events", "no json", "body"),
        ("options", "payload=%7B%7D", ""),
    ];
    for (door, body, field) in cases {
        let (status, problem) = answer(maro.signed(door, body, 0)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{door}: {problem}");
        let named = problem["field"].as_str().unwrap();
        assert!(field.is_empty() || named == field, "{door}: {problem}");
    }
    for door in DOORS {
        let large = "x".repeat(256 * 1024 + 1);
        let (status, _) = answer(maro.signed(door, &large, 0)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{door}");
    }
}

#[tokio::test]
async fn slacks_own_checks_are_answered() {
    let maro = Maro::start().await;
    let (status, _) = answer(maro.signed("commands", "ssl_check=1&token=x", 0)).await;
    assert_eq!(status, StatusCode::OK);
    let body = json!({ "type": "url_verification", "challenge": "c-h" }).to_string();
    let (status, body) = answer(maro.signed("events", &body, 0)).await;
    assert_eq!(
        (status, body),
        (StatusCode::OK, json!({ "challenge": "c-h" }))
    );
}

#[tokio::test]
async fn a_command_is_acknowledged_with_nothing_and_so_is_its_repetition() {
    let maro = Maro::start().await;
    for _ in 0..2 {
        let (status, body) = answer(maro.signed("commands", &command("1.2.aaa"), 0)).await;
        assert_eq!((status, body), (StatusCode::OK, json!("")));
    }
    let metrics = maro.get("metrics").await.text().await.unwrap();
    assert!(metrics.contains("maro_deliveries_total"), "{metrics}");
}

#[tokio::test]
async fn a_form_with_mistakes_is_answered_beside_its_fields() {
    let maro = Maro::start().await;
    let payload = json!({
        "type": "view_submission", "team": { "id": TEAM }, "user": { "id": "U0AMIRA" },
        "trigger_id": "1.2.bbb",
        "view": {
            "id": "V1", "hash": "h", "callback_id": "draft_modal", "private_metadata": "{}",
            "state": { "values": { "title": { "value": { "type": "plain_text_input", "value": null } } } },
        },
    });
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let body = form.append_pair("payload", &payload.to_string()).finish();
    let (status, body) = answer(maro.signed("interactions", &body, 0)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["response_action"], "errors", "{body}");
    assert_eq!(
        body["errors"]["title"], "Please give the ticket a title.",
        "{body}"
    );
}

#[tokio::test]
async fn a_webhook_of_jira_needs_its_signature() {
    let maro = Maro::start().await;
    let url = maro.url("api/v1/webhooks/jira");
    let event = json!({
        "webhookEvent": "jira:issue_updated", "timestamp": 1,
        "issue": { "id": "10001", "key": "SCRUM-1", "fields": { "summary": "x", "labels": [] } },
    })
    .to_string();
    let post = |body: &str, signature: Option<String>| {
        let request = maro.http.post(url.clone()).body(body.to_owned());
        match signature {
            Some(signature) => request.header("x-hub-signature", signature),
            None => request,
        }
    };
    assert_eq!(answer(post(&event, None)).await.0, StatusCode::UNAUTHORIZED);
    let wrong = Some(format!("sha256={}", "0".repeat(64)));
    assert_eq!(
        answer(post(&event, wrong)).await.0,
        StatusCode::UNAUTHORIZED
    );
    let right = |body: &str| Some(signature(maro.jira_secret(), body));
    for _ in 0..2 {
        assert_eq!(answer(post(&event, right(&event))).await.0, StatusCode::OK);
    }
    assert_eq!(
        answer(post("{", right("{"))).await.0,
        StatusCode::BAD_REQUEST
    );
    let large = "x".repeat(2 * 1024 * 1024 + 1);
    assert_eq!(
        answer(post(&large, None)).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn the_page_of_jira_says_when_a_webhook_last_came() {
    let maro = Maro::start().await;
    let cookie = maro.sign_in().await;
    let shown = async || maro.page(&cookie, "settings/connections/jira").await.1;
    let never = "<dt>Last webhook</dt><dd>never</dd>";
    let page = shown().await;
    assert!(page.contains(never), "{page}");

    let event = json!({
        "webhookEvent": "jira:issue_updated", "timestamp": 1,
        "issue": { "id": "10001", "key": "SCRUM-1", "fields": { "summary": "x", "labels": [] } },
    })
    .to_string();
    let deadline = SystemTime::now() + PATIENCE;
    // The first look for changes begins anew, and forgets what came before it.
    while shown().await.contains(never) {
        assert!(SystemTime::now() < deadline, "no webhook is shown");
        let signature = signature(maro.jira_secret(), &event);
        let request = maro.http.post(maro.url("api/v1/webhooks/jira"));
        let request = request
            .body(event.clone())
            .header("x-hub-signature", signature);
        assert_eq!(answer(request).await.0, StatusCode::OK);
    }
}

fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    format!(
        "sha256={}",
        data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
    )
}
