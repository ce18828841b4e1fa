//! mcp-atlassian, and Maro with it, killed and stopped in the middle of a create: at most one issue,
//! found again.

use std::path::Path;
use std::process::Command;

use crate::mcp_package::{LIMITS, Server, by_command, data_center, package, start, until_healthy};
use crate::support::{Database, Maro, World, eventually, on_sqlite};

on_sqlite!(
    a_child_that_is_killed_in_a_create_costs_no_issue_and_makes_no_second_one,
    a_child_that_is_stopped_in_a_create_is_given_up,
    a_server_that_is_killed_in_a_create_makes_no_second_issue,
    a_server_that_is_stopped_in_a_create_is_given_up,
    maro_that_is_killed_in_a_create_finds_the_issue_again,
);

/// How many creates have arrived at Data Center.
async fn creates(world: &World) -> u64 {
    world.requests("jira POST /rest/api/2/issue").await
}

/// Waits until the POST of a create is on its way through the child.
async fn until_posting(world: &World) {
    eventually("the create is on its way", async || {
        let posts = creates(world).await;
        (posts > 0).then_some(())
    })
    .await;
}

async fn a_child_that_is_killed_in_a_create_costs_no_issue_and_makes_no_second_one(
    database: Database,
) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, by_command(data_center(&world), &package)).await;
    until_healthy(&maro).await;
    world.fault("jira:POST:/rest/api/2/issue$:late-answer:ms=60000:times=1");
    let preview = world.draft("Killed in the middle").await;
    world.click("boris", &preview, "draft_approve").await;
    until_posting(&world).await;
    signal(&maro.children(), "KILL");
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Killed in the middle").len(), 1);
    assert_eq!(creates(&world).await, 1);
    until_healthy(&maro).await;
}

async fn a_child_that_is_stopped_in_a_create_is_given_up(database: Database) {
    let Some(package) = package() else { return };
    let lines = "[mcp]\nread_ms = 20000\nwrite_ms = 6000\n";
    let world = World::configured(database, lines).await;
    let maro = start(&world, by_command(data_center(&world), &package)).await;
    until_healthy(&maro).await;
    world.fault("jira:POST:/rest/api/2/issue$:late-answer:ms=60000:times=1");
    let preview = world.draft("Stopped in the middle").await;
    world.click("boris", &preview, "draft_approve").await;
    until_posting(&world).await;
    let children = maro.children();
    signal(&children, "STOP");
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Stopped in the middle").len(), 1);
    eventually("the stopped child is gone", async || {
        maro.children()
            .iter()
            .all(|pid| !children.contains(pid))
            .then_some(())
    })
    .await;
}

/// A Maro whose road is a server with a process of its own.
async fn over_http(database: Database, lines: &str, package: &Path) -> (World, Server, Maro) {
    let world = World::configured(database, lines).await;
    let server = Server::start(&world, package);
    let mut changes = data_center(&world);
    changes.push(("MARO_MCP_URL", server.url()));
    let maro = start(&world, changes).await;
    until_healthy(&maro).await;
    (world, server, maro)
}

async fn a_server_that_is_killed_in_a_create_makes_no_second_issue(database: Database) {
    let Some(package) = package() else { return };
    let (world, mut server, maro) = over_http(database, LIMITS, &package).await;
    world.fault("jira:POST:/rest/api/2/issue$:late-answer:ms=60000:times=1");
    let preview = world.draft("The server is killed").await;
    world.click("boris", &preview, "draft_approve").await;
    until_posting(&world).await;
    server.kill();
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("The server is killed").len(), 1);
    assert_eq!(creates(&world).await, 1);
    eventually("the server is missed", async || {
        let health = maro.get("api/v1/jira/mcp/health").await;
        (health["status"] == "down").then_some(())
    })
    .await;
}

async fn a_server_that_is_stopped_in_a_create_is_given_up(database: Database) {
    let Some(package) = package() else { return };
    let lines = "[mcp]\nread_ms = 20000\nwrite_ms = 6000\n";
    let (world, server, _maro) = over_http(database, lines, &package).await;
    world.fault("jira:POST:/rest/api/2/issue$:late-answer:ms=60000:times=1");
    let preview = world.draft("The server is stopped").await;
    world.click("boris", &preview, "draft_approve").await;
    until_posting(&world).await;
    signal(&[server.child.id()], "STOP");
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("The server is stopped").len(), 1);
    assert_eq!(creates(&world).await, 1);
}

async fn maro_that_is_killed_in_a_create_finds_the_issue_again(database: Database) {
    let Some(package) = package() else { return };
    let lines = "[mcp]\nread_ms = 20000\nwrite_ms = 6000\n";
    let world = World::configured(database, lines).await;
    let changes = by_command(data_center(&world), &package);
    let mut maro = start(&world, changes.clone()).await;
    until_healthy(&maro).await;
    world.fault("jira:POST:/rest/api/2/issue$:late-answer:ms=60000:times=1");
    let preview = world.draft("Maro is killed").await;
    world.click("boris", &preview, "draft_approve").await;
    until_posting(&world).await;
    maro.kill();
    let _again = start(&world, changes).await;
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Maro is killed").len(), 1);
    assert_eq!(creates(&world).await, 1);
}

fn signal(pids: &[u32], name: &str) {
    assert!(!pids.is_empty(), "the child runs");
    for pid in pids {
        let done = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(pid.to_string())
            .status();
        assert!(done.unwrap().success());
    }
}
