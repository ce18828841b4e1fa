//! The command line: the demo, the doctor, the configuration, the audit log, one instance per file.

use std::process::Output;

use maro_slack::scopes::BOT_SCOPES;
use serde_json::json;

use crate::support::{Database, Told, World, both_databases, command, on_sqlite};

/// Runs a command of the binary to its end.
async fn run(environment: Vec<(String, String)>, arguments: &'static [&'static str]) -> Output {
    let ended = tokio::task::spawn_blocking(move || {
        command(&environment).args(arguments).output().unwrap()
    });
    ended.await.unwrap()
}

fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_script_plays_the_main_job_and_ends_with_0() {
    let output = run(Vec::new(), &["demo", "--script"]).await;

    let said = text(&output);
    assert!(output.status.success(), "{said}");
    for part in [
        "Jira has exactly one ticket",
        "Ticket created: <",
        "The audit log is whole",
        "Done: one draft, one approval, one ticket.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// A file that is given counts in the demo, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_reads_the_file_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("maro.toml");
    let runner = "[[runners]]\nsuite = \"nightly\"\ncommand = []\n";
    std::fs::write(&file, runner).unwrap();
    let output = tokio::task::spawn_blocking(move || {
        command(&[])
            .args(["demo", "--script", "--config"])
            .arg(&file)
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();

    let said = text(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("the runner of nightly needs"), "{said}");
}

/// The manifest asks for what the doctor demands, and needs no database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_manifest_names_the_doors_or_none() {
    let environment = vec![("MARO_COMMANDS".to_owned(), "/maro,/jira".to_owned())];

    let by_http = run(
        environment.clone(),
        &[
            "manifest",
            "--format",
            "json",
            "--url",
            "https://maro.example",
        ],
    );
    let manifest: serde_json::Value = serde_json::from_slice(&by_http.await.stdout).unwrap();
    let scopes: Vec<&str> = manifest["oauth_config"]["scopes"]["bot"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect();
    assert!(BOT_SCOPES.iter().all(|scope| scopes.contains(&scope.name)));
    assert_eq!(
        manifest["features"]["slash_commands"][1],
        json!({
            "command": "/jira", "url": "https://maro.example/api/v1/webhooks/slack/commands",
            "description": "Draft, approve and follow Jira tickets",
            "usage_hint": "create [title] | track KEY | untrack KEY | tracked | status | help",
            "should_escape": false,
        })
    );

    let by_socket = text(&run(environment.clone(), &["manifest", "--socket-mode"]).await);
    assert!(
        by_socket.contains("\n  socket_mode_enabled: true\n"),
        "{by_socket}"
    );
    assert!(!by_socket.contains("url:"), "{by_socket}");

    let neither = run(environment, &["manifest"]).await;
    assert!(!neither.status.success());
    assert!(text(&neither).contains("--socket-mode"));
}

on_sqlite!(
    the_doctor_finds_everything_well,
    the_doctor_says_what_to_do,
    the_configuration_is_printed_without_secrets,
    a_second_instance_on_the_same_file_refuses,
    a_typing_error_in_the_configuration_is_named,
    a_place_for_secrets_that_is_not_there_is_named,
    no_secret_is_in_any_log,
    people_are_added_and_changed_and_one_administrator_stays,
);
both_databases!(the_audit_log_is_whole_until_somebody_changes_it);

async fn the_doctor_finds_everything_well(database: Database) {
    let world = World::new(database).await;

    let output = run(world.environment(), &["doctor"]).await;

    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("Everything that is configured works."),
        "{said}"
    );
    for part in [
        "ok    database",
        "ok    slack: Signed in as",
        "ok    jira: May create issues in SCRUM.",
        "ok    keys: they come from MARO_SECRET_KEY",
        "note  confluence: not configured",
        "ok    secrets: All 0 sealed values open.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

async fn the_doctor_says_what_to_do(database: Database) {
    let world = World::new(database).await;
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("JIRA_API_TOKEN", "wrong")], "FAIL  jira"),
        (&[("JIRA_URL", "http://127.0.0.1:1/")], "FAIL  jira"),
        (
            &[("JIRA_DEFAULT_PROJECT", "NOWHERE")],
            "FAIL  jira: not found in Jira",
        ),
        (&[("SLACK_BOT_TOKEN", "xoxb-wrong")], "FAIL  slack"),
        (&[("SLACK_API_URL", "http://127.0.0.1:1/")], "FAIL  slack"),
        (
            &[("MARO_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")],
            "FAIL  database",
        ),
    ];
    for (changes, finding) in cases {
        let output = run(world.environment_with(changes), &["doctor"]).await;
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{changes:?}: {said}");
        assert!(said.contains(finding), "{changes:?}: {said}");
        assert!(said.contains("      → "), "what to do: {said}");
    }
    world
        .admin("settings", json!({ "scopes": ["commands", "chat:write"] }))
        .await;
    let said = text(&run(world.environment(), &["doctor"]).await);
    assert!(said.contains("FAIL  slack: The token lacks"), "{said}");
}

const PLANTED: [(&str, &str); 7] = [
    ("MARO_SECRET_KEY", "planted-deployment-key"),
    ("MARO_API_TOKEN", "planted-api-token-0123456789"),
    ("MARO_ADMIN_PASSWORD", "planted-password-1"),
    ("SLACK_BOT_TOKEN", "xoxb-planted-token"),
    ("SLACK_SIGNING_SECRET", "planted-signing-secret"),
    ("JIRA_API_TOKEN", "planted-jira-token"),
    ("JIRA_WEBHOOK_SECRET", "planted-webhook-secret"),
];

async fn the_configuration_is_printed_without_secrets(database: Database) {
    let world = World::new(database).await;
    let mut changes = PLANTED.to_vec();
    changes.push(("MARO_ADMIN_EMAIL", "admin@example.com"));
    changes.push((
        "MARO_DATABASE_URL",
        "postgres://maro:planted-db-word@db.example.com/maro",
    ));

    let output = run(world.environment_with(&changes), &["config"]).await;

    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("planted"), "{said}");
    for (name, _) in PLANTED {
        assert!(
            said.contains(&format!("{name} = ********")),
            "{name}: {said}"
        );
    }
    assert!(said.contains("db.example.com"), "{said}");
    assert!(said.contains("ledger.lease_ms = 3000\n"), "{said}");
}

