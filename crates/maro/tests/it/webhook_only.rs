//! An incoming webhook and nothing else of Slack: people hear of drafts, tickets, changes and
//! outages, and Maro says what it cannot do.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite};

const OFTEN: &str = "
[ledger]
search_after_ms = [100, 200, 400]
send_deadline_ms = 1500
lease_ms = 3000
work_lease_ms = 1500
probe_ms = 200
poll_ms = 50
jira_poll_ms = 400
";

const CHANNEL: &str = "C0PAYMENTS";

async fn with_webhook(world: &World, changes: &[(&str, &str)]) -> Maro {
    let address = world.sandbox.slack_webhook_url().to_string();
    let mut all = vec![
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_SIGNING_SECRET", ""),
        ("SLACK_WEBHOOK_URL", address.as_str()),
        ("MARO_PUBLIC_URL", "http://127.0.0.1:9/"),
    ];
    all.extend_from_slice(changes);
    world.maro_with(&all).await
}

/// Every text in the webhook's channel, whoever said it.
async fn texts(world: &World) -> Vec<String> {
    let seen = world.look().await;
    let all = seen
        .messages()
        .filter(|message| message["channel"] == CHANNEL)
        .filter_map(|message| message["text"].as_str().map(str::to_owned));
    all.collect()
}

async fn until_notice(world: &World, parts: &[&str]) -> String {
    eventually(&format!("the channel reads {parts:?}"), async || {
        let mut all = texts(world).await.into_iter();
        all.find(|text| parts.iter().all(|part| text.contains(part)))
    })
    .await
}

async fn approve(maro: &Maro, draft: &Value) {
    let id = draft["id"].as_str().unwrap();
    let body = json!({ "hash": draft["hash"] });
    let (status, answer) = maro
        .post(&format!("api/v1/drafts/{id}/approve"), &body)
        .await;
    assert!(status.is_success(), "{status} {answer}");
}

async fn until_health(maro: &Maro, name: &str, status: &str) -> Value {
    eventually(&format!("{name} is {status}"), async || {
        let health = maro.get("api/v1/integrations/health").await;
        let one = health[name].clone();
        (one["status"] == status).then_some(one)
    })
    .await
}

both_databases!(a_webhook_alone_tells_of_drafts_tickets_and_changes);
on_sqlite!(
    a_webhook_alone_tells_of_outages,
    a_webhook_that_was_removed_is_said_to_be,
    notifications_that_are_turned_off_are_not_sent,
    the_app_tells_of_outages_in_the_alert_channel,
);

async fn a_webhook_alone_tells_of_drafts_tickets_and_changes(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let before = texts(&world).await;
    let maro = with_webhook(&world, &[]).await;
    let slack = until_health(&maro, "slack", "healthy").await;
    assert_eq!(slack["last_successful_send"], Value::Null, "only asked");
    assert_eq!(texts(&world).await, before, "and nothing posted");

    let draft = maro.draft(CHANNEL, "Refunds <fail>").await;
    let notice = until_notice(&world, &["Ticket draft: Refunds"]).await;
    assert!(notice.contains("/approvals/"), "{notice}");
    approve(&maro, &draft).await;
    let notice = until_notice(&world, &["Ticket created:", "Refunds"]).await;
    assert!(notice.contains("/sessions/"), "{notice}");

    let issue = world.look().await.issues("Refunds <fail>")[0].clone();
    let key = issue["key"].as_str().unwrap();
    eventually("Jira was asked about the issue", async || {
        let tracked = maro
            .get("api/v1/channels/T0SANDBOX:C0PAYMENTS/tracked")
            .await;
        let row = tracked["items"].as_array()?.first()?.clone();
        row["status"].is_string().then_some(())
    })
    .await;
    let to = json!({ "to": "In Progress" });
    world
        .admin(&format!("jira/issues/{key}/transition"), to)
        .await;
    until_notice(&world, &[key, "→ In Progress"]).await;

    maro.until_outbox_is_empty().await;
    let dead = maro.get("api/v1/outbox?state=dead").await;
    assert_eq!(dead["items"], json!([]), "nothing was tried that cannot be");
    let all = texts(&world).await;
    let count = |part: &str| all.iter().filter(|text| text.contains(part)).count();
    for once in ["Ticket draft:", "Ticket created:", "→ In Progress"] {
        assert_eq!(count(once), 1, "{once}: {all:?}");
    }
    let secret = world.sandbox.slack_webhook_url().path().to_owned();
    assert!(!maro.log().contains(&secret), "the address is in no log");
}

async fn a_webhook_alone_tells_of_outages(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let maro = with_webhook(&world, &[]).await;
    until_health(&maro, "jira", "healthy").await;

    world.fault("jira:*:*:status:status=401");
    let notice = until_notice(&world, &["Jira does not work."]).await;
    assert!(notice.contains("did not accept"), "{notice}");
    world.no_more_faults().await;
    until_notice(&world, &["Jira works again"]).await;

    let (status, found) = maro
        .post("api/v1/integrations/slack/test", &json!({}))
        .await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let found = found.to_string();
    assert!(
        found.contains("Only the incoming webhook is set"),
        "{found}"
    );
    assert!(
        found.contains("A test message is in the channel"),
        "{found}"
    );
    until_notice(&world, &["This is a test message from Maro."]).await;
}

async fn a_webhook_that_was_removed_is_said_to_be(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let gone = world.sandbox.slack_webhook_url().to_string() + "x";
    let maro = with_webhook(&world, &[("SLACK_WEBHOOK_URL", gone.as_str())]).await;

    let slack = until_health(&maro, "slack", "error").await;
    let reason = slack["reason"].as_str().unwrap();
    assert!(reason.contains("SLACK_WEBHOOK_URL"), "{reason}");
}

async fn notifications_that_are_turned_off_are_not_sent(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let maro = with_webhook(&world, &[("SLACK_NOTIFICATIONS_ENABLED", "false")]).await;

    let draft = maro.draft(CHANNEL, "In silence").await;
    approve(&maro, &draft).await;
    maro.until_operation("confirmed").await;

    let outbox = maro.get("api/v1/outbox").await;
    assert_eq!(outbox["items"], json!([]));
}

async fn the_app_tells_of_outages_in_the_alert_channel(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let maro = world.maro_with(&[("SLACK_ALERT_CHANNEL", CHANNEL)]).await;
    until_health(&maro, "jira", "healthy").await;

    world.fault("jira:*:*:status:status=401");
    until_notice(&world, &["Jira does not work."]).await;
    world.no_more_faults().await;
    until_notice(&world, &["Jira works again"]).await;

    let draft = maro.draft(CHANNEL, "As ever").await;
    world.until_preview("As ever").await;
    approve(&maro, &draft).await;
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.count("Ticket created:"), 1);
}
