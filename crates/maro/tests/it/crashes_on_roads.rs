//! `kill -9` in the middle of a create over the OAuth gateway and to Data Center: what holds with an
//! API token holds there.

use crate::crashes::{LEDGER, drafted, judge, recover, title};
use crate::support::{Database, Road, World, kills, on_sqlite};

/// Where the way of a create differs between roads: around the bytes that leave.
const FAILPOINTS: [&str; 3] = [
    "send.before_write",
    "send.after_answer",
    "search.after_read",
];

on_sqlite!(
    a_create_over_the_gateway_survives,
    a_create_on_data_center_survives,
);

async fn a_create_over_the_gateway_survives(database: Database) {
    killed_and_gone_on(database, Road::Gateway).await;
}

async fn a_create_on_data_center_survives(database: Database) {
    killed_and_gone_on(database, Road::DataCenter).await;
}

async fn killed_and_gone_on(database: Database, road: Road) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::with_file(database, LEDGER).await;
    let webhooks = serde_json::json!({ "webhooks": false });
    world.admin("jira/settings", webhooks).await;
    let mut maro = world.maro_on(road, &[]).await;
    let failpoints = std::iter::repeat_n(FAILPOINTS, kills(1)).flatten();
    for (round, failpoint) in failpoints.enumerate() {
        let (session, preview) = drafted(&world, &maro, round).await;
        maro.until_outbox_is_empty().await;
        maro.kill();
        if failpoint.starts_with("search.") {
            world.fault(&format!("jira:POST:{}$:drop-after:times=1", road.create()));
        }
        let dies = format!("{failpoint}=return");
        let mut doomed = world.maro_on(road, &[("FAILPOINTS", &dies)]).await;
        world.click("amira", &preview, "draft_approve").await;
        doomed.until_killed(failpoint).await;
        maro = world.maro_on(road, &[]).await;
        recover(&world, &maro, &session, &preview).await;
        maro.until_outbox_is_empty().await;
        judge(&world, &maro, &session, &title(round)).await;
    }
}
