//! The client against servers that misbehave.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, Redirect};
use maro_slack::api::{
    Listed, MessageSearch, Metadata, PostMessage, Posted, Respond, UpdateMessage,
};
use maro_slack::blocks::Message;
use maro_slack::{SlackClient, SlackError, UnknownCause};

use crate::support::{FakeSlack, client, dead_url, raw_server};

const OK_POST: &str = r#"{"ok":true,"channel":"C1","ts":"1.2"}"#;

async fn post(client: &SlackClient) -> Result<Posted, SlackError> {
    client
        .post_message(&PostMessage::new("C1", Message::text("hello")))
        .await
}

/// Posts to a server that gives one answer.
async fn post_answered(status: u16, body: &'static str) -> SlackError {
    let status = StatusCode::from_u16(status).unwrap();
    let slack = FakeSlack::start(move |_| (status, body)).await;
    let error = post(&slack.client()).await.unwrap_err();
    assert_eq!(slack.seen().len(), 1, "nothing is retried");
    error
}

#[tokio::test]
async fn a_message_is_posted_with_token_and_charset() {
    let slack = FakeSlack::start(|_| OK_POST).await;
    let metadata = Metadata {
        event_type: "maro_outbox".to_owned(),
        event_payload: serde_json::json!({"id": "o1"}),
    };
    let message = PostMessage::new("C1", Message::text("hello")).in_thread("1.1");

    let posted = slack
        .client()
        .post_message(&message.with_metadata(metadata))
        .await
        .unwrap();

    assert_eq!(
        posted,
        Posted {
            channel: "C1".to_owned(),
            ts: "1.2".to_owned()
        }
    );
    let seen = &slack.seen()[0];
    assert_eq!(seen.path, "/slack/api/chat.postMessage");
    assert_eq!(
        seen.authorization.as_deref(),
        Some("Bearer xoxb-test-token")
    );
    assert_eq!(seen.content_type, "application/json; charset=utf-8");
    insta::assert_snapshot!(seen.body, @r#"{"channel":"C1","thread_ts":"1.1","text":"hello","blocks":[],"metadata":{"event_type":"maro_outbox","event_payload":{"id":"o1"}},"unfurl_links":false,"unfurl_media":false}"#);
}

#[tokio::test]
async fn stored_messages_are_sent_as_they_were_written() {
    let message = PostMessage::new("C1", Message::text("hello")).in_thread("1.1");
    let stored = serde_json::to_value(&message).unwrap();
    assert_eq!(
        serde_json::from_value::<PostMessage>(stored).unwrap(),
        message
    );

    let posted = Posted {
        channel: "C1".to_owned(),
        ts: "1.2".to_owned(),
    };
    let change = UpdateMessage::new(posted, Message::text("changed"));
    let stored = serde_json::to_value(&change).unwrap();
    assert_eq!(
        serde_json::from_value::<UpdateMessage>(stored).unwrap(),
        change
    );

    for answer in [
        Respond::ephemeral(Message::text("hello")),
        Respond::deleting(),
    ] {
        let stored = serde_json::to_value(&answer).unwrap();
        assert_eq!(serde_json::from_value::<Respond>(stored).unwrap(), answer);
    }
}

#[tokio::test]
async fn refusals_carry_slacks_code_and_detail() {
    let cases = [
        (
            r#"{"ok":false,"error":"channel_not_found"}"#,
            "channel_not_found",
            "",
        ),
        (
            r#"{"ok":false,"error":"invalid_blocks","errors":["no more than 50 items"],"response_metadata":{"messages":["[ERROR] too many"]}}"#,
            "invalid_blocks",
            "[ERROR] too many|no more than 50 items",
        ),
        (
            r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"commands"}"#,
            "missing_scope",
            "needed: chat:write",
        ),
    ];
    for (body, code, details) in cases {
        let refused = post_answered(200, body).await;
        assert!(refused.is_permanent(), "{code}");
        let SlackError::Api { error, detail } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((error.as_str(), detail.join("|").as_str()), (code, details));
    }
}

