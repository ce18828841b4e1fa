//! The app in several workspaces: installing, sending to each, rotating, and what happens when it is
//! removed.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::slack_app::{
    Browser, HARBOR, MAIN, content, draft, install, installable, messages, until_message,
};
use crate::support::{
    Database, Maro, World, both_databases, browser, eventually, has_button, leads_to, on_sqlite,
};

async fn rotations(world: &World) -> u64 {
    let app = world.read("admin/slack/app").await;
    app["token_requests"]["refreshed"].as_u64().unwrap()
}

both_databases!(two_workspaces_do_the_main_job_each);
on_sqlite!(
    an_answer_counts_once_and_from_the_browser_that_asked,
    what_cannot_be_installed_says_why,
    a_removed_app_parks_its_messages_until_it_is_back,
    a_refusal_that_may_pass_ends_no_installation,
    a_token_that_expired_is_rotated_in_the_middle,
    who_dies_with_the_new_tokens_in_hand_says_that_the_app_must_be_installed_again,
);

async fn two_workspaces_do_the_main_job_each(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;

    for (place, user) in [(MAIN, "amira"), (HARBOR, "erin")] {
        install(&world, &ada, place.0).await;
        let title = format!("Fails in {}", place.0);
        draft(&maro, place, &title).await;
        let preview = until_message(&world, place, &format!("Ticket draft: {title}")).await;
        assert!(has_button(&preview, "draft_approve"));
        let click = json!({
            "team": place.0, "user": user, "channel": place.1, "ts": preview["ts"],
            "action_id": "draft_approve",
        });
        let answer = world.admin("slack/click", click).await;
        assert_eq!(answer["status"], 200, "{answer}");
        until_message(&world, place, "Ticket created:").await;
        assert_eq!(world.look().await.issues(&title).len(), 1);
    }
    for place in [MAIN, HARBOR] {
        let all = messages(&world, place).await;
        let other = if place == MAIN { HARBOR.0 } else { MAIN.0 };
        let stray = format!("Fails in {other}");
        assert!(!json!(all).to_string().contains(&stray), "{place:?}");
    }
    assert!(!maro.log().contains("xoxb-"), "no token is in the log");
}

async fn an_answer_counts_once_and_from_the_browser_that_asked(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    let same_person = Browser::sign_in(&maro).await;

    let answer = ada.consent().await;
    let told = same_person.bring(&answer).await;
    assert!(told.contains("was not asked for in this browser"), "{told}");
    let told = ada.bring(&answer).await;
    assert!(told.contains("Maro is installed in"), "{told}");
    let told = ada.bring(&answer).await;
    assert!(told.contains("was not asked for in this browser"), "{told}");

    let mut forged = answer.clone();
    forged.set_query(Some("code=1&state=v1.x.y"));
    assert!(ada.bring(&forged).await.contains("was not asked for"));

    world.admin("slack/app", json!({ "consent": "deny" })).await;
    let told = ada.bring(&ada.consent().await).await;
    assert!(told.contains("was cancelled in Slack"), "{told}");

    let nobody = browser().get(maro.url.join(answer.path()).unwrap());
    let response = nobody.send().await.unwrap();
    assert_eq!(leads_to(&response).path(), "/sign-in");
    let actions: Vec<Value> = maro.audited().await;
    let count = |action: &str| actions.iter().filter(|one| one["action"] == action).count();
    assert_eq!(count("slack.installed"), 1);
    assert_eq!(count("slack.not_installed"), 4);
}

async fn what_cannot_be_installed_says_why(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[("SLACK_CLIENT_SECRET", "wrong")]).await;
    let ada = Browser::sign_in(&maro).await;

    let told = ada.bring(&ada.consent().await).await;

    assert!(told.contains("SLACK_CLIENT_SECRET"), "{told}");
}

async fn a_removed_app_parks_its_messages_until_it_is_back(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, MAIN.0).await;
    install(&world, &ada, HARBOR.0).await;
    draft(&maro, MAIN, "The other workspace works").await;
    until_message(&world, MAIN, "Ticket draft: The other").await;

    world
        .admin("slack/uninstall", json!({ "team": HARBOR.0 }))
        .await;
    eventually("the workspace is over", async || {
        let all = maro.audited().await;
        all.iter()
            .any(|one| one["action"] == "slack.ended")
            .then_some(())
    })
    .await;
    draft(&maro, HARBOR, "Waits for the app").await;
    let parked = eventually("the preview is parked", async || {
        let list = maro.get("api/v1/outbox?state=dead").await;
        list["items"].as_array()?.first().cloned()
    })
    .await;
    let why = parked["last_error"].as_str().unwrap();
    assert!(
        why.contains("not installed in this workspace any more"),
        "{why}"
    );
    assert!(why.contains("Install it again"), "{why}");
    eventually("health names the workspace", async || {
        let health = maro.get("api/v1/integrations/health").await;
        let reason = health["slack"]["reason"].as_str()?;
        reason.contains("Harbor crew").then_some(())
    })
    .await;

    install(&world, &ada, HARBOR.0).await;
    until_message(&world, HARBOR, "Ticket draft: Waits for the app").await;
}

