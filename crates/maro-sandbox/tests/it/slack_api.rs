//! The Web API: tokens, errors, threads, metadata, limits.

use serde_json::{Value, json};

use crate::support::World;

/// The error of each call, or `ok`.
fn error(answer: &Value) -> &str {
    if answer["ok"] == true {
        "ok"
    } else {
        answer["error"].as_str().unwrap()
    }
}

#[expect(clippy::too_many_lines, reason = "it is one table")]
#[tokio::test]
async fn calls_fail_with_slacks_names() {
    let world = World::start().await;
    let ours = world
        .slack(
            "chat.postMessage",
            json!({ "channel": "C0PAYMENTS", "text": "x" }),
        )
        .await;
    let ours = ours["ts"].as_str().unwrap();
    let theirs = world.state().await["slack"]["messages"]["C0PAYMENTS"][0]["ts"].clone();
    let post = |more: Value| {
        let mut args = json!({ "channel": "C0CHECKOUT", "text": "x" });
        for (name, value) in more.as_object().unwrap() {
            args[name] = value.clone();
        }
        args
    };
    for (method, args, wanted) in [
        (
            "chat.postMessage",
            post(json!({ "channel": "C0NOWHERE" })),
            "channel_not_found",
        ),
        (
            "chat.postMessage",
            post(json!({ "channel": "C0BOARD" })),
            "channel_not_found",
        ),
        (
            "chat.postMessage",
            post(json!({ "channel": "C0RANDOM" })),
            "not_in_channel",
        ),
        (
            "chat.postMessage",
            post(json!({ "channel": "C0OLDBILLING" })),
            "is_archived",
        ),
        ("chat.postMessage", post(json!({ "text": "" })), "no_text"),
        (
            "chat.postMessage",
            post(json!({ "text": "x".repeat(40_001) })),
            "msg_too_long",
        ),
        (
            "chat.postMessage",
            post(json!({ "thread_ts": "1.000001" })),
            "thread_not_found",
        ),
        (
            "chat.postMessage",
            post(json!({ "blocks": "[{" })),
            "invalid_blocks_format",
        ),
        (
            "chat.postMessage",
            post(json!({ "blocks": [{ "type": "blink" }] })),
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            post(json!({ "metadata": { "event_type": "x" } })),
            "invalid_metadata_format",
        ),
        (
            "chat.postEphemeral",
            post(json!({ "user": "U0NOBODY" })),
            "user_not_in_channel",
        ),
        (
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": "1.000001", "text": "x" }),
            "message_not_found",
        ),
        (
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": theirs, "text": "x" }),
            "cant_update_message",
        ),
        (
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": ours, "text": "x".repeat(4_001) }),
            "msg_too_long",
        ),
        (
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": ours, "text": "better" }),
            "ok",
        ),
        ("conversations.join", json!({ "channel": "C0RANDOM" }), "ok"),
        (
            "conversations.info",
            json!({ "channel": "C0PAYMENTS" }),
            "invalid_arguments",
        ),
        (
            "views.open",
            json!({ "trigger_id": "1.2.3", "view": {} }),
            "invalid_trigger_id",
        ),
        ("no.such", json!({}), "unknown_method"),
    ] {
        let answer = world.slack(method, args).await;
        assert_eq!(error(&answer), wanted, "{method}: {answer}");
    }
}

#[tokio::test]
async fn the_token_and_its_scopes_are_checked() {
    let world = World::start().await;
    let url = world.sandbox.slack_api_url().join("auth.test").unwrap();
    let ask = async |token: Option<&str>| -> Value {
        let request = world.http().post(url.clone());
        let request = if let Some(token) = token {
            request.bearer_auth(token)
        } else {
            request
        };
        request.send().await.unwrap().json().await.unwrap()
    };

    assert_eq!(error(&ask(None).await), "not_authed");
    assert_eq!(error(&ask(Some("xoxb-another")).await), "invalid_auth");
    assert_eq!(error(&world.slack_form("auth.test", &[]).await), "ok");
    world
        .admin("settings", json!({ "scopes": ["chat:write"] }))
        .await;
    let answer = world.slack_form("users.info", &[("user", "U0AMIRA")]).await;
    assert_eq!(error(&answer), "missing_scope");
    assert_eq!(
        (&answer["needed"], &answer["provided"]),
        (&json!("users:read"), &json!("chat:write"))
    );
}

