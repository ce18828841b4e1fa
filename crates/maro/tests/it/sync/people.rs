//! What people decide on both sides stands, and two sides that undo each other are paused.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::pair::{NEVER, Pair, at_rest, moves, notes};
use crate::support::{Database, World, both_databases, eventually, on_sqlite};

both_databases!(two_sides_that_undo_each_other_are_paused_until_a_person_resumes,);
on_sqlite!(
    what_jira_closes_with_another_reason_stays_as_people_said,
    an_edit_in_jira_stands_over_a_move_that_waited,
    a_step_that_asks_a_person_pauses_the_link,
);

async fn two_sides_that_undo_each_other_are_paused_until_a_person_resumes(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let mut count = 0;
    while pair.sync(&maro).await["paused_reason"].is_null() && count < 6 {
        count += 1;
        pair.set(&maro, "fixed").await;
        at_rest(&maro).await;
        if pair.status_in_jira(&world).await == "Done" {
            pair.in_jira(&world, "To Do").await;
            eventually("the defect follows, or the link pauses", async || {
                let follows = pair.shown(&maro).await["status"] == "open";
                let is_paused = pair.sync(&maro).await["paused_reason"].is_string();
                (follows || is_paused).then_some(())
            })
            .await;
        }
    }
    let paused = pair.sync(&maro).await;
    let reason = paused["paused_reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("more than 5 times in 60 minutes"),
        "{paused}"
    );
    assert!(moves(&world).await <= 5);

    let path = format!("api/v1/defects/{}/jira/resume", pair.defect);
    let is_fixed = pair.shown(&maro).await["status"] == "fixed";
    let wish = if is_fixed { "Done" } else { "To Do" };
    let (status, resumed) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{resumed}");
    assert_eq!(resumed["paused_reason"], Value::Null);
    pair.until_in_jira(&world, wish).await;
    let (status, again) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{again}");
}

async fn what_jira_closes_with_another_reason_stays_as_people_said(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "wont_fix").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    pair.until_noted(&maro, "Moved ").await;
    // Jira's resolution is Done, which would be "fixed", and this is the echo of our own move.
    let edit = json!({ "fields": { "summary": "Cut off again" } });
    world
        .admin(&format!("jira/issues/{}/edit", pair.id), edit)
        .await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    let told = notes(&pair.shown(&maro).await);
    assert!(
        !told.iter().any(|note| note == "Jira: Done (Done)"),
        "{told:?}"
    );
    assert_eq!(moves(&world).await, 1);
}

async fn an_edit_in_jira_stands_over_a_move_that_waited(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let deaf = json!({ "webhooks": false });
    world.admin("jira/settings", deaf).await;
    world.fault("jira:GET:/rest/api/3/issue/:status:status=503:times=3");
    pair.set(&maro, "fixed").await;
    pair.in_jira(&world, "In Progress").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "cancelled", "{operation}");
    assert_eq!(pair.status_in_jira(&world).await, "In Progress");
    assert_eq!(
        pair.until(&maro, "acknowledged").await["jira_status"],
        "In Progress"
    );
    assert_eq!(moves(&world).await, 0);
}

async fn a_step_that_asks_a_person_pauses_the_link(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "OPS").await;
    pair.set(&maro, "fixed").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "rejected", "{operation}");
    let state = pair.sync(&maro).await;
    let reason = state["paused_reason"].as_str().unwrap_or_default();
    assert!(reason.contains("asks for Resolution"), "{state}");
    assert_eq!(moves(&world).await, 0);
}