/// An admin may take it back, and then nobody installs anything: what failed is no parked message.
async fn a_refusal_that_may_pass_ends_no_installation(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;

    let refusal = json!({ "ok": false, "error": "ekm_access_denied" });
    let fault = json!({
        "target": "slack", "method": "POST", "path": "chat.postMessage$", "times": 1,
        "action": "status", "status": 200, "body": refusal.to_string(),
    });
    world.admin("faults", fault).await;
    draft(&maro, HARBOR, "Refused once").await;
    let dead = eventually("the preview is a dead letter", async || {
        let list = maro.get("api/v1/outbox?state=dead").await;
        list["items"].as_array()?.first().cloned()
    })
    .await;

    let why = dead["last_error"].as_str().unwrap();
    assert!(why.contains("does not grant access"), "{why}");
    assert!(!why.contains("not installed"), "{why}");
    draft(&maro, HARBOR, "Taken again").await;
    until_message(&world, HARBOR, "Ticket draft: Taken again").await;
}

async fn a_token_that_expired_is_rotated_in_the_middle(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;
    draft(&maro, HARBOR, "Before the end").await;
    until_message(&world, HARBOR, "Ticket draft: Before the end").await;
    assert_eq!(rotations(&world).await, 0);

    // No answer at first: the token is asked for again, and the message waits.
    world.fault("slack:POST:oauth.v2.access$:status:status=503:times=1");
    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    draft(&maro, HARBOR, "After the end").await;

    until_message(&world, HARBOR, "Ticket draft: After the end").await;
    assert_eq!(rotations(&world).await, 1);
    assert!(!maro.log().contains("xoxe"), "no token is in the log");
}

/// Two instances on one database: an expired token is asked for once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_rotate_once() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::new(database).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    world
        .admin("settings", json!({ "rate_limit": false }))
        .await;
    let second = installable(&world, &[]).await;
    let first = installable(&world, &[]).await;
    let ada = Browser::sign_in(&first).await;
    install(&world, &ada, HARBOR.0).await;
    draft_through_both(&world, [&first, &second], "Before").await;

    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    draft_through_both(&world, [&first, &second], "After").await;

    assert_eq!(rotations(&world).await, 1);
}

/// Two instances on one database: the one that did not install the app anew takes the new token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_is_installed_again_works_in_every_instance() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::new(database).await;
    world
        .admin("settings", json!({ "rate_limit": false }))
        .await;
    let second = installable(&world, &[]).await;
    let first = installable(&world, &[]).await;
    let ada = Browser::sign_in(&first).await;
    install(&world, &ada, HARBOR.0).await;
    draft_through_both(&world, [&first, &second], "Before").await;

    let path = format!("api/v1/slack/workspaces/{}", HARBOR.0);
    let gone = first.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::OK);
    install(&world, &ada, HARBOR.0).await;
    draft_through_both(&world, [&first, &second], "After").await;

    let actions: Vec<Value> = first.audited().await;
    assert!(actions.iter().all(|one| one["action"] != "slack.ended"));
}

/// Drafts through both instances; either may send what comes of it.
async fn draft_through_both(world: &World, instances: [&Maro; 2], round: &str) {
    let drafts = (0..10_usize).map(|number| {
        let maro = instances[number % 2];
        let title = format!("{round} {number}");
        async move { draft(maro, HARBOR, &title).await }
    });
    join_all(drafts).await;
    for number in 0..10 {
        until_message(world, HARBOR, &format!("Ticket draft: {round} {number}")).await;
    }
}

/// Slack gives each refresh token one answer. Who dies with it in hand has lost it, and says so.
async fn who_dies_with_the_new_tokens_in_hand_says_that_the_app_must_be_installed_again(
    database: Database,
) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::new(database).await;
    world
        .admin("slack/app", json!({ "token_rotation": true }))
        .await;
    let mut doomed = installable(&world, &[("FAILPOINTS", "rotate.after_answer=return")]).await;
    let ada = Browser::sign_in(&doomed).await;
    install(&world, &ada, HARBOR.0).await;
    // A probe after the token's end would rotate it before there is a draft.
    eventually("the installation was probed", async || {
        let health = doomed.get("api/v1/integrations/health").await;
        (health["slack"]["status"] == "healthy").then_some(())
    })
    .await;
    world
        .admin("slack/expire", json!({ "team": HARBOR.0 }))
        .await;
    // It is durable before its preview is sent; the answer may be lost with the process.
    let content = content("Killed while rotating");
    let body = json!({ "team": HARBOR.0, "channel": HARBOR.1, "content": content });
    let request = doomed.request(Method::POST, "api/v1/drafts").json(&body);
    let _ = request.send().await;
    doomed.until_killed("rotate.after_answer").await;
    assert_eq!(rotations(&world).await, 1);

    let maro = installable(&world, &[]).await;
    eventually("health says so", async || {
        let health = maro.get("api/v1/integrations/health").await;
        let reason = health["slack"]["reason"].as_str()?;
        reason.contains("Harbor crew").then_some(())
    })
    .await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;
    until_message(&world, HARBOR, "Ticket draft: Killed while rotating").await;
}
