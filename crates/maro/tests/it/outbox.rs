//! Slack misbehaves: the issue stays what it is, and messages arrive once, in time, or are shown.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, World, both_databases, eventually, on_sqlite};

both_databases!(while_slack_is_down_the_issue_is_confirmed_and_the_card_follows);
on_sqlite!(
    a_pause_that_slack_asks_for_is_kept,
    a_message_whose_answer_was_lost_is_not_posted_twice,
    a_dead_letter_is_seen_and_replayed,
    an_archived_channel_is_told_once_and_has_one_dead_letter,
    a_message_whose_workers_vanish_is_counted_and_its_author_told,
    hundreds_of_waiting_answers_all_go_out,
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

async fn dead_letters(maro: &Maro) -> Vec<Value> {
    let list = maro.get("api/v1/outbox?state=dead").await;
    list["items"].as_array().unwrap().clone()
}

async fn archive(world: &World, archived: bool) {
    let channel = json!({ "channel": "payments", "archived": archived });
    world.admin("slack/channel", channel).await;
}

/// Changes the only draft there is, and waits until its preview went out or was refused.
async fn edit_to(maro: &Maro, title: &str) {
    let sessions = maro.get("api/v1/sessions").await;
    let session = sessions["items"][0]["id"].as_str().unwrap().to_owned();
    let session = maro.session(&session).await;
    let draft = session["draft"]["id"].as_str().unwrap();
    let mut content = session["draft"]["content"].clone();
    content["title"] = title.into();
    let request = maro.request(reqwest::Method::PUT, &format!("api/v1/drafts/{draft}"));
    let answer = request.json(&json!({ "content": content })).send().await;
    assert_eq!(answer.unwrap().status(), 200);
    maro.until_outbox_is_empty().await;
}

async fn an_archived_channel_is_told_once_and_has_one_dead_letter(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let preview = world.draft("Before").await;
    archive(&world, true).await;
    for title in ["First", "Second", "Third"] {
        edit_to(&maro, title).await;
    }
    let dead = dead_letters(&maro).await;
    assert_eq!(dead.len(), 1, "{dead:?}");
    let why = dead[0]["last_error"].as_str().unwrap();
    assert!(why.contains("archived"), "what to do: {why}");
    let told =
        "News of your ticket draft cannot be shown in <#C0PAYMENTS>: The channel is archived.";
    assert_eq!(world.look().await.count(told), 1, "its author is told once");
    let metrics = maro.request(reqwest::Method::GET, "metrics").send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    assert!(metrics.contains("maro_outbox_dead_total 3"), "{metrics}");

    archive(&world, false).await;
    edit_to(&maro, "Fourth").await;
    assert!(dead_letters(&maro).await.is_empty(), "nothing is missing");
    let shown = world.look().await;
    let shown = shown.message(preview["ts"].as_str().unwrap()).unwrap();
    assert_eq!(shown["text"], "Ticket draft: Fourth");
}

/// Ten processes in a row die with it, as if it were what ends them; one more dies when it tells so.
async fn a_message_whose_workers_vanish_is_counted_and_its_author_told(database: Database) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::new(database).await;
    let mut maro = world.maro().await;
    // The preview cannot go out while its author drafts, and then it ends whoever takes it.
    world.fault("slack:POST:chat.postMessage:hang");
    world.command("amira", "create Endless").await;
    world.until_modal("U0AMIRA", "draft_modal").await;
    world
        .submit("amira", json!({ "problem": "It ends us." }))
        .await;
    eventually("the preview waits", async || {
        let sessions = maro.get("api/v1/sessions").await;
        (!sessions["items"].as_array()?.is_empty()).then_some(())
    })
    .await;
    maro.kill();
    world.no_more_faults().await;
    for _ in 0..maro_core::outbox::MAX_ATTEMPTS {
        let dies = [("FAILPOINTS", "outbox.before_send=return")];
        let mut doomed = world.maro_with(&dies).await;
        doomed.until_killed("outbox.before_send").await;
    }
    maro = world
        .maro_with(&[("FAILPOINTS", "outbox.before_send=off")])
        .await;
    let dead = eventually("the message is dead", async || {
        dead_letters(&maro).await.first().cloned()
    });
    let why = dead.await["last_error"].clone();
    assert!(why.as_str().unwrap().starts_with("delivery never finished"));
    world
        .until_said("The preview of your ticket draft could not be shown in")
        .await;
}

async fn hundreds_of_waiting_answers_all_go_out(database: Database) {
    const COMMANDS: usize = 300;
    let world = World::new(database).await;
    let maro = world.maro().await;
    let sent = (0..COMMANDS).map(|_| world.command("amira", "tracked"));
    for answer in futures_util::future::join_all(sent).await {
        assert_eq!(answer["status"], 200);
    }
    let what = "each command is answered";
    world
        .until(what, |seen| {
            let told = seen.told("U0AMIRA");
            (told.len() == COMMANDS).then_some(())
        })
        .await;
    maro.until_outbox_is_empty().await;
}
