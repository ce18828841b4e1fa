//! Answers that are lost, news that come late, an absent Jira, and a process that dies.

use reqwest::Method;
use serde_json::json;

use super::pair::{NEVER, Pair, at_rest, moves};
use crate::support::{Database, World, both_databases, on_sqlite, signed_jira};

both_databases!(a_lost_answer_is_looked_for_and_the_issue_is_moved_once,);
on_sqlite!(
    news_that_come_twice_late_and_in_any_order_change_nothing,
    a_move_is_made_after_jira_was_away,
    each_death_of_the_process_ends_in_one_move,
);

async fn a_lost_answer_is_looked_for_and_the_issue_is_moved_once(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    world.fault("jira:POST:/transitions$:drop-after:times=1");
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "confirmed", "{operation}");
    assert_eq!(moves(&world).await, 1);

    world.fault("jira:POST:/transitions$:drop-before:times=1");
    pair.set(&maro, "open").await;
    pair.until_in_jira(&world, "To Do").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(pair.shown(&maro).await["status"], "open");
}

async fn news_that_come_twice_late_and_in_any_order_change_nothing(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let faults = json!({ "webhook_copies": 3, "webhook_reorder": true });
    world.admin("jira/settings", faults).await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    let calm = json!({ "webhook_copies": 1, "webhook_reorder": false });
    world.admin("jira/settings", calm).await;
    let late = json!({
        "timestamp": 1_000_000_000_000_i64, "webhookEvent": "jira:issue_updated",
        "issue": { "id": pair.id, "key": pair.key, "fields": { "status": { "name": "To Do" } } },
    });
    for name in ["late", "later"] {
        signed_jira(&world, &maro, name, &late.to_string()).await;
    }
    pair.in_jira(&world, "In Progress").await;
    let defect = pair.until(&maro, "acknowledged").await;
    assert_eq!(moves(&world).await, 1);
    let statuses: Vec<&str> = defect["history"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .filter_map(|event| event["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        ["open", "fixed", "fixed", "acknowledged"],
        "{defect}"
    );
}

async fn a_move_is_made_after_jira_was_away(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    world.fault("jira:*:/rest/api/3/issue/:status:status=503:times=6");
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(pair.shown(&maro).await["status"], "fixed");
}

async fn each_death_of_the_process_ends_in_one_move(database: Database) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::polling(database, NEVER).await;
    let mut maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let mut status = "fixed";
    // Looking needs an outcome that is not clear.
    for point in &maro_app::failpoints::MOVE_PATH {
        maro.kill();
        let doomed = format!("{point}=return");
        maro = world.maro_with(&[("FAILPOINTS", &doomed)]).await;
        if point.ends_with("look") {
            world.fault("jira:POST:/transitions$:drop-after:times=1");
        }
        // It may die before it answers, but not before it has stored the status.
        let path = format!("api/v1/defects/{}/status", pair.defect);
        let request = maro.request(Method::POST, &path);
        let _ = request.json(&json!({ "status": status })).send().await;
        maro.until_killed(point).await;
        maro = world.maro().await;
        let place = if status == "fixed" { "Done" } else { "To Do" };
        pair.until_in_jira(&world, place).await;
        let operation = at_rest(&maro).await;
        assert_eq!(operation["state"], "confirmed", "{point}: {operation}");
        assert_eq!(pair.shown(&maro).await["status"], status, "{point}");
        // Every death counts as a change of its own.
        world
            .database
            .tamper("UPDATE finding_links SET flips = 0")
            .await;
        status = if status == "fixed" { "open" } else { "fixed" };
    }
}
