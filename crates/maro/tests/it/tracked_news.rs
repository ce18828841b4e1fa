//! News of Jira reaches tracked issues: by webhooks that come twice, late and in any order, and by
//! polling alone.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite, signed_jira};

const TRACKED: &str = "api/v1/channels/T0SANDBOX:C0PAYMENTS/tracked";
/// So seldom that no poll takes part.
const NEVER: u64 = 3_600_000;
const OFTEN: u64 = 400;

both_databases!(
    webhooks_that_come_twice_and_in_any_order_end_in_what_jira_says,
    polling_alone_keeps_tracked_issues_current,
);
on_sqlite!(
    a_late_webhook_changes_nothing,
    a_burst_of_events_is_answered_by_few_calls,
    an_issue_that_moves_keeps_its_place_and_one_that_is_deleted_is_said_to_be,
    what_jira_does_not_answer_is_asked_again,
    polling_looks_past_a_lagging_index,
    polling_notices_what_is_gone,
    polling_speaks_data_center_too,
    fifty_changes_among_ten_thousand_issues_take_few_calls,
);

async fn tracking(world: &World, keys: &str) -> Maro {
    tracking_with(world, &[], keys).await
}

async fn tracking_with(world: &World, changes: &[(&str, &str)], keys: &str) -> Maro {
    let maro = world.maro_with(changes).await;
    world.command("amira", &format!("track {keys}")).await;
    eventually("the issues are tracked", async || {
        let tracked = maro.get(TRACKED).await;
        let count = tracked["items"].as_array()?.len();
        (count == keys.split(' ').count()).then_some(())
    })
    .await;
    maro
}

async fn row(maro: &Maro, key: &str) -> Option<Value> {
    let tracked = maro.get(TRACKED).await;
    let mut rows = tracked["items"].as_array()?.iter();
    rows.find(|row| row["key"] == key).cloned()
}

async fn until_row(maro: &Maro, key: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    eventually(&format!("{key}: {what}"), async || {
        row(maro, key).await.filter(|row| is(row))
    })
    .await
}

async fn in_jira(world: &World, key: &str, act: &str, body: Value) -> Value {
    world.admin(&format!("jira/issues/{key}/{act}"), body).await
}

async fn rename(world: &World, key: &str, summary: &str) {
    let fields = json!({ "fields": { "summary": summary } });
    in_jira(world, key, "edit", fields).await;
}

/// Every call that reads issues.
async fn reads(world: &World) -> u64 {
    world.requests_like("jira ", &["/search", "/issue/"]).await
}

async fn webhooks_that_come_twice_and_in_any_order_end_in_what_jira_says(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = tracking(&world, "SCRUM-123 SCRUM-116").await;
    let faults = json!({ "webhook_copies": 3, "webhook_reorder": true });
    world.admin("jira/settings", faults).await;
    in_jira(
        &world,
        "SCRUM-123",
        "transition",
        json!({ "to": "In Progress" }),
    )
    .await;
    rename(&world, "SCRUM-123", "First").await;
    in_jira(&world, "SCRUM-123", "transition", json!({ "to": "Done" })).await;
    rename(&world, "SCRUM-123", "Second").await;
    rename(&world, "SCRUM-116", "Third").await;
    let calm = json!({ "webhook_copies": 1, "webhook_reorder": false });
    world.admin("jira/settings", calm).await;

    until_row(&maro, "SCRUM-123", "is what Jira says", |row| {
        row["status"] == "Done" && row["summary"] == "Second"
    })
    .await;
    until_row(&maro, "SCRUM-116", "is what Jira says", |row| {
        row["summary"] == "Third"
    })
    .await;
}

async fn a_late_webhook_changes_nothing(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = tracking(&world, "SCRUM-123").await;
    in_jira(&world, "SCRUM-123", "transition", json!({ "to": "Done" })).await;
    let done = until_row(&maro, "SCRUM-123", "is done", |row| row["status"] == "Done").await;
    let before = reads(&world).await;
    let late = json!({
        "timestamp": 1_000_000_000_000_i64, "webhookEvent": "jira:issue_updated",
        "issue": { "id": done["issue_id"], "key": "SCRUM-123", "fields": {
            "summary": "Of long ago", "status": { "name": "To Do" } } },
    });
    let answer = signed_jira(&world, &maro, "late", &late.to_string()).await;
    assert_eq!(answer.status(), 200);
    eventually("the issue was read again", async || {
        (reads(&world).await > before).then_some(())
    })
    .await;
    rename(&world, "SCRUM-123", "And now").await;
    let now = until_row(&maro, "SCRUM-123", "is renamed", |row| {
        row["summary"] == "And now"
    })
    .await;
    assert_eq!(now["status"], "Done");
}

