//! Installing, rotating and webhooks against a server that answers in a given way.

use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use maro_slack::blocks::Message;
use maro_slack::oauth::{OAuthClient, OAuthConfig, is_over};
use maro_slack::webhook::IncomingWebhook;
use maro_slack::{RotatingToken, SlackClient, SlackError, TokenError};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::support::FakeSlack;

fn oauth(slack: &FakeSlack) -> OAuthClient {
    OAuthClient::new(OAuthConfig {
        api_url: slack.url.clone(),
        client_id: "1.2".into(),
        client_secret: "client-secret".into(),
    })
    .unwrap()
}

fn redirect() -> Url {
    "https://maro.example/api/v1/slack/oauth/callback"
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_code_becomes_a_workspace() {
    let slack = FakeSlack::start(|_| {
        r#"{"ok":true,"app_id":"A1","authed_user":{"id":"U1"},"scope":"chat:write,commands",
            "token_type":"bot","access_token":"xoxe.xoxb-1","refresh_token":"xoxe-1-r","expires_in":43200,
            "bot_user_id":"U0B","team":{"id":"T1","name":"Acme"},"enterprise":null,"is_enterprise_install":false}"#
    })
    .await;

    let granted = oauth(&slack)
        .exchange(&"the-code".into(), &redirect())
        .await
        .unwrap();

    assert_eq!(granted.team.unwrap().id, "T1");
    assert_eq!(granted.scopes, ["chat:write", "commands"]);
    assert_eq!(granted.tokens.expires_in.unwrap().as_secs(), 43_200);
    let debug = format!("{:?} {:?}", granted.tokens, oauth(&slack));
    assert!(
        !debug.contains("xoxe") && !debug.contains("client-secret"),
        "{debug}"
    );
    let seen = &slack.seen()[0];
    assert_eq!(seen.path, "/slack/api/oauth.v2.access");
    assert_eq!(
        seen.body,
        "code=the-code&redirect_uri=https%3A%2F%2Fmaro.example%2Fapi%2Fv1%2Fslack%2Foauth%2Fcallback"
    );
    assert!(seen.authorization.as_deref().unwrap().starts_with("Basic "));
}

#[tokio::test]
async fn consent_is_asked_beside_the_api() {
    let slack = FakeSlack::start(|_| "").await;

    let url = oauth(&slack).authorize_url(&redirect(), "a state");

    assert_eq!(url.path(), "/slack/oauth/v2/authorize");
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(query[0], ("client_id".into(), "1.2".into()));
    assert!(query[1].1.starts_with("commands,chat:write,"));
    assert_eq!(query[2], ("state".into(), "a state".into()));
    assert_eq!(query[3].1, redirect().as_str());
}

