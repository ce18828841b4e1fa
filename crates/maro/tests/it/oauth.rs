//! The main job over Atlassian's gateway: tokens that end, grants that are revoked, a token endpoint
//! that fails in each way, and many who want a new token at once.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, World, both_databases, eventually, on_sqlite};

const EXPIRED: &str = "Your Jira connection expired. Reconnect to continue.";

both_databases!(
    a_draft_becomes_one_issue_over_the_gateway,
    a_token_that_ends_in_the_middle_is_renewed_and_the_issue_is_created_once,
    who_dies_with_the_new_pair_in_hand_leaves_a_grant_that_works,
);
on_sqlite!(
    a_revoked_grant_keeps_what_was_approved_until_somebody_reconnects,
    a_token_endpoint_that_fails_delays_the_issue_and_loses_nothing,
    two_hundred_calls_on_one_instance_with_a_file_make_one_renewal,
    a_grant_that_lay_idle_is_renewed_at_the_start_and_its_end_is_announced,
);

async fn a_draft_becomes_one_issue_over_the_gateway(database: Database) {
    let world = World::new(database).await;
    let maro = world.connected_maro().await;
    let preview = world.draft("By way of the gateway").await;
    world.click("amira", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;

    let seen = world.look().await;
    assert_eq!(seen.issues("By way of the gateway").len(), 1);
    let said = world.until_said("Ticket created:").await;
    let site = world.sandbox.jira_url();
    assert!(
        said.contains(site.as_str()),
        "people get the site's address: {said}"
    );
    let status = maro.oauth_status().await;
    assert!(status["lastPublishAt"].is_string(), "{status}");
}

async fn a_token_that_ends_in_the_middle_is_renewed_and_the_issue_is_created_once(
    database: Database,
) {
    let world = World::new(database).await;
    let maro = world.connected_maro().await;
    let preview = world.draft("A token ends").await;
    let before = world.token_requests("refreshed").await;
    world.admin("atlassian/expire", json!({})).await;
    world.click("amira", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;

    assert_eq!(world.look().await.issues("A token ends").len(), 1);
    assert_eq!(world.token_requests("refreshed").await, before + 1);
    assert_eq!(maro.oauth_status().await["status"], "connected");
}

async fn a_revoked_grant_keeps_what_was_approved_until_somebody_reconnects(database: Database) {
    let world = World::new(database).await;
    let maro = world.connected_maro().await;
    let preview = world.draft("A revoked grant").await;
    world.admin("atlassian/revoke", json!({})).await;
    world.click("amira", &preview, "draft_approve").await;

    let waiting = eventually("the operation waits and says why", async || {
        let list = maro.get("api/v1/operations").await;
        let operation = list["items"].as_array()?.first()?.clone();
        let why = operation["error"]
            .as_str()
            .or(operation["error_message"].as_str())?;
        why.contains(EXPIRED).then_some(operation)
    })
    .await;
    assert_eq!(waiting["state"], "prepared", "{waiting}");
    let status = maro.oauth_status().await;
    assert_eq!(status["status"], "expired", "{status}");
    assert!(world.look().await.issues("A revoked grant").is_empty());

    maro.connect().await;
    world.until_card(&preview, "Created: ").await;
    assert_eq!(world.look().await.issues("A revoked grant").len(), 1);
    assert_eq!(maro.oauth_status().await["status"], "connected");
}

async fn a_token_endpoint_that_fails_delays_the_issue_and_loses_nothing(database: Database) {
    let world = World::new(database).await;
    let maro = world.connected_maro().await;
    let faults = [
        "status:status=500:times=3",
        "status:status=429:retry-after=1:times=1",
        "html:times=3",
        "hang:times=1",
        // The pair is replaced at Atlassian, and nobody here hears of it.
        "drop-after:times=1",
        "truncate:times=1",
    ];
    for fault in faults {
        // Two tokens that are rejected within seconds of each other would be Atlassian's trouble.
        maro.connect().await;
        let title = format!("Token endpoint: {fault}");
        let preview = world.draft(&title).await;
        world.fault(&format!("atlassian:POST:/oauth/token$:{fault}"));
        world.admin("atlassian/expire", json!({})).await;
        world.click("amira", &preview, "draft_approve").await;
        world.until_card(&preview, "Created: ").await;
        world.no_more_faults().await;
        assert_eq!(world.look().await.issues(&title).len(), 1, "{fault}");
        assert_eq!(maro.oauth_status().await["status"], "connected", "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_on_three_instances_make_one_renewal() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::new(database).await;
    let second = world.maro_by_oauth(&[]).await;
    let third = world.maro_by_oauth(&[]).await;
    let first = world.connected_maro().await;
    call_a_lot(&world, &[&first, &second, &third]).await;
}

async fn two_hundred_calls_on_one_instance_with_a_file_make_one_renewal(database: Database) {
    let world = World::new(database).await;
    let maro = world.connected_maro().await;
    call_a_lot(&world, &[&maro]).await;
}

async fn call_a_lot(world: &World, instances: &[&Maro]) {
    // Each instance has used the token that is about to end.
    for maro in instances {
        assert_eq!(test(maro).await.0, StatusCode::OK);
    }
    let before = world.token_requests("refreshed").await;
    world.admin("atlassian/expire", json!({})).await;
    let calls = (0..200).map(|number| test(instances[number % instances.len()]));
    for (status, answer) in join_all(calls).await {
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    assert_eq!(world.token_requests("refreshed").await, before + 1);
    assert_eq!(world.token_requests("reused").await, 0);
}

async fn test(maro: &Maro) -> (StatusCode, Value) {
    let request = maro.request(Method::POST, "api/v1/jira/oauth/test");
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_of_before_a_new_account_are_approved_again() {
    let world = World::new(Database::sqlite()).await;
    let maro = world.connected_maro().await;
    maro.draft(CHANNELS[0], "As somebody else").await;
    let preview = world.until_preview("As somebody else").await;
    world
        .admin("atlassian/settings", json!({ "person": "boris" }))
        .await;
    maro.connect().await;
    world.click("amira", &preview, "draft_approve").await;

    let account = maro.oauth_status().await["account"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(account.starts_with("Boris"), "{account}");
    maro.until_outbox_is_empty().await;
    assert!(world.look().await.issues("As somebody else").is_empty());
}

async fn who_dies_with_the_new_pair_in_hand_leaves_a_grant_that_works(database: Database) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::new(database).await;
    let failpoint = "refresh.after_answer";
    let dies = format!("{failpoint}=return");
    let mut maro = world.maro_by_oauth(&[("FAILPOINTS", &dies)]).await;
    maro.connect().await;
    let before = world.token_requests("refreshed").await;
    world.admin("atlassian/expire", json!({})).await;
    let request = maro.request(Method::POST, "api/v1/jira/oauth/test");
    assert!(request.send().await.is_err(), "nobody answers");
    maro.until_killed(failpoint).await;

    let next = world.maro_by_oauth(&[]).await;
    // As if the claim of the dead had run out.
    world
        .database
        .tamper("UPDATE oauth_grants SET lease_until = NULL")
        .await;
    eventually("the next one renews with the same token", async || {
        (test(&next).await.0 == StatusCode::OK).then_some(())
    })
    .await;
    assert_eq!(world.token_requests("refreshed").await, before + 2);
    assert_eq!(world.token_requests("reused").await, 1);
}

async fn a_grant_that_lay_idle_is_renewed_at_the_start_and_its_end_is_announced(
    database: Database,
) {
    let world = World::new(database).await;
    let mut maro = world.connected_maro().await;
    assert_eq!(maro.oauth_status().await["warning"], Value::Null);
    maro.kill();
    let before = world.token_requests("refreshed").await;
    let idle = "UPDATE oauth_grants SET
        obtained_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-80 days'),
        granted_at = strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-360 days')";
    assert_eq!(world.database.tamper(idle).await, 1);

    let next = world.maro_by_oauth(&[]).await;
    eventually("the token was renewed", async || {
        (world.token_requests("refreshed").await > before).then_some(())
    })
    .await;
    let status = next.oauth_status().await;
    let warning = status["warning"].as_str().unwrap();
    assert!(
        warning.contains("a year after it was authorized"),
        "{warning}"
    );
    next.post("api/v1/jira/oauth/test", &json!({})).await;
    assert_eq!(world.token_requests("refreshed").await, before + 1);
}
