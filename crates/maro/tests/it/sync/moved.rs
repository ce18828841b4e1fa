//! Issues that move to another project or are deleted.

use serde_json::json;

use super::pair::{NEVER, Pair, at_rest, moves};
use crate::support::{Database, World, on_sqlite};

on_sqlite!(an_issue_that_moves_stays_linked_and_one_that_is_deleted_is_gone,);

async fn an_issue_that_moves_stays_linked_and_one_that_is_deleted_is_gone(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let path = format!("jira/issues/{}/move", pair.id);
    let moved = world.admin(&path, json!({ "to": "NOLAB" })).await;
    let key = moved["key"].as_str().unwrap();
    pair.until_noted(&maro, &format!("is {key} now")).await;
    assert_eq!(pair.shown(&maro).await["jira_issue_key"], key);
    pair.in_jira(&world, "Done").await;
    pair.until(&maro, "fixed").await;

    world.delete_issue(&pair.id).await;
    pair.until_noted(&maro, "was deleted in Jira").await;
    pair.set(&maro, "open").await;
    at_rest(&maro).await;
    assert_eq!(moves(&world).await, 0);
}