async fn a_second_instance_on_the_same_file_refuses(database: Database) {
    let world = World::new(database).await;
    let mut first = world.maro().await;

    let Err(said) = world.try_maro(&[]).await else {
        panic!("two instances share one file")
    };

    assert!(
        said.to_lowercase().contains("another"),
        "it says why: {said}"
    );
    assert!(first.is_alive());
    world.command("amira", "help").await;
    world
        .until_told(Told {
            user: "U0AMIRA",
            part: "/maro create",
        })
        .await;
    first.kill();
    // The lock goes with the process that held it.
    world.maro().await;
}

async fn a_typing_error_in_the_configuration_is_named(database: Database) {
    let world = World::new(database).await;
    let file = world.another_file("[ledger]\nlease_ns = 7\n");
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("MARO_CONFIG", &file)], "lease_ns"),
        (&[("MARO_BINT", "127.0.0.1:0")], "MARO_BINT"),
        (&[("MARO_BIND", "here")], "MARO_BIND"),
        (&[("JIRA_URL", "jira")], "JIRA_URL"),
    ];
    for (changes, named) in cases {
        let output = run(world.environment_with(changes), &["config"]).await;
        let said = text(&output);
        assert!(!output.status.success(), "{changes:?}: {said}");
        assert!(said.contains(named), "{changes:?}: {said}");
    }
}

async fn the_audit_log_is_whole_until_somebody_changes_it(database: Database) {
    let world = World::new(database).await;
    let mut maro = world.maro().await;
    let preview = world.draft("Write it down").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
    maro.kill();

    let verified = run(world.environment(), &["audit", "verify"]).await;
    let said = text(&verified);
    assert!(verified.status.success(), "{said}");
    assert!(said.contains("The audit log is whole: 3 entries"), "{said}");

    let changed = world
        .database
        .tamper("UPDATE audit_log SET actor = 'slack:T0SANDBOX:U0DANA' WHERE seq = 2")
        .await;
    assert_eq!(changed, 1);
    let broken = run(world.environment(), &["audit", "verify"]).await;
    let said = text(&broken);
    assert_eq!(broken.status.code(), Some(1), "{said}");
    assert!(said.contains("The audit log is broken"), "{said}");
}