#[tokio::test]
async fn a_thread_is_read_page_by_page() {
    let world = World::start().await;
    let state = world.state().await;
    let talk = state["slack"]["messages"]["C0PAYMENTS"].as_array().unwrap();
    let parent = talk
        .iter()
        .find(|message| message["reply_count"] == 4)
        .unwrap();
    let ts = parent["ts"].as_str().unwrap();

    let mut texts = Vec::new();
    let mut cursor = String::new();
    loop {
        let args = [
            ("channel", "C0PAYMENTS"),
            ("ts", ts),
            ("limit", "3"),
            ("cursor", &cursor),
        ];
        let page = world.slack_form("conversations.replies", &args).await;
        let messages = page["messages"].as_array().unwrap();
        texts.extend(
            messages
                .iter()
                .skip(1)
                .map(|message| message["text"].to_string()),
        );
        cursor = page["response_metadata"]["next_cursor"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(page["has_more"], json!(!cursor.is_empty()));
        if cursor.is_empty() {
            break;
        }
    }

    assert_eq!(texts.len(), 4);
    assert!(texts[3].contains("press it twice"), "{texts:?}");
}

#[tokio::test]
async fn our_message_is_found_again_by_its_metadata() {
    let world = World::start().await;
    let metadata = json!({ "event_type": "maro_preview", "event_payload": { "session": "s1" } });
    let posted = world
        .slack(
            "chat.postMessage",
            json!({ "channel": "C0PAYMENTS", "text": "x", "metadata": metadata }),
        )
        .await;
    let find = async |flag: &str| {
        let args = [
            ("channel", "C0PAYMENTS"),
            ("limit", "1"),
            ("include_all_metadata", flag),
        ];
        world.slack_form("conversations.history", &args).await["messages"][0].clone()
    };

    assert_eq!(find("true").await["metadata"], metadata);
    assert_eq!(find("true").await["ts"], posted["ts"]);
    assert!(find("false").await.get("metadata").is_none());
}

#[tokio::test]
async fn a_channel_takes_one_message_per_second_after_a_burst() {
    let world = World::start().await;
    let url = world
        .sandbox
        .slack_api_url()
        .join("chat.postMessage")
        .unwrap();
    let post = async |channel: &str| {
        let body = json!({ "channel": channel, "text": "x" });
        let request = world
            .http()
            .post(url.clone())
            .bearer_auth(&world.options.slack_bot_token);
        let response = request.json(&body).send().await.unwrap();
        let retry_after = response.headers().get("retry-after").is_some();
        (response.status().as_u16(), retry_after)
    };

    for _ in 0..3 {
        assert_eq!(post("C0PAYMENTS").await, (200, false));
    }
    assert_eq!(post("C0PAYMENTS").await, (429, true));
    assert_eq!(
        post("C0CHECKOUT").await,
        (200, false),
        "another channel has its own limit"
    );
    world.admin("clock", json!({ "advance_ms": 3_000 })).await;
    assert_eq!(post("C0PAYMENTS").await, (200, false));
    world
        .admin("settings", json!({ "rate_limit": false }))
        .await;
    for _ in 0..5 {
        assert_eq!(post("C0PAYMENTS").await, (200, false));
    }
}

#[tokio::test]
async fn text_without_blocks_takes_the_blocks_away() {
    let world = World::start().await;
    let blocks = json!([{ "type": "divider" }]);
    let posted = world
        .slack(
            "chat.postMessage",
            json!({ "channel": "C0PAYMENTS", "text": "x", "blocks": blocks }),
        )
        .await;

    let updated = world
        .slack(
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": posted["ts"], "text": "y" }),
        )
        .await;

    assert_eq!(posted["message"]["blocks"][0]["type"], "divider");
    assert!(updated["message"].get("blocks").is_none(), "{updated}");
}
