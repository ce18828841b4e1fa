//! Faults: what a client sees, and whether the handler ran.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::World;

/// Posts a message; `Err` when there was no readable answer.
async fn post(world: &World) -> Result<(u16, Value), ()> {
    let url = world
        .sandbox
        .slack_api_url()
        .join("chat.postMessage")
        .unwrap();
    let response = world
        .http()
        .post(url)
        .bearer_auth(&world.options.slack_bot_token)
        .timeout(Duration::from_secs(1))
        .json(&json!({ "channel": "C0CHECKOUT", "text": "marked" }))
        .send()
        .await
        .map_err(|_| ())?;
    let status = response.status().as_u16();
    Ok((status, response.json().await.map_err(|_| ())?))
}

fn marked(state: &Value) -> usize {
    let messages = state["slack"]["messages"]["C0CHECKOUT"].as_array().unwrap();
    messages
        .iter()
        .filter(|message| message["text"] == "marked")
        .count()
}

#[tokio::test]
async fn every_fault_does_what_it_says_once() {
    // What the client sees, and how many messages there are afterwards.
    for (spec, seen, messages) in [
        ("status:status=503", Ok(503), 0),
        ("drop-before", Err(()), 0),
        ("drop-after", Err(()), 1),
        ("truncate", Err(()), 1),
        ("cut-off", Err(()), 1),
        ("html", Err(()), 0),
        ("hang", Err(()), 0),
        ("late:ms=50", Err(()), 1),
        ("late-answer:ms=50", Ok(200), 1),
        ("delay:ms=50", Ok(200), 1),
    ] {
        let world = World::start().await;
        let rule = format!("slack:POST:chat.postMessage:{spec}:times=1");
        world.admin("faults", json!(rule)).await;

        let first = post(&world).await.map(|(status, _)| status);
        world.until(spec, |state| marked(state) == messages).await;
        let second = post(&world).await.map(|(status, _)| status);

        assert_eq!(first, seen, "{spec}");
        assert_eq!(second, Ok(200), "{spec} hits once");
        let state = world.state().await;
        assert_eq!(
            state["requests"]["counts"]["slack POST /chat.postMessage"], 2,
            "{spec}"
        );
        assert_eq!(
            state["requests"]["requests"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()["status"],
            200
        );
        world.sandbox.stop().await;
    }
}

#[tokio::test]
async fn retry_after_comes_in_seconds_or_as_a_date() {
    let world = World::start().await;
    let url = world.sandbox.slack_api_url().join("auth.test").unwrap();
    let mut seen = Vec::new();
    for rule in ["retry-after=7", "retry-after=date+7", "times=1"] {
        let rule = format!("slack:*:auth.test:status:status=429:times=1:{rule}");
        world.admin("faults", json!([rule])).await;
        let response = world.http().post(url.clone()).send().await.unwrap();
        let header = response.headers().get("retry-after");
        seen.push(header.map(|value| value.to_str().unwrap().to_owned()));
    }

    assert_eq!(seen[0].as_deref(), Some("7"));
    assert!(seen[1].as_ref().unwrap().ends_with(" GMT"), "{seen:?}");
    assert_eq!(seen[2], None);
}

#[tokio::test]
async fn cleared_faults_are_gone_and_bad_ones_are_refused() {
    let world = World::start().await;
    world.admin("faults", json!("slack:*:*:hang")).await;
    let bad = world
        .admin("faults", json!({ "target": "slack", "action": "explode" }))
        .await;

    let url = world.sandbox.url().join("admin/faults").unwrap();
    world.http().delete(url).send().await.unwrap();

    assert!(bad["error"].as_str().unwrap().contains("explode"), "{bad}");
    assert_eq!(world.slack_form("auth.test", &[]).await["ok"], true);
}

#[tokio::test]
async fn reset_puts_everything_back() {
    let world = World::start().await;
    post(&world).await.unwrap();
    world.admin("faults", json!("slack:*:*:hang")).await;
    world
        .admin("settings", json!({ "rate_limit": false }))
        .await;

    world.admin("reset", json!({})).await;

    let state = world.state().await;
    assert_eq!(marked(&state), 0);
    assert_eq!(state["faults"]["rules"], json!([]));
    assert_eq!(state["settings"]["rate_limit"], true);
}