async fn a_burst_of_events_is_answered_by_few_calls(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = tracking(&world, "SCRUM-123").await;
    let id = row(&maro, "SCRUM-123").await.unwrap()["issue_id"].clone();
    world
        .admin("jira/settings", json!({ "webhooks": false }))
        .await;
    rename(&world, "SCRUM-123", "After the burst").await;
    let before = reads(&world).await;
    let body = json!({
        "webhookEvent": "jira:issue_updated",
        "issue": { "id": id, "key": "SCRUM-123" },
    })
    .to_string();
    let names: Vec<String> = (0..60).map(|number| format!("burst-{number}")).collect();
    let deliveries = names
        .iter()
        .map(|name| signed_jira(&world, &maro, name, &body));
    for answer in join_all(deliveries).await {
        assert_eq!(answer.status(), 200);
    }
    until_row(&maro, "SCRUM-123", "is renamed", |row| {
        row["summary"] == "After the burst"
    })
    .await;
    // One per third of a second, and a busy machine may take some of those for sixty deliveries.
    let calls = reads(&world).await - before;
    assert!((1..=15).contains(&calls), "{calls} calls for 60 events");
}

async fn an_issue_that_moves_keeps_its_place_and_one_that_is_deleted_is_said_to_be(
    database: Database,
) {
    let world = World::polling(database, NEVER).await;
    let maro = tracking(&world, "SCRUM-123 SCRUM-116").await;
    let moved = in_jira(&world, "SCRUM-123", "move", json!({ "to": "OPS" })).await;
    let key = moved["key"].as_str().unwrap();
    assert!(key.starts_with("OPS-"), "{moved}");
    until_row(&maro, key, "is there under its new key", |_| true).await;
    assert!(row(&maro, "SCRUM-123").await.is_none());

    world.delete_issue("SCRUM-116").await;
    until_row(&maro, "SCRUM-116", "is gone", |row| {
        row["gone_since"].is_string()
    })
    .await;
    let answer = world.command("amira", "tracked").await;
    assert_eq!(answer["status"], 200);
    let told = crate::support::Told {
        user: "U0AMIRA",
        part: "deleted in Jira or hidden from Maro",
    };
    world.until_told(told).await;
}

async fn what_jira_does_not_answer_is_asked_again(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = tracking(&world, "SCRUM-123 SCRUM-116").await;
    world.fault("jira:GET:/rest/api/3/issue/:status:status=503:times=2");
    world.fault("jira:POST:/rest/api/3/search/jql$:drop-before:times=1");
    rename(&world, "SCRUM-123", "Asked again").await;
    rename(&world, "SCRUM-116", "Asked again").await;
    for key in ["SCRUM-123", "SCRUM-116"] {
        until_row(&maro, key, "is renamed", |row| {
            row["summary"] == "Asked again"
        })
        .await;
    }
}

async fn polling_alone_keeps_tracked_issues_current(database: Database) {
    let world = World::polling(database, OFTEN).await;
    let quiet = json!({ "admin_webhook": false });
    world.admin("jira/settings", quiet).await;
    let maro = tracking(&world, "SCRUM-123 OPS-1").await;
    in_jira(&world, "SCRUM-123", "transition", json!({ "to": "Done" })).await;
    rename(&world, "OPS-1", "Found by looking").await;
    until_row(&maro, "SCRUM-123", "is done", |row| row["status"] == "Done").await;
    until_row(&maro, "OPS-1", "is renamed", |row| {
        row["summary"] == "Found by looking"
    })
    .await;
    // A poll that fails is made up for.
    world.fault("jira:POST:/rest/api/3/search/jql$:status:status=500:times=3");
    rename(&world, "OPS-1", "Found a little later").await;
    until_row(&maro, "OPS-1", "is renamed", |row| {
        row["summary"] == "Found a little later"
    })
    .await;
}

async fn polling_looks_past_a_lagging_index(database: Database) {
    let world = World::polling(database, OFTEN).await;
    let quiet = json!({ "admin_webhook": false, "index_lag_ms": 2_500 });
    world.admin("jira/settings", quiet).await;
    let maro = tracking(&world, "SCRUM-123").await;
    rename(&world, "SCRUM-123", "Seen late").await;
    until_row(&maro, "SCRUM-123", "is renamed", |row| {
        row["summary"] == "Seen late"
    })
    .await;
}

