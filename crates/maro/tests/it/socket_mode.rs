//! Socket Mode: the whole job with nothing that reaches Maro from outside.

use std::time::SystemTime;

use serde_json::{Value, json};

use crate::crashes::{drafted, recover, title};
use crate::support::{Database, Maro, Told, World, both_databases, eventually, on_sqlite};

/// A world whose Slack delivers over sockets and whose Jira sends no webhooks.
async fn world(database: Database) -> World {
    let world = World::new(database).await;
    world
        .admin("settings", json!({ "socket": { "enabled": true } }))
        .await;
    world
        .admin("jira/settings", json!({ "webhooks": false }))
        .await;
    world
}

/// Starts a Maro with an app-level token, and waits until it is connected. Nobody tells the sandbox
/// where it is.
async fn connected(world: &World, changes: &[(&str, &str)]) -> Maro {
    let before = sockets(world).await["connected"].as_u64().unwrap();
    let maro = doomed(world, changes).await;
    until_connections(world, before + 2).await;
    maro
}

async fn doomed(world: &World, changes: &[(&str, &str)]) -> Maro {
    let token = world.options.slack_app_token.clone();
    let mut all = vec![
        ("SLACK_APP_TOKEN", token.as_str()),
        ("SLACK_SIGNING_SECRET", ""),
    ];
    all.extend_from_slice(changes);
    world.try_maro(&all).await.unwrap()
}

async fn sockets(world: &World) -> Value {
    world.read("admin/slack/socket").await
}

/// Waits until so many connections were made in all, and two stand that get deliveries.
async fn until_connections(world: &World, made: u64) {
    eventually(&format!("{made} connections were made"), async || {
        let seen = sockets(world).await;
        let able = seen["connections"].as_array()?;
        let able = able.iter().filter(|one| one["ending"] == false).count();
        (seen["connected"].as_u64()? >= made && able >= 2).then_some(())
    })
    .await;
}

async fn meddle(world: &World, what: &str) {
    world.admin("slack/socket", json!({ "do": what })).await;
}

both_databases!(the_main_job_needs_no_public_address);

async fn the_main_job_needs_no_public_address(database: Database) {
    let world = world(database).await;
    let maro = connected(&world, &[]).await;

    let answer = world.command("amira", "help").await;
    assert!(
        answer["body"]
            .as_str()
            .unwrap()
            .contains("drafts Jira tickets"),
        "answered in the acknowledgement: {answer}"
    );

    world.command("amira", "create Checkout fails").await;
    let modal = world.until_modal("U0AMIRA", "draft_modal").await;
    let menu = json!({
        "user": "amira", "view_id": modal["id"], "action_id": "form_project", "value": "scrum",
    });
    let offered = world.admin("slack/suggest", menu).await;
    assert_eq!(offered["options"][0]["value"], "SCRUM", "{offered}");
    let refused = world
        .submit(
            "amira",
            json!({ "title": "x".repeat(256), "problem": "It fails." }),
        )
        .await;
    assert!(refused["errors"]["title"].is_string(), "{refused}");
    let done = world
        .submit(
            "amira",
            json!({ "title": "Checkout fails", "problem": "It fails." }),
        )
        .await;
    assert_eq!(done["errors"], json!({}), "{done}");

    let preview = world.until_preview("Checkout fails").await;
    let answer = world.click("boris", &preview, "draft_approve").await;
    assert_eq!(answer["status"], 200, "{answer}");
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Checkout fails").len(), 1);
    assert_eq!(world.create_requests().await, 1);

    let mention = json!({ "user": "amira", "channel": "payments", "text": "<@U0MARO> tracked" });
    world.admin("slack/say", mention).await;
    let told = Told {
        user: "U0AMIRA",
        part: "Tracked Jira issues",
    };
    world.until_told(told).await;
    assert!(!maro.log().contains("xapp-"), "the token is in no log");
}

on_sqlite!(
    what_comes_three_times_has_one_effect,
    connections_are_replaced_and_the_job_goes_on,
    slack_says_why_nothing_arrives,
    what_was_stored_before_a_crash_is_done_after_it,
);

async fn what_comes_three_times_has_one_effect(database: Database) {
    let world = world(database).await;
    let _maro = connected(&world, &[]).await;
    let copies = json!({ "delivery": { "copies": 3 } });
    world.admin("settings", copies).await;

    let preview = world.draft("Three of each").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;

    let seen = world.look().await;
    assert_eq!(
        seen.count("Ticket draft: Three of each"),
        0,
        "it became the card"
    );
    assert_eq!(seen.count("Ticket created:"), 1);
    assert_eq!(seen.issues("Three of each").len(), 1);
    assert_eq!(world.create_requests().await, 1);
}

async fn connections_are_replaced_and_the_job_goes_on(database: Database) {
    let world = world(database).await;
    let _maro = connected(&world, &[]).await;

    let preview = world.draft("Refreshed in the middle").await;
    meddle(&world, "refresh").await;
    until_connections(&world, 4).await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;

    // Warned: the old ones stay until Slack ends them, and take what comes meanwhile.
    meddle(&world, "warn").await;
    world.draft("Warned in the middle").await;
    until_connections(&world, 6).await;

    meddle(&world, "drop").await;
    let since = SystemTime::now();
    until_connections(&world, 8).await;
    let took = since.elapsed().unwrap();
    assert!(took.as_secs() < 15, "it took {took:?}");
    world.draft("Dropped in the middle").await;
    assert_eq!(
        world.look().await.issues("Refreshed in the middle").len(),
        1
    );
}

async fn slack_says_why_nothing_arrives(database: Database) {
    let world = world(database).await;
    let mut maro = connected(&world, &[]).await;

    meddle(&world, "disable").await;
    eventually("Maro says so", async || {
        maro.log()
            .contains("Socket Mode is turned off in the Slack app's settings")
            .then_some(())
    })
    .await;

    maro.kill();
    let other = doomed(&world, &[("SLACK_APP_TOKEN", "xapp-wrong")]).await;
    eventually("Maro says so", async || {
        other.log().contains("Check SLACK_APP_TOKEN").then_some(())
    })
    .await;
}

/// `kill -9` between the commit of the inbox and the acknowledgement: the person sees an error, and
/// the click is ours all the same.
async fn what_was_stored_before_a_crash_is_done_after_it(database: Database) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = world(database).await;
    let failpoints = ["inbox.after_commit", "socket.before_ack"];
    for (round, failpoint) in failpoints.into_iter().enumerate() {
        let mut maro = connected(&world, &[]).await;
        let (session, preview) = drafted(&world, &maro, round).await;
        maro.until_outbox_is_empty().await;
        maro.kill();

        let spec = format!("{failpoint}=return");
        let mut dying = connected(&world, &[("FAILPOINTS", &spec)]).await;
        world.click("boris", &preview, "draft_approve").await;
        dying.until_killed(failpoint).await;

        // The click may have been begun beside its acknowledgement; then a person may be asked.
        let maro = connected(&world, &[]).await;
        recover(&world, &maro, &session, &preview).await;
        maro.until_outbox_is_empty().await;
        let seen = world.look().await;
        assert_eq!(seen.issues(&title(round)).len(), 1, "{failpoint}");
    }
    let told = world.look().await.count("Ticket created:");
    assert_eq!(told, failpoints.len(), "each ticket is told once");
}
