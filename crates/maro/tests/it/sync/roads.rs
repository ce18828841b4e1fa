//! The same by other roads: through a server in between, by polling alone, on Data Center.

use data_encoding::BASE64;
use serde_json::json;

use super::pair::{NEVER, Pair, at_rest, moves};
use crate::support::{Database, World, on_sqlite};

on_sqlite!(
    a_server_in_between_moves_issues_too,
    polling_alone_keeps_them_in_step,
    data_center_is_kept_in_step_too,
);

async fn a_server_in_between_moves_issues_too(database: Database) {
    let world = World::polling(database, NEVER).await;
    let options = &world.options;
    let account = format!("{}:{}", options.jira_username, options.jira_api_token);
    let basic = format!("Basic {}", BASE64.encode(account.as_bytes()));
    let url = world.sandbox.url().join("mcp/rovo-v2").unwrap();
    let changes = [
        ("MARO_MCP_URL", url.as_str()),
        ("MARO_MCP_PROFILE", "rovo-v2"),
        ("MARO_MCP_AUTHORIZATION", &basic),
    ];
    let maro = world.maro_with(&changes).await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(moves(&world).await, 1, "the server takes the step for us");
}

async fn polling_alone_keeps_them_in_step(database: Database) {
    let world = World::polling(database, 400).await;
    world
        .admin("jira/settings", json!({ "admin_webhook": false }))
        .await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.in_jira(&world, "Done").await;
    pair.until(&maro, "fixed").await;
    pair.set(&maro, "open").await;
    pair.until_in_jira(&world, "To Do").await;
    assert_eq!(moves(&world).await, 1);
}

async fn data_center_is_kept_in_step_too(database: Database) {
    let world = World::polling(database, 400).await;
    world
        .admin("jira/settings", json!({ "admin_webhook": false }))
        .await;
    let url = world.sandbox.data_center_url().to_string();
    let changes = [
        ("JIRA_URL", url.as_str()),
        ("JIRA_USERNAME", ""),
        ("JIRA_API_TOKEN", ""),
        ("JIRA_PERSONAL_TOKEN", &world.options.jira_personal_token),
    ];
    let maro = world.maro_with(&changes).await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    pair.in_jira(&world, "To Do").await;
    pair.until(&maro, "open").await;
}
