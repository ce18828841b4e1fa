//! Slack misbehaves: the issue stays what it is, and messages arrive once, in time, or are shown.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, World, both_databases, eventually, on_sqlite};

both_databases!(while_slack_is_down_the_issue_is_confirmed_and_the_card_follows);
on_sqlite!(
    a_pause_that_slack_asks_for_is_kept,
    a_message_whose_answer_was_lost_is_not_posted_twice,
    a_dead_letter_is_seen_and_replayed,
);

async fn while_slack_is_down_the_issue_is_confirmed_and_the_card_follows(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let preview = world.draft("Slack sleeps").await;
    world.fault("slack:*:chat.:status:status=503");

    world.click("boris", &preview, "draft_approve").await;

    maro.until_operation("confirmed").await;
    assert_eq!(world.look().await.issues("Slack sleeps").len(), 1);
    eventually("the true error is seen", async || {
        let waiting = maro.get("api/v1/outbox?state=pending").await;
        let mut waiting = waiting["items"].as_array()?.iter();
        waiting
            .any(|message| message["last_error"].is_string())
            .then_some(())
    })
    .await;
    assert_eq!(world.look().await.count("Ticket created:"), 0);
    world.no_more_faults().await;
    world.until_card(&preview, "Created: ").await;
    maro.until_outbox_is_empty().await;
    assert_eq!(world.look().await.count("Ticket created:"), 1);
    assert_eq!(world.create_requests().await, 1);
}

async fn a_pause_that_slack_asks_for_is_kept(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.fault("slack:POST:chat.postMessage:status:status=429:retry-after=2:times=1");

    maro.draft(CHANNELS[0], "Not so fast").await;
    world.until_preview("Not so fast").await;

    let posts = world.times_of("/chat.postMessage").await;
    assert_eq!(posts.len(), 2, "{posts:?}");
    let pause = posts[1].duration_since(posts[0]).unwrap();
    assert!(pause >= Duration::from_millis(1900), "{pause:?}");
}

async fn a_message_whose_answer_was_lost_is_not_posted_twice(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.fault("slack:POST:chat.postMessage:drop-after:times=1");

    maro.draft(CHANNELS[0], "Once is enough").await;
    maro.until_outbox_is_empty().await;

    let seen = world.look().await;
    assert_eq!(seen.count("Ticket draft: Once is enough"), 1);
    assert_eq!(world.requests("slack POST /chat.postMessage").await, 1);
    let preview = world.until_preview("Once is enough").await;
    world.click("amira", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
}

async fn a_dead_letter_is_seen_and_replayed(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    // Maro is not in #random.
    maro.draft("C0RANDOM", "Let me in").await;
    let dead = eventually("the message is dead", async || {
        let list = maro.get("api/v1/outbox?state=dead").await;
        list["items"].as_array()?.first().cloned()
    })
    .await;
    let why = dead["last_error"].as_str().unwrap();
    assert!(why.to_lowercase().contains("invite"), "what to do: {why}");

    let url = world
        .sandbox
        .slack_api_url()
        .join("conversations.join")
        .unwrap();
    let join = world
        .http
        .post(url)
        .bearer_auth(&world.options.slack_bot_token);
    let joined: Value = join
        .form(&[("channel", "C0RANDOM")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(joined["ok"], true, "{joined}");
    let replay = format!("api/v1/outbox/{}/replay", dead["id"].as_str().unwrap());
    let (status, body) = maro.post(&replay, &json!({})).await;
    assert_eq!(status, 202, "{body}");

    world.until_preview("Let me in").await;
    let (status, body) = maro.post(&replay, &json!({})).await;
    assert_eq!(status, 409, "replayed already: {body}");
}