async fn polling_notices_what_is_gone(database: Database) {
    let world = World::polling(database, OFTEN).await;
    let quiet = json!({ "admin_webhook": false });
    world.admin("jira/settings", quiet).await;
    let maro = tracking(&world, "SCRUM-123 SCRUM-116 OPS-1").await;
    world.delete_issue("SCRUM-116").await;
    let moved = in_jira(&world, "OPS-1", "move", json!({ "to": "NOLAB" })).await;
    // As if hours had passed since anything was heard of them.
    let sql = "UPDATE channel_tracked_issues SET last_synced_at = NULL";
    assert_eq!(world.database.tamper(sql).await, 3);
    until_row(&maro, "SCRUM-116", "is gone", |row| {
        row["gone_since"].is_string()
    })
    .await;
    until_row(
        &maro,
        moved["key"].as_str().unwrap(),
        "has its new key",
        |_| true,
    )
    .await;
    let here = row(&maro, "SCRUM-123").await.unwrap();
    assert_eq!(here["gone_since"], Value::Null);
}

async fn polling_speaks_data_center_too(database: Database) {
    let world = World::polling(database, OFTEN).await;
    let quiet = json!({ "admin_webhook": false });
    world.admin("jira/settings", quiet).await;
    let url = world.sandbox.data_center_url().to_string();
    let changes = [
        ("JIRA_URL", url.as_str()),
        ("JIRA_USERNAME", ""),
        ("JIRA_API_TOKEN", ""),
        ("JIRA_PERSONAL_TOKEN", &world.options.jira_personal_token),
    ];
    let maro = tracking_with(&world, &changes, "SCRUM-123 SCRUM-116").await;
    in_jira(&world, "SCRUM-123", "transition", json!({ "to": "Done" })).await;
    until_row(&maro, "SCRUM-123", "is done", |row| row["status"] == "Done").await;
    world.delete_issue("SCRUM-116").await;
    let sql = "UPDATE channel_tracked_issues SET last_synced_at = NULL";
    world.database.tamper(sql).await;
    until_row(&maro, "SCRUM-116", "is gone", |row| {
        row["gone_since"].is_string()
    })
    .await;
}

async fn fifty_changes_among_ten_thousand_issues_take_few_calls(database: Database) {
    let world = World::polling(database, 5_000).await;
    let quiet = json!({ "admin_webhook": false });
    world.admin("jira/settings", quiet).await;
    let maro = tracking(&world, "SCRUM-123").await;
    let ids = join_all((0..50).map(|number| make(&world, number))).await;
    // The rows of the others; Jira has as many issues that did not change.
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
        INSERT INTO channel_tracked_issues
            (team, channel, issue_key, issue_id, tracked_by, tracked_at, last_synced_at,
             last_status, last_summary)
        SELECT team, channel, 'SCRUM-' || (100000 + i), '9' || (100000 + i), tracked_by,
            tracked_at, tracked_at, 'To Do', 'One of many'
        FROM channel_tracked_issues, n WHERE issue_key = 'SCRUM-123'";
    assert_eq!(world.database.tamper(sql).await, 9_999);
    for (number, issue) in ids.iter().enumerate() {
        let (key, id) = (&issue["key"], &issue["id"]);
        let sql = format!(
            "UPDATE channel_tracked_issues SET issue_key = '{}', issue_id = '{}'
            WHERE issue_key = 'SCRUM-{}'",
            key.as_str().unwrap(),
            id.as_str().unwrap(),
            100_001 + number
        );
        world.database.tamper(sql).await;
    }
    let before = reads(&world).await;
    for issue in &ids {
        rename(&world, issue["key"].as_str().unwrap(), "One of fifty").await;
    }
    eventually("fifty summaries are new", async || {
        let tracked = maro.get(&format!("{TRACKED}?limit=20000")).await;
        let rows = tracked["items"].as_array()?.iter();
        let new = rows.filter(|row| row["summary"] == "One of fifty").count();
        (new == 50).then_some(())
    })
    .await;
    let calls = reads(&world).await - before;
    assert!((1..=20).contains(&calls), "{calls} calls");
}

async fn make(world: &World, number: usize) -> Value {
    let fields = json!({
        "project": { "key": "SCRUM" }, "issuetype": { "name": "Task" },
        "summary": format!("Number {number}"),
    });
    world.admin("jira/issue", json!({ "fields": fields })).await
}
