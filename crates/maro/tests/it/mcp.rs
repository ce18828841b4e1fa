//! The main job through mcp-atlassian, the real package: over stdio and HTTP, to Data Center and
//! Cloud; and a child that is killed or stopped in the middle of a create.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use maro_sandbox::FaultRule;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, eventually, on_sqlite};

/// Long enough for a Python process to work on a busy machine.
const LIMITS: &str = "
[mcp]
read_ms = 20000
write_ms = 20000
";

on_sqlite!(
    the_main_job_goes_through_a_child_to_data_center,
    the_main_job_goes_through_a_child_to_cloud,
    the_main_job_goes_over_http,
    a_child_that_is_killed_in_a_create_costs_no_issue_and_makes_no_second_one,
    a_child_that_is_stopped_in_a_create_is_given_up,
    a_refusal_is_told_in_jiras_words,
);

/// The package, where `cargo xtask test` has installed it.
fn package() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/.venv-mcp/bin/mcp-atlassian");
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED: mcp-atlassian is not installed; `cargo xtask test` does");
    None
}

/// What Data Center is reached with.
fn data_center(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("JIRA_URL", world.sandbox.data_center_url().to_string()),
        (
            "JIRA_PERSONAL_TOKEN",
            world.options.jira_personal_token.clone(),
        ),
        ("JIRA_USERNAME", String::new()),
        ("JIRA_API_TOKEN", String::new()),
    ]
}

/// What Cloud is reached with: the package takes a site for Cloud by its name alone, so the name is
/// one of Atlassian's and the sandbox is the proxy.
fn cloud(world: &World) -> Vec<(&'static str, String)> {
    vec![
        ("JIRA_URL", "http://sandbox.atlassian.net".into()),
        ("HTTP_PROXY", world.sandbox.url().to_string()),
        ("http_proxy", world.sandbox.url().to_string()),
        ("NO_PROXY", "127.0.0.1".into()),
    ]
}

async fn start(world: &World, mut changes: Vec<(&'static str, String)>) -> Maro {
    let path = std::env::var_os("PATH").unwrap_or_default();
    changes.push(("PATH", path.to_string_lossy().into_owned()));
    let changes: Vec<(&str, &str)> = changes.iter().map(|(n, v)| (*n, v.as_str())).collect();
    world.maro_with(&changes).await
}

fn by_command(
    mut changes: Vec<(&'static str, String)>,
    package: &std::path::Path,
) -> Vec<(&'static str, String)> {
    changes.push(("MARO_MCP_COMMAND", format!("'{}'", package.display())));
    changes
}

async fn until_healthy(maro: &Maro) -> Value {
    eventually("the MCP server is healthy", async || {
        let health = maro.get("api/v1/jira/mcp/health").await;
        (health["status"] == "healthy").then_some(health)
    })
    .await
}

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
    changes.push((
        "MARO_MCP_URL",
        format!("http://127.0.0.1:{}/mcp", server.port),
    ));
    let maro = start(&world, changes).await;
    main_job(&world, &maro).await;
}

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

/// mcp-atlassian as a server of its own, with credentials of its own.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(world: &World, package: &std::path::Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = Command::new(package)
            .args(["--transport", "streamable-http", "--host", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .env("JIRA_URL", world.sandbox.data_center_url().as_str())
            .env("JIRA_PERSONAL_TOKEN", &world.options.jira_personal_token)
            .env("ALLOW_GLOBAL_CRED_FALLBACK", "true")
            .env("FASTMCP_CHECK_FOR_UPDATES", "off")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