#[tokio::test]
async fn only_slacks_definite_word_ends_a_refresh_token() {
    let cases = [
        (r#"{"ok":false,"error":"invalid_refresh_token"}"#, 200, true),
        (r#"{"ok":false,"error":"token_revoked"}"#, 200, true),
        (r#"{"ok":false,"error":"bad_client_secret"}"#, 200, false),
        (r#"{"ok":false,"error":"invalid_auth"}"#, 200, false),
        ("<html>", 502, false),
    ];
    for (body, status, over) in cases {
        let status = StatusCode::from_u16(status).unwrap();
        let slack = FakeSlack::start(move |_| (status, body)).await;
        let error = oauth(&slack).refresh(&"r".into()).await.unwrap_err();
        assert_eq!(is_over(&error), over, "{body}: {error}");
        assert_eq!(slack.seen().len(), 1, "a refresh token is good for one use");
    }
}

/// A source that gives `old` until that one has expired, and then `new`.
fn rotating(outcome: Result<&'static str, TokenError>) -> RotatingToken {
    let current: Mutex<SecretString> = Mutex::new("xoxe.xoxb-old".into());
    RotatingToken::new(move |expired| {
        let mut current = current.lock().unwrap();
        let answer = match (expired, &outcome) {
            (None, _) => Ok(current.clone()),
            (Some(expired), Ok(new)) => {
                assert_eq!(expired.expose_secret(), "xoxe.xoxb-old");
                *current = (*new).into();
                Ok(current.clone())
            }
            (Some(_), Err(err)) => Err(err.clone()),
        };
        Box::pin(async move { answer })
    })
}

fn by_token(seen: &crate::support::Seen) -> &'static str {
    match seen.authorization.as_deref() {
        Some("Bearer xoxe.xoxb-new") => {
            r#"{"ok":true,"url":"","team":"Acme","team_id":"T1","user_id":"U1"}"#
        }
        _ => r#"{"ok":false,"error":"token_expired"}"#,
    }
}

#[tokio::test]
async fn an_expired_token_is_replaced_and_the_call_made_once_more() {
    let slack = FakeSlack::start(by_token).await;
    let token = rotating(Ok("xoxe.xoxb-new"));
    let client = SlackClient::with_rotating_token(slack.url.clone(), token).unwrap();

    assert_eq!(client.auth_test().await.unwrap().team_id, "T1");
    assert_eq!(client.auth_test().await.unwrap().team_id, "T1");

    assert_eq!(slack.seen().len(), 3);
}

#[tokio::test]
async fn a_new_token_that_has_expired_too_is_told() {
    let slack = FakeSlack::start(by_token).await;
    let token = rotating(Ok("xoxe.xoxb-other"));
    let client = SlackClient::with_rotating_token(slack.url.clone(), token).unwrap();

    let error = client.auth_test().await.unwrap_err();

    assert!(matches!(error, SlackError::Unauthorized { .. }), "{error}");
    assert_eq!(slack.seen().len(), 2);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_it_may_work_later() {
    let slack = FakeSlack::start(by_token).await;
    let unavailable = TokenError::Unavailable {
        reason: "Slack did not answer".into(),
        retry_after: None,
    };
    let ended = TokenError::Ended;
    for (problem, permanent) in [(unavailable, false), (ended, true)] {
        let token = rotating(Err(problem));
        let client = SlackClient::with_rotating_token(slack.url.clone(), token).unwrap();
        let error = client.auth_test().await.unwrap_err();
        assert_eq!(error.is_permanent(), permanent, "{error}");
    }
}

#[tokio::test]
async fn a_webhook_posts_and_tells_slacks_word() {
    let address = |slack: &FakeSlack| -> SecretString {
        let url = slack.url.join("/services/T1/B1/secret").unwrap();
        String::from(url).into()
    };
    let slack = FakeSlack::start(|_| "ok").await;
    let webhook = IncomingWebhook::new(&slack.url, address(&slack)).unwrap();
    webhook.post(&Message::text("hello")).await.unwrap();
    assert!(slack.seen()[0].body.contains(r#""text":"hello""#));
    assert_eq!(slack.seen()[0].authorization, None);
    assert!(!format!("{webhook:?}").contains("secret"));

    for (status, body, code, part) in [
        (404, "no_service", "no_service", "SLACK_WEBHOOK_URL"),
        (
            410,
            "channel_is_archived",
            "channel_is_archived",
            "archived",
        ),
        (403, "action_prohibited", "action_prohibited", "admin"),
        (200, "<html>", "http_200", "http_200"),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let slack = FakeSlack::start(move |_| (status, body).into_response()).await;
        let webhook = IncomingWebhook::new(&slack.url, address(&slack)).unwrap();
        assert_eq!(webhook.probe().await.unwrap_err().code(), code);
        let error = webhook.post(&Message::text("hello")).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.sentence().contains(part), "{}", error.sentence());
    }

    let slack = FakeSlack::start(|_| (StatusCode::BAD_REQUEST, "no_text")).await;
    let webhook = IncomingWebhook::new(&slack.url, address(&slack)).unwrap();
    webhook.probe().await.unwrap();
    assert_eq!(slack.seen()[0].body, "{}");

    let api: Url = "https://slack.com/api/".parse().unwrap();
    let new = |address: &str| IncomingWebhook::new(&api, address.into());
    assert!(new("https://hooks.slack.com/services/T1/B1/secret").is_ok());
    for address in [
        "not an address",
        "http://hooks.slack.com/services/T1/B1/secret",
        "https://hooks.slack.com.evil.example/services",
        "https://me@hooks.slack.com/services",
        "http://169.254.169.254/latest/meta-data",
    ] {
        let error = new(address).unwrap_err();
        assert!(!error.sentence().contains(address), "{address}");
    }
}
