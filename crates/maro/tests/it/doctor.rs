//! The doctor looks at what counts, not only at the environment, and each failure says what to do.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, command, on_sqlite};

both_databases!(what_was_saved_on_a_page_is_looked_at);
on_sqlite!(
    a_key_that_everybody_may_read_is_a_failure,
    a_consent_is_looked_at_and_so_is_its_end,
    what_does_not_open_is_named,
);

/// Runs the doctor beside a server that may be running.
async fn doctor(environment: Vec<(String, String)>) -> (Option<i32>, String) {
    let run = move || command(&environment).arg("doctor").output().unwrap();
    let output: Output = tokio::task::spawn_blocking(run).await.unwrap();
    let both = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8(both).unwrap())
}

async fn save(maro: &Maro, name: &str, config: Value) {
    let path = format!("api/v1/integrations/{name}/config");
    let request = maro.request(Method::PUT, &path);
    let response = request.json(&json!({ "config": config })).send().await;
    let response = response.unwrap();
    assert!(
        response.status().is_success(),
        "{:?}",
        response.text().await
    );
}

fn says(said: &str, lines: &[&str]) {
    for line in lines {
        assert!(said.contains(line), "{line}: {said}");
    }
}

/// The host that may be typed.
fn host(world: &World) -> String {
    let url = world.sandbox.url();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

async fn what_was_saved_on_a_page_is_looked_at(database: Database) {
    let world = World::new(database).await;
    let host = host(&world);
    let unset = [
        ("MARO_ALLOWED_HOSTS", host.as_str()),
        ("JIRA_URL", ""),
        ("JIRA_USERNAME", ""),
        ("JIRA_API_TOKEN", ""),
        ("JIRA_DEFAULT_PROJECT", ""),
        ("JIRA_WEBHOOK_SECRET", ""),
        ("MARO_PUBLIC_URL", "http://10.1.2.3/"),
    ];
    let maro = world.maro_with(&unset).await;
    let options = &world.options;
    let account = json!({ "username": options.jira_username, "api_token": options.jira_api_token });
    let with = |url: String, more: Value| {
        let mut config = account.clone();
        config["url"] = url.into();
        for (name, value) in more.as_object().unwrap() {
            config[name] = value.clone();
        }
        config
    };
    let jira = json!({ "default_project": "SCRUM", "webhook_secret": "a webhook secret" });
    save(&maro, "jira", with(world.sandbox.jira_url().into(), jira)).await;
    let wiki = world.sandbox.confluence_url();
    save(&maro, "confluence", with(wiki.into(), json!({}))).await;

    let (code, said) = doctor(world.environment_with(&unset)).await;
    assert_eq!(code, Some(1), "{said}");
    says(
        &said,
        &[
            "ok    jira: May create issues in SCRUM.",
            "ok    confluence: http://",
            "ok    secrets: All 3 sealed values open.",
            "FAIL  news of jira: no webhook has come, and Jira Cloud cannot reach http://10.1.2.3/",
            "1 of the checks failed.",
        ],
    );
    let wrong = json!({ "username": options.jira_username, "api_token": "wrong" });
    let mut wrong = wrong;
    wrong["url"] = world.sandbox.confluence_url().to_string().into();
    save(&maro, "confluence", wrong).await;
    let (_, said) = doctor(world.environment_with(&unset)).await;
    says(
        &said,
        &[
            "FAIL  confluence: Confluence did not accept Maro's credentials.",
            "      → ",
        ],
    );
}

async fn a_key_that_everybody_may_read_is_a_failure(database: Database) {
    let world = World::new(database).await;
    let in_file = [("MARO_SECRET_KEY", "")];
    let maro = world.maro_with(&in_file).await;
    let (code, said) = doctor(world.environment_with(&in_file)).await;
    assert_eq!(code, Some(0), "{said}");
    says(&said, &["secret.key (mode 600), changed just now"]);

    let keys = world.folder().join("data/secret.key");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = doctor(world.environment_with(&in_file)).await;
    assert_eq!(code, Some(1), "{said}");
    let path = keys.display().to_string();
    says(
        &said,
        &["FAIL  keys: everybody", &format!("→ chmod 600 {path}")],
    );
    drop(maro);
}

async fn a_consent_is_looked_at_and_so_is_its_end(database: Database) {
    let world = World::new(database).await;
    let variables = world.oauth_variables();
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let maro = world.maro_by_oauth(&[]).await;
    let (code, said) = doctor(world.environment_with(&variables)).await;
    assert_eq!(code, Some(1), "{said}");
    says(
        &said,
        &["FAIL  oauth: an app is set, but nobody has consented yet"],
    );

    maro.connect().await;
    let (code, said) = doctor(world.environment_with(&variables)).await;
    assert_eq!(code, Some(0), "{said}");
    says(
        &said,
        &[
            "ok    oauth: ",
            "ok    jira: May create issues in SCRUM.",
            "ok    confluence: ",
        ],
    );

    world.admin("atlassian/revoke", json!({})).await;
    world.admin("atlassian/expire", json!({})).await;
    let (code, said) = doctor(world.environment_with(&variables)).await;
    assert_eq!(code, Some(1), "{said}");
    says(
        &said,
        &[
            "FAIL  jira: Your Jira connection expired. Reconnect to continue.",
            "FAIL  oauth: Your Jira connection expired.",
            "→ press Reconnect on ",
        ],
    );
}

async fn what_does_not_open_is_named(database: Database) {
    let world = World::new(database).await;
    let host = host(&world);
    let first = [
        ("MARO_ALLOWED_HOSTS", host.as_str()),
        (
            "MARO_SECRET_KEY",
            "a-newer-key-that-gets-lost,deployment-key-of-the-tests",
        ),
    ];
    let maro = world.maro_with(&first).await;
    let options = &world.options;
    let config = json!({
        "url": world.sandbox.confluence_url(),
        "username": options.jira_username, "api_token": options.jira_api_token,
    });
    save(&maro, "confluence", config).await;
    drop(maro);
    let (code, said) = doctor(world.environment_with(&first[..1])).await;
    assert_eq!(code, Some(1), "{said}");
    says(
        &said,
        &[
            "FAIL  secrets: secrets.sealed:confluence.api_token.",
            "→ Bring back the key",
        ],
    );
}
