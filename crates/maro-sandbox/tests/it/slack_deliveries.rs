//! What reaches Maro: signed, in Slack's shapes, with Slack's rules for repetition.

use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Received, ScriptedMaro, World, world_and_maro};

/// HMAC-SHA256 from its definition, so that the check shares nothing with the code.
fn hmac(key: &str, message: &str) -> String {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    data_encoding::HEXLOWER.encode(&outer)
}

fn is_signed(world: &World, request: &Received) -> bool {
    let timestamp = request.header("x-slack-request-timestamp");
    let base = format!("v0:{timestamp}:{}", request.body);
    let right = format!("v0={}", hmac(&world.options.slack_signing_secret, &base));
    request.header("x-slack-signature") == right
}

async fn posted_button(world: &World) -> String {
    let blocks = json!([{ "type": "actions", "block_id": "decision", "elements": [
        { "type": "button", "action_id": "draft_approve", "value": "v1", "text": { "type": "plain_text", "text": "Approve" } },
    ] }]);
    let args = json!({ "channel": "C0PAYMENTS", "text": "x", "blocks": blocks });
    world.slack("chat.postMessage", args).await["ts"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_command_is_a_signed_form_and_its_answer_is_shown_to_one_person() {
    let (world, maro) = world_and_maro().await;
    maro.answers(200, &json!({ "text": "Nothing is tracked here." }));

    let answer = world
        .admin(
            "slack/command",
            json!({ "user": "amira", "channel": "payments", "text": " tracked " }),
        )
        .await;

    let request = maro.last();
    assert!(is_signed(&world, &request));
    assert_eq!(request.path, "/api/v1/webhooks/slack/commands");
    assert_eq!(answer["status"], 200);
    let wanted = [
        ("team_id", "T0SANDBOX"),
        ("channel_id", "C0PAYMENTS"),
        ("channel_name", "payments"),
        ("user_id", "U0AMIRA"),
        ("command", "/maro"),
        ("text", "tracked"),
        ("is_enterprise_install", "false"),
    ];
    for (name, value) in wanted {
        assert_eq!(request.field(name), value, "{name}");
    }
    let shown = world.state().await["slack"]["ephemerals"][0].clone();
    assert_eq!(shown["user"], "U0AMIRA");
    assert_eq!(shown["message"]["text"], "Nothing is tracked here.");
}

#[tokio::test]
async fn a_slow_or_failing_command_is_an_error_to_the_person() {
    let (world, maro) = world_and_maro().await;
    world
        .admin("settings", json!({ "ack_timeout_ms": 150 }))
        .await;
    for (status, wait, wanted) in [
        (200, 2_000, "operation_timeout"),
        (401, 0, "http_client_error"),
        (500, 0, "http_service_error"),
    ] {
        maro.answers_late(status, "", Duration::from_millis(wait));
        let act = json!({ "user": "amira", "channel": "payments", "text": "help" });
        let answer = world.admin("slack/command", act).await;
        let state = world.state().await;
        let shown = state["slack"]["ephemerals"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();

        assert_eq!(answer["error"], wanted);
        let text = format!("/maro failed with the error \"{wanted}\"");
        assert_eq!(shown["message"]["text"], text);
    }
}

#[tokio::test]
async fn commands_do_not_work_in_threads() {
    let (world, maro) = world_and_maro().await;

    let act = json!({ "user": "amira", "channel": "payments", "text": "help", "thread_ts": "1.1" });
    let answer = world.admin("slack/command", act).await;

    assert_eq!(answer["shown"], "/maro is not supported in threads. Sorry!");
    assert_eq!(maro.received().len(), 0);
}

#[tokio::test]
async fn a_response_url_is_used_five_times_at_most() {
    let (world, maro) = world_and_maro().await;
    world
        .admin(
            "slack/command",
            json!({ "user": "amira", "channel": "payments", "text": "x" }),
        )
        .await;
    let url = maro.last().field("response_url");
    let answer = async || {
        let request = world.http().post(&url).json(&json!({ "text": "later" }));
        request.send().await.unwrap().status().as_u16()
    };

    for _ in 0..5 {
        assert_eq!(answer().await, 200);
    }
    assert_eq!(answer().await, 404);
    assert_eq!(
        world.state().await["slack"]["ephemerals"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[tokio::test]
async fn clicks_at_the_same_time_are_spread_over_several_maros() {
    let (world, first) = world_and_maro().await;
    let second = ScriptedMaro::start().await;
    let ts = posted_button(&world).await;

    let act = json!({
        "user": "boris", "channel": "payments", "ts": ts, "action_id": "draft_approve",
        "times": 10, "to": [first.url, second.url],
    });
    let answer = world.admin("slack/click", act).await;

    assert_eq!(answer["answers"].as_array().unwrap().len(), 10);
    assert_eq!((first.received().len(), second.received().len()), (5, 5));
    let payload = first.last().payload();
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["container"]["message_ts"], json!(ts));
    assert_eq!(payload["actions"][0]["value"], "v1");
    assert_eq!(payload["message"]["blocks"][0]["block_id"], "decision");
    let triggers: std::collections::BTreeSet<_> = first
        .received()
        .iter()
        .map(|r| r.payload()["trigger_id"].to_string())
        .collect();
    assert_eq!(triggers.len(), 5, "each click has its own trigger");
}

#[tokio::test]
async fn an_old_button_is_clicked_only_on_purpose() {
    let (world, maro) = world_and_maro().await;
    let ts = posted_button(&world).await;
    world
        .slack(
            "chat.update",
            json!({ "channel": "C0PAYMENTS", "ts": ts, "text": "done" }),
        )
        .await;
    let mut act =
        json!({ "user": "boris", "channel": "payments", "ts": ts, "action_id": "draft_approve" });

    let refused = world.admin("slack/click", act.clone()).await;
    act["stale"] = true.into();
    act["value"] = "forged".into();
    world.admin("slack/click", act).await;

    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("has no draft_approve"),
        "{refused}"
    );
    assert_eq!(maro.last().payload()["actions"][0]["value"], "forged");
}

#[tokio::test]
async fn deliveries_are_duplicated_or_badly_signed_on_demand() {
    let (world, maro) = world_and_maro().await;
    let send = async || {
        let act = json!({ "user": "amira", "channel": "payments", "text": "help" });
        world.admin("slack/command", act).await;
    };
    let bodies = || {
        maro.received()
            .iter()
            .map(|r| r.body.clone())
            .collect::<Vec<_>>()
    };

    world
        .admin(
            "settings",
            json!({ "delivery": { "copies": 3, "concurrent": true } }),
        )
        .await;
    send().await;
    assert_eq!(bodies().len(), 3);
    assert!(
        bodies().iter().all(|body| *body == bodies()[0]),
        "copies are the same"
    );

    world
        .admin(
            "settings",
            json!({ "delivery": { "copies": 1, "wrong_signature": true } }),
        )
        .await;
    send().await;
    assert!(!is_signed(&world, &maro.last()));

    let stale = json!({ "delivery": { "wrong_signature": false, "stale_seconds": 301 } });
    world.admin("settings", stale).await;
    send().await;
    let received = maro.received();
    let time = |r: &Received| {
        r.header("x-slack-request-timestamp")
            .parse::<i64>()
            .unwrap()
    };
    assert!(is_signed(&world, &maro.last()));
    assert!(time(&received[0]) - time(&maro.last()) >= 300);
}

#[tokio::test]
async fn a_mention_is_an_event_that_is_repeated_three_times() {
    let (world, maro) = world_and_maro().await;
    world
        .admin("settings", json!({ "retry_scale": 0.0001 }))
        .await;
    for _ in 0..3 {
        maro.answers(500, "");
    }

    let act = json!({ "user": "amira", "channel": "payments", "text": "@maro draft <b> & more" });
    let answer = world.admin("slack/say", act).await;
    world
        .until("four deliveries", |s| {
            s["slack"]["deliveries"].as_array().unwrap().len() == 4
        })
        .await;

    let received = maro.received();
    let events: Vec<Value> = received
        .iter()
        .map(|r| serde_json::from_str(&r.body).unwrap())
        .collect();
    assert_eq!(answer["status"], 500);
    assert_eq!(events[0]["type"], "event_callback");
    assert_eq!(events[0]["event"]["type"], "app_mention");
    assert_eq!(
        events[0]["event"]["text"],
        "<@U0MARO> draft &lt;b&gt; &amp; more"
    );
    assert!(
        events
            .iter()
            .all(|event| event["event_id"] == events[0]["event_id"])
    );
    let numbers: Vec<_> = received
        .iter()
        .map(|r| r.header("x-slack-retry-num"))
        .collect();
    assert_eq!(numbers, ["", "1", "2", "3"]);
    assert_eq!(received[1].header("x-slack-retry-reason"), "http_error");
}

#[tokio::test]
async fn an_event_is_not_repeated_when_maro_says_so() {
    let (world, maro) = world_and_maro().await;
    world.admin("settings", json!({ "retry_scale": 0.0 })).await;
    maro.answers(500, "never again");

    let act = json!({ "user": "amira", "channel": "payments", "text": "@maro draft" });
    world.admin("slack/say", act.clone()).await;
    world.admin("slack/say", act).await;

    assert_eq!(maro.received().len(), 2);
}

#[tokio::test]
async fn mentions_reach_maro_only_where_it_is() {
    let (world, maro) = world_and_maro().await;

    let act = json!({ "user": "amira", "channel": "random", "text": "@maro draft" });
    let answer = world.admin("slack/say", act).await;

    assert_eq!(answer["delivered"], false);
    assert_eq!(maro.received().len(), 0);
}

#[tokio::test]
async fn a_message_shortcut_carries_the_message() {
    let (world, maro) = world_and_maro().await;
    let ts = world.state().await["slack"]["messages"]["C0PAYMENTS"][1]["ts"].clone();

    let act =
        json!({ "user": "chen", "channel": "payments", "ts": ts, "callback_id": "draft_ticket" });
    world.admin("slack/shortcut", act).await;

    let payload = maro.last().payload();
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["callback_id"], "draft_ticket");
    assert_eq!(payload["message"]["ts"], ts);
    assert!(
        payload["response_url"]
            .as_str()
            .unwrap()
            .contains("/slack/response/")
    );
}

#[tokio::test]
async fn the_events_url_is_verified_with_a_challenge() {
    let (world, maro) = world_and_maro().await;

    let answer = world.admin("slack/verify-url", json!({})).await;

    let body: Value = serde_json::from_str(&maro.last().body).unwrap();
    assert_eq!(body["type"], "url_verification");
    assert_eq!(answer["verified"], false, "an empty 200 verifies nothing");
}

#[tokio::test]
async fn our_own_messages_come_back_only_to_those_who_subscribed() {
    let (world, maro) = world_and_maro().await;
    posted_button(&world).await;
    let before = maro.received().len();
    world
        .admin("settings", json!({ "events": ["message.channels"] }))
        .await;
    let ts = posted_button(&world).await;
    world
        .until("the echo", |s| s["slack"]["deliveries"][0]["status"] == 200)
        .await;

    let body: Value = serde_json::from_str(&maro.last().body).unwrap();
    assert_eq!(before, 0);
    assert_eq!(body["event"]["type"], "message");
    assert_eq!(body["event"]["bot_id"], "B0MARO");
    assert_eq!(body["event"]["ts"], json!(ts));
}

#[tokio::test]
async fn a_visit_to_the_home_tab_is_an_event() {
    let (world, maro) = world_and_maro().await;
    let view = json!({ "type": "home", "blocks": [{ "type": "divider" }] });
    let args = json!({ "user_id": "U0AMIRA", "view": view });

    let published = world.slack("views.publish", args).await;
    world.admin("slack/home", json!({ "user": "amira" })).await;

    let body: Value = serde_json::from_str(&maro.last().body).unwrap();
    assert_eq!(published["ok"], true, "{published}");
    assert_eq!(body["event"]["type"], "app_home_opened");
    assert_eq!(body["event"]["view"]["id"], published["view"]["id"]);
}
