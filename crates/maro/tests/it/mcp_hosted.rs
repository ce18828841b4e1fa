//! The main job through Atlassian's hosted MCP server, both versions, and what such servers get wrong.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, eventually, on_sqlite};

const LIMITS: &str = "
[mcp]
read_ms = 10000
write_ms = 10000
";

on_sqlite!(
    the_main_job_goes_through_the_first_version,
    the_main_job_goes_through_the_second_version,
    a_lost_field_is_told_with_the_ticket,
    a_failure_after_the_create_makes_no_second_issue,
    an_answer_that_nobody_can_read_makes_no_second_issue,
    a_server_that_creates_twice_is_found_out,
    a_limit_and_a_lost_session_only_cost_time,
    a_missing_tool_shows_in_health_and_sends_nothing,
);

async fn start(world: &World, profile: &str) -> Maro {
    let options = &world.options;
    let account = format!("{}:{}", options.jira_username, options.jira_api_token);
    let basic = format!("Basic {}", BASE64.encode(account.as_bytes()));
    let url = world.sandbox.url().join(&format!("mcp/{profile}")).unwrap();
    world
        .maro_with(&[
            ("MARO_MCP_URL", url.as_str()),
            ("MARO_MCP_PROFILE", profile),
            ("MARO_MCP_AUTHORIZATION", &basic),
        ])
        .await
}

async fn until_status(maro: &Maro, status: &str) -> Value {
    eventually(&format!("the MCP server is {status}"), async || {
        let health = maro.get("api/v1/jira/mcp/health").await;
        (health["status"] == status).then_some(health)
    })
    .await
}

async fn quirk(world: &World, quirk: Value) {
    world.admin("mcp/quirks", quirk).await;
}

/// Draft, preview, approve.
async fn approve(world: &World, title: &str) {
    let preview = world.draft(title).await;
    world.click("boris", &preview, "draft_approve").await;
}

/// Waits until so many operations are confirmed.
async fn until_confirmed(maro: &Maro, number: u64) {
    eventually(&format!("{number} operations are confirmed"), async || {
        let list = maro.get("api/v1/operations?state=confirmed").await;
        let confirmed = list["items"].as_array()?.len();
        (confirmed as u64 == number).then_some(())
    })
    .await;
}

async fn main_job(database: Database, profile: &str) {
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, profile).await;
    until_status(&maro, "healthy").await;
    approve(&world, "Checkout fails").await;
    let said = world.until_said("Ticket created:").await;
    assert!(said.ends_with('>'), "nothing was lost on the way: {said}");
    let seen = world.look().await;
    let issues = seen.issues("Checkout fails");
    assert_eq!(issues.len(), 1);
    assert!(issues[0]["labels"].to_string().contains("maro-"));
    assert_eq!(world.create_requests().await, 1);
}

async fn the_main_job_goes_through_the_first_version(database: Database) {
    main_job(database, "rovo-v1").await;
}

async fn the_main_job_goes_through_the_second_version(database: Database) {
    main_job(database, "rovo-v2").await;
}

async fn a_lost_field_is_told_with_the_ticket(database: Database) {
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, "rovo-v1").await;
    until_status(&maro, "healthy").await;
    let lost = json!({"tool": "createJiraIssue", "quirk": "drop_fields", "fields": ["labels"]});
    quirk(&world, lost).await;
    approve(&world, "Loses its labels").await;
    let said = world.until_said("Ticket created:").await;
    assert!(said.contains("did not arrive in Jira"), "{said}");
}

async fn a_failure_after_the_create_makes_no_second_issue(database: Database) {
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, "rovo-v1").await;
    until_status(&maro, "healthy").await;
    quirk(
        &world,
        json!({"tool": "createJiraIssue", "quirk": "follow_up_fails", "times": 1}),
    )
    .await;
    approve(&world, "Reported as failed").await;
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Reported as failed").len(), 1);
    assert_eq!(world.create_requests().await, 1);
}

async fn an_answer_that_nobody_can_read_makes_no_second_issue(database: Database) {
    let world = World::configured(database, "[mcp]\nread_ms = 3000\nwrite_ms = 3000\n").await;
    let maro = start(&world, "rovo-v1").await;
    until_status(&maro, "healthy").await;
    let cases = [("Not JSON", "not_json"), ("No answer", "hang_after")];
    for (number, (title, kind)) in (1..).zip(cases) {
        quirk(
            &world,
            json!({"tool": "createJiraIssue", "quirk": kind, "times": 1}),
        )
        .await;
        approve(&world, title).await;
        until_confirmed(&maro, number).await;
        assert_eq!(world.look().await.issues(title).len(), 1);
        assert_eq!(world.create_requests().await, number, "{title}");
    }
}

async fn a_server_that_creates_twice_is_found_out(database: Database) {
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, "rovo-v1").await;
    until_status(&maro, "healthy").await;
    quirk(
        &world,
        json!({"tool": "createJiraIssue", "quirk": "double", "times": 1}),
    )
    .await;
    approve(&world, "Made twice").await;
    let operation = maro.until_operation("duplicate").await;
    assert!(
        operation["error"].to_string().contains("Jira has 2 issues"),
        "{operation}"
    );
    assert_eq!(world.look().await.issues("Made twice").len(), 2);
}

async fn a_limit_and_a_lost_session_only_cost_time(database: Database) {
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, "rovo-v1").await;
    until_status(&maro, "healthy").await;
    let limit = json!({"tool": "createJiraIssue", "quirk": "status", "status": 429, "retry_after": "1", "times": 1});
    quirk(&world, limit).await;
    approve(&world, "Limited at first").await;
    world.until_said("Ticket created:").await;
    world.admin("mcp/forget-sessions", json!({})).await;
    approve(&world, "After a restart").await;
    eventually("the second ticket is there", async || {
        (world.look().await.issues("After a restart").len() == 1).then_some(())
    })
    .await;
    assert_eq!(world.create_requests().await, 2);
}

async fn a_missing_tool_shows_in_health_and_sends_nothing(database: Database) {
    let world = World::configured(database, LIMITS).await;
    world
        .admin(
            "mcp/settings",
            json!({"missing_tools": ["createJiraIssue"]}),
        )
        .await;
    let maro = start(&world, "rovo-v1").await;
    eventually("the missing tool is named", async || {
        let health = until_status(&maro, "degraded").await;
        let reason = health["reason"].as_str()?;
        reason
            .contains("createJiraIssue is missing (scope?)")
            .then_some(())
    })
    .await;
    approve(&world, "Nobody can create").await;
    let waiting = world.until_said("The ticket is not created yet:").await;
    assert!(waiting.contains("cannot create issues"), "{waiting}");
    assert_eq!(world.create_requests().await, 0);
}
