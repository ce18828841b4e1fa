//! The main job through MCP servers by the token of an OAuth grant: tokens that end, grants that are
//! revoked, and servers that hang up in the middle of a create.

use serde_json::{Value, json};

use crate::support::{Database, Maro, World, eventually, on_sqlite};

const LIMITS: &str = "
[mcp]
read_ms = 6000
write_ms = 6000
";

on_sqlite!(
    the_main_job_goes_by_the_grant_through_the_first_version,
    the_main_job_goes_by_the_grant_through_the_second_version,
    the_main_job_goes_by_the_grant_through_mcp_atlassian,
    a_token_that_ends_is_renewed_in_the_middle,
    a_revoked_grant_keeps_what_was_approved_until_somebody_reconnects,
    a_server_that_hangs_up_in_a_create_makes_no_second_issue,
    a_server_that_was_never_reached_gets_the_create_later,
    a_grant_and_the_server_are_in_the_metrics,
);

/// A Maro whose only account is a person's consent, and whose road is an MCP server.
async fn connected(database: Database, profile: &str) -> (World, Maro) {
    let world = World::configured(database, LIMITS).await;
    let url = world.sandbox.mcp_url().join(profile).unwrap();
    let maro = world
        .maro_by_oauth(&[
            ("MARO_MCP_URL", url.as_str()),
            ("MARO_MCP_PROFILE", profile),
            ("MARO_MCP_AUTH", "oauth"),
        ])
        .await;
    maro.connect().await;
    until_status(&maro, "healthy").await;
    (world, maro)
}

async fn until_status(maro: &Maro, status: &str) -> Value {
    eventually(&format!("the MCP server is {status}"), async || {
        let health = maro.get("api/v1/jira/mcp/health").await;
        (health["status"] == status).then_some(health)
    })
    .await
}

async fn approve(world: &World, title: &str) {
    let preview = world.draft(title).await;
    world.click("boris", &preview, "draft_approve").await;
}

/// Draft, preview, approve, one issue, made by the person who consented.
async fn main_job(database: Database, profile: &str) {
    let (world, _maro) = connected(database, profile).await;
    approve(&world, "Checkout fails").await;
    let said = world.until_said("Ticket created:").await;
    assert!(said.ends_with('>'), "nothing was lost on the way: {said}");
    let site = world.sandbox.jira_url();
    assert!(said.contains(site.as_str()), "the site's address: {said}");
    assert_one(&world, "Checkout fails").await;
}

async fn assert_one(world: &World, title: &str) {
    let seen = world.look().await;
    let issues = seen.issues(title);
    assert_eq!(issues.len(), 1, "{title}");
    assert!(issues[0]["labels"].to_string().contains("maro-"));
    assert_eq!(world.create_requests().await, 1, "{title}");
}

async fn the_main_job_goes_by_the_grant_through_the_first_version(database: Database) {
    main_job(database, "rovo-v1").await;
}

async fn the_main_job_goes_by_the_grant_through_the_second_version(database: Database) {
    main_job(database, "rovo-v2").await;
}

async fn the_main_job_goes_by_the_grant_through_mcp_atlassian(database: Database) {
    let (world, _maro) = connected(database, "sooperset").await;
    approve(&world, "By the cloud id").await;
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("By the cloud id").len(), 1);
}

async fn a_token_that_ends_is_renewed_in_the_middle(database: Database) {
    let (world, maro) = connected(database, "rovo-v2").await;
    let preview = world.draft("A token ends").await;
    let before = world.token_requests("refreshed").await;
    world.admin("atlassian/expire", json!({})).await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
    assert_one(&world, "A token ends").await;
    assert_eq!(world.token_requests("refreshed").await, before + 1);
    assert_eq!(maro.oauth_status().await["status"], "connected");
}

async fn a_revoked_grant_keeps_what_was_approved_until_somebody_reconnects(database: Database) {
    let (world, maro) = connected(database, "rovo-v1").await;
    let preview = world.draft("A revoked grant").await;
    world.admin("atlassian/revoke", json!({})).await;
    world.click("boris", &preview, "draft_approve").await;
    eventually("the operation waits and says why", async || {
        let list = maro.get("api/v1/operations").await;
        let operation = list["items"].as_array()?.first()?.to_string();
        operation
            .contains("Your Jira connection expired")
            .then_some(())
    })
    .await;
    assert_eq!(world.create_requests().await, 0);
    maro.connect().await;
    world.until_said("Ticket created:").await;
    assert_one(&world, "A revoked grant").await;
}

async fn a_server_that_hangs_up_in_a_create_makes_no_second_issue(database: Database) {
    let (world, maro) = connected(database, "rovo-v1").await;
    for (number, fault) in (1..).zip(["drop-after", "cut-off"]) {
        let preview = world.draft(fault).await;
        world.fault(&format!("mcp:POST:rovo-v1:{fault}:times=1"));
        world.click("boris", &preview, "draft_approve").await;
        world.until_card(&preview, "Created: ").await;
        assert_eq!(world.look().await.issues(fault).len(), 1, "{fault}");
        assert_eq!(world.create_requests().await, number, "{fault}");
        until_status(&maro, "healthy").await;
    }
}

async fn a_server_that_was_never_reached_gets_the_create_later(database: Database) {
    let (world, maro) = connected(database, "rovo-v2").await;
    let preview = world.draft("Away at first").await;
    world.fault("mcp:POST:rovo-v2:status:status=429:retry-after=1:times=2");
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
    assert_one(&world, "Away at first").await;
    until_status(&maro, "healthy").await;
}

async fn a_grant_and_the_server_are_in_the_metrics(database: Database) {
    let (world, maro) = connected(database, "rovo-v2").await;
    approve(&world, "Counted").await;
    world.until_said("Ticket created:").await;
    let lines = metrics(&world, &maro).await;
    let value = |series: &str| {
        let line = lines.lines().find_map(|line| line.strip_prefix(series));
        let value: f64 = line
            .unwrap_or_else(|| panic!("{series} in {lines}"))
            .trim()
            .parse()
            .unwrap();
        value
    };
    let create = r#"{method="create issue",status="success"}"#;
    assert!(value(&format!("jira_mcp_requests_total{create}")) >= 1.0);
    assert!(value(r#"jira_mcp_request_duration_seconds_count{method="create issue"}"#) >= 1.0);
    assert!(value("jira_mcp_connection_status") > 0.5);
    let day = 86_400.0;
    let grant = value(r#"jira_oauth_token_expiry_seconds{token="grant"}"#);
    assert!(grant > 80.0 * day && grant < 91.0 * day, "{grant}");
    assert!(value(r#"jira_oauth_token_expiry_seconds{token="access"}"#) > 60.0);

    world.admin("atlassian/revoke", json!({})).await;
    world.admin("atlassian/expire", json!({})).await;
    approve(&world, "Not any more").await;
    eventually("the end of the grant shows", async || {
        let lines = metrics(&world, &maro).await;
        let ended = r#"jira_oauth_token_expiry_seconds{token="grant"} 0"#;
        lines.contains(ended).then_some(())
    })
    .await;
}

async fn metrics(world: &World, maro: &Maro) -> String {
    let url = maro.url.join("metrics").unwrap();
    let response = world.http.get(url).send().await.unwrap();
    response.text().await.unwrap()
}
