//! The main job through mcp-atlassian, the real package: over stdio and HTTP, to Data Center and
//! Cloud; and what `maro doctor` says of it.

use maro_sandbox::FaultRule;
use serde_json::json;

use crate::mcp_package::{
    LIMITS, Server, by_command, cloud, data_center, package, start, until_healthy,
};
use crate::support::{Database, Maro, World, command, on_sqlite};

on_sqlite!(
    the_main_job_goes_through_a_child_to_data_center,
    the_main_job_goes_through_a_child_to_cloud,
    the_main_job_goes_over_http,
    the_doctor_tells_what_the_program_can_and_why_it_cannot,
    a_refusal_is_told_in_jiras_words,
);

/// Draft, preview, approve, one issue with everything in it.
async fn main_job(world: &World, maro: &Maro) {
    let health = until_healthy(maro).await;
    assert!(
        health["lastCheck"].is_string() && health["latency"].is_number(),
        "{health}"
    );
    let preview = world.draft("Checkout fails on Safari").await;
    world.click("boris", &preview, "draft_approve").await;
    let said = world.until_said("Ticket created:").await;
    let seen = world.look().await;
    let issues = seen.issues("Checkout fails on Safari");
    assert_eq!(issues.len(), 1);
    let key = issues[0]["key"].as_str().unwrap();
    assert!(said.contains(&format!("/browse/{key}|{key}>")), "{said}");
    assert!(said.ends_with('>'), "nothing was lost on the way: {said}");
    let labels = issues[0]["labels"].to_string();
    assert!(labels.contains("maro-"), "{labels}");
}

async fn the_main_job_goes_through_a_child_to_data_center(database: Database) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, by_command(data_center(&world), &package)).await;
    main_job(&world, &maro).await;
}

async fn the_main_job_goes_through_a_child_to_cloud(database: Database) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, by_command(cloud(&world), &package)).await;
    main_job(&world, &maro).await;
}

async fn the_main_job_goes_over_http(database: Database) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let server = Server::start(&world, &package);
    let mut changes = data_center(&world);
    changes.push(("MARO_MCP_URL", server.url()));
    let maro = start(&world, changes).await;
    main_job(&world, &maro).await;
}

/// What `maro doctor` prints, and whether it is content.
async fn doctor(world: &World, changes: &[(&str, &str)]) -> (bool, String) {
    let mut command = command(&world.environment_with(changes));
    let run = tokio::task::spawn_blocking(move || command.arg("doctor").output().unwrap());
    let run = run.await.unwrap();
    (run.status.success(), String::from_utf8(run.stdout).unwrap())
}

async fn the_doctor_tells_what_the_program_can_and_why_it_cannot(database: Database) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = path.to_string_lossy();
    let works = format!("'{}'", package.display());
    let read_only = format!("env READ_ONLY_MODE=true {works}");
    let cases = [
        (
            works.as_str(),
            "ok    mcp: mcp-atlassian is connected after",
            "every tool is there and takes what Maro gives",
        ),
        (
            &read_only,
            "FAIL  mcp: cannot create issues: the tool jira_create_issue is missing (scope?)",
            "note  mcp: cannot comment on issues",
        ),
        (
            "sh -c 'echo no such module >&2'",
            "FAIL  mcp: the MCP server is not connected",
            "note  mcp: its program wrote: no such module",
        ),
        ("no-such-program", "FAIL  mcp: ", "could not be started"),
    ];
    let mut account: Vec<(&str, String)> = data_center(&world);
    account.push((
        "CONFLUENCE_URL",
        account[0].1.replace("/dc/jira", "/dc/confluence"),
    ));
    account.push(("CONFLUENCE_PERSONAL_TOKEN", account[1].1.clone()));
    // There is a database, so what people saved in it would count.
    drop(world.maro().await);
    for (line, first, second) in cases {
        let mut changes: Vec<(&str, &str)> =
            account.iter().map(|(n, v)| (*n, v.as_str())).collect();
        changes.extend([("PATH", &*path), ("MARO_MCP_COMMAND", line)]);
        let (content, said) = doctor(&world, &changes).await;
        assert!(
            said.contains(first) && said.contains(second),
            "{line}: {said}"
        );
        assert!(!content || first.starts_with("ok"), "{line}: {said}");
        assert!(!said.contains(&world.options.jira_personal_token), "{said}");
    }
}

async fn a_refusal_is_told_in_jiras_words(database: Database) {
    let Some(package) = package() else { return };
    let world = World::configured(database, LIMITS).await;
    let maro = start(&world, by_command(data_center(&world), &package)).await;
    until_healthy(&maro).await;
    let body =
        json!({"errorMessages": [], "errors": {"priority": "The priority selected is invalid."}});
    let rule = json!({"target": "jira", "method": "POST", "path": "/rest/api/2/issue$",
        "action": "status", "status": 400, "body": body.to_string()});
    world.sandbox.add_fault(FaultRule::from_json(rule).unwrap());
    let preview = world.draft("Refused").await;
    world.click("boris", &preview, "draft_approve").await;
    let told = world.until_said("Could not create").await;
    assert!(told.contains("The priority selected is invalid."), "{told}");
    assert_eq!(world.look().await.issues("Refused").len(), 0);
}