#[tokio::test]
async fn dead_tokens_are_told_from_refusals() {
    for code in [
        "invalid_auth",
        "token_revoked",
        "account_inactive",
        "not_authed",
    ] {
        let body: &'static str = match code {
            "invalid_auth" => r#"{"ok":false,"error":"invalid_auth"}"#,
            "token_revoked" => r#"{"ok":false,"error":"token_revoked"}"#,
            "account_inactive" => r#"{"ok":false,"error":"account_inactive"}"#,
            _ => r#"{"ok":false,"error":"not_authed"}"#,
        };
        let error = post_answered(200, body).await;
        assert!(
            matches!(&error, SlackError::Unauthorized { .. }),
            "{error:?}"
        );
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn rate_limits_say_how_long_to_wait() {
    let slack = FakeSlack::start(|_| {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, "12".parse().unwrap());
        (
            StatusCode::TOO_MANY_REQUESTS,
            headers,
            r#"{"ok":false,"error":"ratelimited"}"#,
        )
    })
    .await;
    let error = post(&slack.client()).await.unwrap_err();
    let SlackError::RateLimited { retry_after } = error else {
        panic!("{error:?}")
    };
    assert_eq!(retry_after.as_secs(), 12);

    let error = post_answered(200, r#"{"ok":false,"error":"ratelimited"}"#).await;
    assert!(matches!(error, SlackError::RateLimited { .. }), "{error:?}");
}

#[tokio::test]
async fn answers_that_say_neither_yes_nor_no_are_unknown() {
    let cases: [(u16, &str); 8] = [
        (500, r#"{"ok":false,"error":"internal_error"}"#),
        (503, "<html>unavailable</html>"),
        (200, r#"{"ok":false,"error":"fatal_error"}"#),
        (200, r#"{"ok":true,"channel":"C1","t"#),
        (200, r#"{"ok":true}"#),
        (200, "<html>proxy</html>"),
        (200, ""),
        (200, r#"{"ok":"perhaps"}"#),
    ];
    for (status, body) in cases {
        let error = post_answered(status, body).await;
        assert!(
            matches!(error, SlackError::OutcomeUnknown(_)),
            "{status} {body}: {error:?}"
        );
        assert!(!error.is_permanent());
    }
}

#[tokio::test]
async fn other_statuses_are_refusals() {
    for (status, code) in [(404, "http_404"), (403, "http_403"), (413, "http_413")] {
        let error = post_answered(status, "<html>no</html>").await;
        assert!(matches!(error, SlackError::Api { .. }), "{error:?}");
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let slack = FakeSlack::start(|_| Redirect::temporary("/slack/api/elsewhere")).await;
    let error = post(&slack.client()).await.unwrap_err();
    assert_eq!(error.code(), "http_307");
    assert_eq!(slack.seen().len(), 1);
}

#[tokio::test]
async fn an_unreachable_slack_was_not_sent_to() {
    let error = post(&client(dead_url().await)).await.unwrap_err();
    assert!(matches!(error, SlackError::NotSent(_)), "{error:?}");
    assert!(!error.is_permanent());
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_outcome_unknown() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ok\":tr",
    ] {
        let error = post(&client(raw_server(answer).await)).await.unwrap_err();
        assert!(
            matches!(
                error,
                SlackError::OutcomeUnknown(UnknownCause::ConnectionLost(_))
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_the_end() {
    let slack = FakeSlack::start(|_| "x".repeat(3 * 1024 * 1024)).await;
    let error = post(&slack.client()).await.unwrap_err();
    assert!(
        matches!(error, SlackError::OutcomeUnknown(UnknownCause::TooLarge)),
        "{error:?}"
    );
}

#[tokio::test]
async fn reading_methods_send_forms() {
    let slack =
        FakeSlack::start(|_| r#"{"ok":true,"channel":{"id":"C1","name":"pay","is_member":true}}"#)
            .await;
    let channel = slack.client().conversations_info("C1").await.unwrap();
    assert!(channel.is_member && !channel.is_private);
    let seen = &slack.seen()[0];
    assert_eq!(seen.content_type, "application/x-www-form-urlencoded");
    assert_eq!(seen.body, "channel=C1");
}

#[tokio::test]
async fn channels_are_listed_page_by_page() {
    let slack = FakeSlack::start(|request| {
        if request.body.contains("cursor=two") {
            r#"{"ok":true,"channels":[{"id":"C2","name":"ops"}],"response_metadata":{"next_cursor":""}}"#
        } else {
            r#"{"ok":true,"channels":null,"response_metadata":{"next_cursor":"two"}}"#
        }
    })
    .await;
    let client = slack.client();
    let first = client.conversations_list(Listed::All, None).await.unwrap();
    assert!(first.channels.is_empty());
    let cursor = first.next_cursor.as_deref();
    let last = client.conversations_list(Listed::Public, cursor);
    let last = last.await.unwrap();
    assert_eq!(
        (last.channels[0].name.as_str(), last.next_cursor),
        ("ops", None)
    );
    let body = &slack.seen()[0].body;
    assert!(
        body.contains("types=public_channel%2Cprivate_channel&exclude_archived=true"),
        "{body}"
    );
}

#[tokio::test]
async fn a_thread_is_read_page_by_page() {
    let slack = FakeSlack::start(|request| {
        if request.body.contains("cursor=two") {
            r#"{"ok":true,"messages":[{"ts":"1.3","text":"c"}],"has_more":false,"response_metadata":{"next_cursor":""}}"#
        } else {
            r#"{"ok":true,"messages":[{"ts":"1.1","text":"a","user":"U1"},{"ts":"1.2","text":null}],"has_more":true,"response_metadata":{"next_cursor":"two"}}"#
        }
    })
    .await;

    let thread = slack.client().read_thread("C1", "1.1", 100).await.unwrap();
    assert_eq!(thread.messages.len(), 3);
    assert!(thread.messages[0].is_from_person());
    assert!(!thread.truncated && !thread.capped);

    let thread = slack.client().read_thread("C1", "1.1", 1).await.unwrap();
    assert_eq!((thread.messages.len(), thread.truncated), (1, true));
}

#[tokio::test]
async fn the_fifteen_message_limit_is_noticed() {
    let slack = FakeSlack::start(|_| {
        let messages: Vec<_> = (0..15)
            .map(|n| serde_json::json!({"ts": format!("1.{n}")}))
            .collect();
        serde_json::json!({"ok": true, "messages": messages, "has_more": true,
            "response_metadata": {"next_cursor": "more"}})
        .to_string()
    })
    .await;
    let thread = slack.client().read_thread("C1", "1.1", 100).await.unwrap();
    assert!(thread.capped && thread.truncated);
    assert_eq!(slack.seen().len(), 1);
}

#[tokio::test]
async fn our_own_message_is_found_by_its_note() {
    let slack = FakeSlack::start(|_| {
        r#"{"ok":true,"messages":[
            {"ts":"1.9","text":"x","metadata":{"event_type":"maro_outbox","event_payload":{"id":"other"}}},
            {"ts":"1.8","text":"x","metadata":{"event_type":"maro_outbox","event_payload":{"id":"o1"}}}]}"#
    })
    .await;
    let search = MessageSearch {
        channel: "C1",
        thread_ts: None,
        oldest: Some("1.0"),
        event_type: "maro_outbox",
        key: "id",
        value: "o1",
    };
    let found = slack.client().find_message(search).await.unwrap();
    assert_eq!(found.unwrap().ts, "1.8");
    let search = MessageSearch {
        value: "o2",
        thread_ts: Some("1.1"),
        ..search
    };
    assert_eq!(slack.client().find_message(search).await.unwrap(), None);
    assert_eq!(slack.seen()[1].path, "/slack/api/conversations.replies");
}

#[tokio::test]
async fn scopes_come_from_the_answers_header() {
    let slack = FakeSlack::start(|_| {
        let body = r#"{"ok":true,"url":"https://x.slack.com/","team":"X","team_id":"T1","user":"maro","user_id":"U1","bot_id":"B1"}"#;
        ([("x-oauth-scopes", "chat:write, commands")], body)
    })
    .await;
    let identity = slack.client().auth_test().await.unwrap();
    assert_eq!(identity.scopes, ["chat:write", "commands"]);
}

#[tokio::test]
async fn answers_go_only_to_slack() {
    let slack = FakeSlack::start(|_| "ok").await;
    let client = slack.client();
    let answer = Respond::ephemeral(Message::text("hello"));
    for url in [
        "https://evil.example.com/x",
        "http://hooks.slack.com/commands/x",
        "https://hooks.slack.com.evil.example/x",
        "https://user@hooks.slack.com/x",
        "https://hooks.slack.com:8443/x",
        "http://127.0.0.1:1/x",
        "nonsense",
    ] {
        let error = client.respond(url, &answer).await.unwrap_err();
        assert!(matches!(error, SlackError::ForeignAddress), "{url}");
    }

    let own = slack.url.join("/slack/response/abc").unwrap();
    client.respond(own.as_str(), &answer).await.unwrap();
    let seen = slack.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].authorization, None, "the token stays with the API");
    insta::assert_snapshot!(seen[0].body, @r#"{"response_type":"ephemeral","replace_original":false,"text":"hello","blocks":[]}"#);
}

#[tokio::test]
async fn used_up_response_addresses_are_refusals() {
    let slack = FakeSlack::start(|request| match request.path.as_str() {
        "/text" => (StatusCode::NOT_FOUND, "used_url"),
        "/json" => (StatusCode::OK, r#"{"ok":false,"error":"expired_url"}"#),
        _ => (StatusCode::OK, r#"{"ok":true}"#),
    })
    .await;
    let answer = Respond::in_channel(Message::text("hello"));
    for (path, code) in [
        ("/text", Some("used_url")),
        ("/json", Some("expired_url")),
        ("/", None),
    ] {
        let url = slack.url.join(path).unwrap();
        let outcome = slack.client().respond(url.as_str(), &answer).await;
        assert_eq!(
            outcome.as_ref().err().map(SlackError::code),
            code,
            "{outcome:?}"
        );
    }
    let html = FakeSlack::start(|_| Html("<p>hm")).await;
    let error = html
        .client()
        .respond(html.url.as_str(), &answer)
        .await
        .unwrap_err();
    assert!(matches!(error, SlackError::OutcomeUnknown(_)), "{error:?}");
}

#[tokio::test]
async fn no_error_and_no_debug_output_shows_a_secret() {
    let client = client(dead_url().await);
    assert!(!format!("{client:?}").contains("xoxb"));
    let secret = client.api_url().join("/response/very-secret").unwrap();
    let error = client
        .respond(secret.as_str(), &Respond::ephemeral(Message::text("hello")))
        .await
        .unwrap_err();
    let shown = format!("{error:?} {error} {}", error.sentence());
    assert!(!shown.contains("very-secret"), "{shown}");
}