/// Secrets must not silently go where nobody expects them.
async fn a_place_for_secrets_that_is_not_there_is_named(database: Database) {
    let world = World::new(database).await;
    let chosen = [
        ("MARO_SECRET_STORE", "kubernetes"),
        ("MARO_KUBERNETES_URL", "http://127.0.0.1:1/"),
        ("MARO_KUBERNETES_NAMESPACE", "maro"),
    ];
    if !cfg!(feature = "kubernetes") {
        let said = world.try_maro(&chosen).await.err().unwrap();
        assert!(
            said.contains("was built without Kubernetes Secrets")
                && said.contains("--features kubernetes"),
            "{said}"
        );
    }
    let said = world.try_maro(&chosen[..1]).await.err().unwrap();
    assert!(said.contains("set MARO_KUBERNETES_URL"), "{said}");
    let wrong = [("MARO_SECRET_STORE", "vault")];
    let said = world.try_maro(&wrong).await.err().unwrap();
    assert!(said.contains("must be database or kubernetes"), "{said}");
}

async fn no_secret_is_in_any_log(database: Database) {
    let world = World::new(database).await;
    let loud = [
        ("RUST_LOG", "trace"),
        ("MARO_ADMIN_EMAIL", "admin@example.com"),
        ("MARO_ADMIN_PASSWORD", "planted-password-1"),
    ];
    let maro = world.maro_with(&loud).await;
    let preview = world.draft("Nothing to hide").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
    world.fault("jira:POST:/rest/api/3/issue$:status:status=500:times=1");
    let second = world.draft("Nothing to see").await;
    world.click("boris", &second, "draft_approve").await;
    world.until_said("Does this ticket exist in Jira?").await;
    maro.get("api/v1/operations").await;

    let log = maro.log();
    assert!(log.contains("draft approved"), "it logs");
    let options = &world.options;
    let secrets = [
        "planted-password-1",
        "deployment-key-of-the-tests",
        "api-token-of-the-tests",
        &options.slack_bot_token,
        &options.slack_signing_secret,
        &options.jira_api_token,
        &options.jira_webhook_secret,
        // Who knows a response URL can write in its name.
        "/slack/response/",
    ];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

async fn people_are_added_and_changed_and_one_administrator_stays(database: Database) {
    let world = World::new(database).await;
    let environment =
        || world.environment_with(&[("MARO_ADMIN_PASSWORD", "correct horse battery")]);
    let first = run(
        environment(),
        &["admin", "create-admin", "--email", "first@acme.com"],
    );
    assert!(first.await.status.success());
    let added = run(
        environment(),
        &[
            "admin",
            "add-person",
            "--email",
            "Boris@acme.com",
            "--name",
            "Boris",
            "--role",
            "approver",
        ],
    )
    .await;
    let password = String::from_utf8(added.stdout).unwrap().trim().to_owned();
    assert!(password.len() >= 20, "{password}");

    let maro = world.maro().await;
    let sign_in = async |password: &str| {
        let form = [("email", "boris@acme.com"), ("password", password)];
        let request = world.http.post(maro.url.join("sign-in").unwrap());
        let page = request.form(&form).send().await.unwrap().text().await;
        !page.unwrap().contains("password is wrong")
    };
    assert!(sign_in(&password).await);
    let changed = run(
        environment(),
        &["admin", "change-person", "boris@acme.com", "--new-password"],
    )
    .await;
    assert!(changed.status.success(), "{}", text(&changed));
    assert!(!sign_in(&password).await, "the old one is over");

    let refused = run(
        environment(),
        &["admin", "change-person", "first@acme.com", "--disable"],
    )
    .await;
    assert!(!refused.status.success());
    assert!(
        text(&refused).contains("last administrator"),
        "{}",
        text(&refused)
    );
    let raised = &[
        "admin",
        "change-person",
        "boris@acme.com",
        "--role",
        "admin",
    ];
    assert!(run(environment(), raised).await.status.success());
    let disabled = &["admin", "change-person", "first@acme.com", "--disable"];
    assert!(run(environment(), disabled).await.status.success());
    let list = text(&run(environment(), &["admin", "list-people"]).await);
    assert!(list.contains("boris@acme.com active admin Boris"), "{list}");
    assert!(list.contains("first@acme.com disabled admin"), "{list}");
    let audit = run(environment(), &["audit", "verify"]).await;
    assert!(audit.status.success(), "{}", text(&audit));
}
