//! Connections that are configured while Maro runs, the keys that seal them, and where no secret is.

use std::path::{Path, PathBuf};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, command, eventually, on_sqlite};

on_sqlite!(
    the_main_job_needs_no_environment,
    another_site_is_no_evidence,
    the_key_rotates_while_maro_runs,
    what_was_typed_is_nowhere_to_be_read,
);
both_databases!(a_configuration_counts_in_every_instance);

/// No Slack and no Jira; the sandbox may be typed.
fn nothing_set(world: &World) -> Vec<(&'static str, String)> {
    let sandbox = world.sandbox.url();
    let host = format!(
        "{}:{}",
        sandbox.host_str().unwrap(),
        sandbox.port().unwrap()
    );
    let cleared = [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "JIRA_URL",
        "JIRA_USERNAME",
        "JIRA_API_TOKEN",
        "JIRA_DEFAULT_PROJECT",
        "JIRA_WEBHOOK_SECRET",
    ];
    let mut changes = vec![("MARO_ALLOWED_HOSTS", host)];
    changes.extend(cleared.map(|name| (name, String::new())));
    changes
}

async fn start(world: &World, more: &[(&'static str, &str)]) -> Maro {
    let changes = nothing_set(world);
    let mut changes: Vec<(&str, &str)> = changes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    changes.extend(more);
    world.maro_with(&changes).await
}

fn slack(world: &World) -> Value {
    json!({
        "bot_token": world.options.slack_bot_token,
        "signing_secret": world.options.slack_signing_secret,
    })
}

fn jira(world: &World) -> Value {
    json!({
        "url": world.sandbox.jira_url(),
        "username": world.options.jira_username,
        "api_token": world.options.jira_api_token,
        "default_project": "SCRUM",
        "webhook_secret": world.options.jira_webhook_secret,
    })
}

async fn configure(maro: &Maro, name: &str, config: &Value) -> Value {
    let path = format!("api/v1/integrations/{name}/config");
    let request = maro.request(Method::PUT, &path);
    let response = request.json(&json!({ "config": config })).send().await;
    let response = response.unwrap();
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{name}: {answer}");
    answer
}

async fn tried_out(maro: &Maro, name: &str) -> Value {
    let path = format!("api/v1/integrations/{name}/test");
    let (status, answer) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn the_main_job_needs_no_environment(database: Database) {
    let world = World::new(database).await;
    let maro = start(&world, &[]).await;
    assert_eq!(tried_out(&maro, "jira").await["ok"], false);
    configure(&maro, "slack", &slack(&world)).await;
    configure(&maro, "jira", &jira(&world)).await;
    for name in ["slack", "jira"] {
        let found = tried_out(&maro, name).await;
        assert_eq!(found["ok"], true, "{found}");
    }

    let preview = world.draft("Typed, not set").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
    assert_eq!(world.look().await.issues("Typed, not set").len(), 1);
}

/// A search of another site that does not find the issue says nothing about the one it went to.
async fn another_site_is_no_evidence(database: Database) {
    let world = World::new(database).await;
    let other = World::new(Database::sqlite()).await;
    let elsewhere = other.sandbox.url();
    let host = format!(
        "{}:{}",
        elsewhere.host_str().unwrap(),
        elsewhere.port().unwrap()
    );
    let maro = world.maro_with(&[("MARO_ALLOWED_HOSTS", &host)]).await;
    world.fault("jira:POST:/rest/api/3/issue$:drop-before:times=1");
    let preview = world.draft("Sent to the first site").await;
    world.click("boris", &preview, "draft_approve").await;
    maro.until_operation("needs_human").await;

    configure(&maro, "jira", &jira(&other)).await;
    let asked = maro.until_operation("needs_human").await;
    let path = format!("api/v1/operations/{}", asked["id"].as_str().unwrap());
    eventually("the operation says why nothing was found", async || {
        let said = maro.get(&path).await.to_string();
        said.contains("no longer connected to").then_some(())
    })
    .await;
    assert_eq!(other.create_requests().await, 0, "it is not sent there");
}

async fn a_configuration_counts_in_every_instance(database: Database) {
    let world = World::new(database).await;
    let first = start(&world, &[]).await;
    if let Database::Sqlite(_) = world.database {
        // One instance: it counts at once, and after the next start.
        configure(&first, "jira", &jira(&world)).await;
        drop(first);
        let again = start(&world, &[]).await;
        assert_eq!(tried_out(&again, "jira").await["ok"], true);
        return;
    }
    let second = start(&world, &[]).await;
    configure(&first, "jira", &jira(&world)).await;
    let ok = async |wanted: bool| {
        eventually(
            &format!("the second instance finds it {wanted}"),
            async || (tried_out(&second, "jira").await["ok"] == wanted).then_some(()),
        )
        .await;
    };
    ok(true).await;
    let request = first.request(Method::DELETE, "api/v1/integrations/jira/config");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    ok(false).await;
}

async fn the_key_rotates_while_maro_runs(database: Database) {
    let world = World::new(database).await;
    let in_file = [("MARO_SECRET_KEY", "")];
    let mut maro = start(&world, &in_file).await;
    configure(&maro, "jira", &jira(&world)).await;
    let keys = world.folder().join("data/secret.key");
    let before = std::fs::read_to_string(&keys).unwrap();

    let environment = world.environment_with(&in_file);
    let rotate = || {
        let output = command(&environment).args(["admin", "rotate-key"]).output();
        let output = output.unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("2 values are sealed"), "{said}");
    };
    tokio::task::block_in_place(rotate);
    let after = std::fs::read_to_string(&keys).unwrap();
    assert!(
        after.trim_end().ends_with(before.trim()),
        "the first key stays last"
    );
    assert_eq!(after.lines().count(), 2);

    // The running server takes up the new key with the next change, and at the next start.
    configure(
        &maro,
        "jira",
        &json!({ "url": world.sandbox.jira_url(), "username": world.options.jira_username }),
    )
    .await;
    assert_eq!(tried_out(&maro, "jira").await["ok"], true);
    maro.kill();
    let maro = start(&world, &in_file).await;
    assert_eq!(tried_out(&maro, "jira").await["ok"], true);
    let actions = maro.audited().await;
    assert!(
        actions
            .iter()
            .any(|entry| entry["action"] == "keys.rotated")
    );
}

async fn what_was_typed_is_nowhere_to_be_read(database: Database) {
    let world = World::new(database).await;
    let more = [
        ("RUST_LOG", "trace"),
        ("MARO_ADMIN_EMAIL", "ada@example.com"),
        ("MARO_ADMIN_PASSWORD", "correct horse battery"),
    ];
    let maro = start(&world, &more).await;
    let typed = [
        ("slack", slack(&world)),
        ("jira", jira(&world)),
        (
            "confluence",
            json!({ "url": "https://8.8.8.8/wiki", "username": "a@example.com", "api_token": "planted-confluence-token" }),
        ),
        (
            "mcp",
            json!({ "url": world.sandbox.url().join("mcp/rovo-v1").unwrap(), "profile": "rovo-v1", "authorization": "Bearer planted-mcp-token", "use_for_jira": false }),
        ),
        (
            "slack",
            json!({ "client_id": "1.2", "client_secret": "planted-client-secret", "webhook_url": "https://hooks.slack.com/services/planted/webhook" }),
        ),
    ];
    let mut answers = Vec::new();
    for (name, config) in &typed {
        answers.push(configure(&maro, name, config).await.to_string());
    }
    for name in ["slack", "jira", "mcp"] {
        answers.push(tried_out(&maro, name).await.to_string());
    }
    let wrong = json!({ "config": { "url": world.sandbox.jira_url(), "username": "x", "api_token": "planted-wrong-token" } });
    answers.push(
        maro.post("api/v1/integrations/jira/test", &wrong)
            .await
            .1
            .to_string(),
    );
    let preview = world.draft("Nothing leaks").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
    for name in ["slack", "jira", "confluence", "mcp"] {
        let path = format!("api/v1/integrations/{name}/config");
        answers.push(maro.get(&path).await.to_string());
    }
    for path in [
        "audit",
        "outbox",
        "operations",
        "integrations/health",
        "integrations/logs",
    ] {
        answers.push(maro.get(&format!("api/v1/{path}")).await.to_string());
    }
    answers.extend(pages(&world, &maro).await);

    let secrets = secrets(&typed);
    assert!(secrets.len() >= 8, "{}", secrets.len());
    let files = files_of(&world);
    for secret in secrets.iter().chain(&["planted-wrong-token".to_owned()]) {
        let bare = secret.trim_start_matches("Bearer ");
        assert!(!maro.log().contains(bare), "{bare} is in the log");
        let told = answers.iter().find(|answer| answer.contains(bare));
        assert!(told.is_none(), "{bare} is in {told:?}");
        for file in &files {
            let bytes = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
            assert!(!bytes.contains(bare), "{bare} is in {}", file.display());
        }
    }
}

/// What was typed into fields that hold secrets.
fn secrets(typed: &[(&str, Value)]) -> Vec<String> {
    let is_secret = |name: &str| {
        ["token", "secret", "authorization", "webhook_url"]
            .iter()
            .any(|part| name.contains(part))
    };
    let fields = typed
        .iter()
        .flat_map(|(_, config)| config.as_object().unwrap());
    fields
        .filter(|(name, _)| is_secret(name))
        .map(|(_, value)| value.as_str().unwrap().to_owned())
        .collect()
}

/// The pages of an administrator.
async fn pages(world: &World, maro: &Maro) -> Vec<String> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let form = [
        ("email", "ada@example.com"),
        ("password", "correct horse battery"),
    ];
    let url = |path: &str| maro.url.join(path).unwrap();
    let signed_in = http.post(url("sign-in")).form(&form).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    let mut pages = Vec::new();
    for path in [
        "",
        "audit",
        "activity",
        "settings/connections",
        "settings/connections/slack",
        "settings/connections/jira",
        "settings/connections/confluence",
        "settings/connections/mcp",
    ] {
        let page = http.get(url(path)).header("cookie", &cookie).send().await;
        let page = page.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        pages.push(page.text().await.unwrap());
    }
    let wrong = [
        ("url", world.sandbox.jira_url().to_string()),
        ("username", "x".into()),
        ("api_token", "planted-wrong-token".into()),
    ];
    let tried = http
        .post(url("settings/connections/jira/test"))
        .header("cookie", &cookie);
    pages.push(
        tried
            .form(&wrong)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    );
    pages
}

/// The database and everything beside it.
fn files_of(world: &World) -> Vec<PathBuf> {
    let url = world.database.url();
    let database = Path::new(url.trim_start_matches("sqlite://"));
    let beside = std::fs::read_dir(database.parent().unwrap()).unwrap();
    let files: Vec<PathBuf> = beside.map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}
