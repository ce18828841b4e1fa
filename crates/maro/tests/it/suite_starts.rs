//! `/maro run SUITE`: runners that the operator allowed, one start at a time, and an end for sure.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{
    Database, Maro, Told, World, both_databases, eventually, on_sqlite, signed_runner,
};

both_databases!(
    whoever_asks_at_once_starts_one,
    a_called_runner_says_how_it_goes
);
on_sqlite!(
    what_is_typed_becomes_no_command,
    a_command_that_hangs_ends_with_its_children,
    what_a_crash_interrupts_is_lost_and_not_repeated,
);

const SECRET: &str = "secret-of-the-runners-0123456789";

fn runner(script: &str, more: &str) -> String {
    let script = script.replace('\'', "\"");
    format!("[[runners]]\nsuite = 'Nightly'\ncommand = ['/bin/sh', '-c', '{script}']\n{more}\n")
}

async fn told(world: &World, user: &str, part: &str) -> String {
    world.until_told(Told { user, part }).await
}

fn file(world: &World, name: &str) -> std::path::PathBuf {
    world.folder().join("data/runners").join(name)
}

async fn read(world: &World, name: &str) -> String {
    eventually(&format!("the command writes {name}"), async || {
        let text = std::fs::read_to_string(file(world, name)).ok()?;
        text.ends_with('\n').then_some(text)
    })
    .await
}

/// On PostgreSQL they ask two instances.
async fn whoever_asks_at_once_starts_one(database: Database) {
    let is_shared = matches!(database, Database::Postgres(_));
    let script = "echo begun >> begun; env > env; until [ -e go ]; do sleep 0.1; done; echo over";
    let world = World::configured(database, &runner(script, "cooldown_s = 3600")).await;
    let mut instances = vec![world.maro().await];
    if is_shared {
        instances.push(world.maro().await);
    }
    let people = ["amira", "boris", "chen", "amira"];
    let asked = people.map(|user| world.command(user, "run nightly"));
    futures_util::future::join_all(asked).await;
    world.until_said("Nightly: at work").await;
    let env = read(&world, "env").await;
    for secret in ["SLACK", "JIRA", "TOKEN", "SECRET"] {
        assert!(!env.contains(secret), "{env}");
    }
    assert!(env.contains("MARO_SUITE=Nightly"), "{env}");

    let run = json!({ "suite": "Nightly", "totals": { "passed": 3, "failed": 1 } });
    let (status, _) = instances[0].post("api/v1/suite-runs", &run).await;
    assert_eq!(status, StatusCode::CREATED);
    std::fs::write(file(&world, "go"), "").unwrap();
    let card = world.until("the card is done and has the result", |seen| {
        let card = seen.last("Nightly: done")?;
        card["blocks"]
            .to_string()
            .contains("1 failed")
            .then(|| card.clone())
    });
    let card = card.await;
    assert!(card["blocks"].to_string().contains("over"), "{card}");
    world.command("boris", "run NIGHTLY").await;
    told(&world, "U0BORIS", "started a moment ago").await;
    assert_eq!(read(&world, "begun").await, "begun\n");
    assert_eq!(world.look().await.count("Nightly"), 1, "one message");
}

async fn what_is_typed_becomes_no_command(database: Database) {
    let elsewhere = "channels = ['C0CHECKOUT']";
    let world = World::configured(database, &runner("echo x >> ran", elsewhere)).await;
    let _maro = world.maro().await;
    world.command("amira", "run nightly").await;
    told(&world, "U0AMIRA", "No suite can be started").await;
    let hostile = "run $(touch pwned); `id` <!channel> ../../bin/sh";
    world.command("boris", hostile).await;
    let answer = told(&world, "U0BORIS", "No suite can be started").await;
    assert!(!answer.contains("<!channel>"), "{answer}");
    assert!(!file(&world, "ran").exists(), "nothing ran");
}

async fn a_command_that_hangs_ends_with_its_children(database: Database) {
    let script = "sleep 600 & echo $! > child; wait";
    let world = World::configured(database, &runner(script, "patience_s = 1")).await;
    let _maro = world.maro().await;
    world.command("amira", "run nightly").await;
    let child = read(&world, "child").await;
    let card = world.until_said("Nightly: did not work").await;
    assert_eq!(card, "Nightly: did not work");
    let process = std::path::Path::new("/proc").join(child.trim());
    eventually("the child of the command is gone", async || {
        let is_zombie = || {
            let status = std::fs::read_to_string(process.join("status"));
            status.is_ok_and(|status| status.contains("State:\tZ"))
        };
        (!process.exists() || is_zombie()).then_some(())
    })
    .await;
}

async fn what_a_crash_interrupts_is_lost_and_not_repeated(database: Database) {
    let script = "echo begun >> begun; until [ -e go ]; do sleep 0.1; done";
    let world = World::configured(database, &runner(script, "cooldown_s = 0")).await;
    let mut maro = world.maro().await;
    world.command("amira", "run nightly").await;
    read(&world, "begun").await;
    world.until_said("Nightly: at work").await;
    maro.kill();

    let _maro = world.maro().await;
    world.until_said("Nightly: lost").await;
    // What was left behind ends now, and the test with it.
    std::fs::write(file(&world, "go"), "").unwrap();
    assert_eq!(read(&world, "begun").await, "begun\n");
}

type Calls = Arc<Mutex<Vec<(HeaderMap, String)>>>;

async fn listen(calls: Calls) -> String {
    let take = async |State(calls): State<Calls>, headers: HeaderMap, body: String| {
        calls.lock().unwrap().push((headers, body));
    };
    let router = Router::new().route("/start", post(take)).with_state(calls);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/start", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn says(world: &World, maro: &Maro, secret: &str, body: &Value) -> StatusCode {
    signed_runner(world, maro, secret, &body.to_string())
        .await
        .status()
}

async fn a_called_runner_says_how_it_goes(database: Database) {
    let calls = Calls::default();
    let url = listen(Arc::clone(&calls)).await;
    let lines = format!("[[runners]]\nsuite = 'Nightly'\nurl = '{url}'\n");
    let world = World::configured(database, &lines).await;
    let maro = world.maro_with(&[("MARO_RUNNER_SECRET", SECRET)]).await;
    world.command("amira", "run nightly").await;
    let called = eventually("the runner is called", async || calls.lock().unwrap().pop());
    let (headers, body) = called.await;
    let called: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(called["suite"], "Nightly");
    let stamp = headers["x-maro-timestamp"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let signature = crate::support::slack_signature(SECRET, stamp, &body);
    assert_eq!(headers["x-maro-signature"], signature.as_str());

    let word =
        |state: &str, note: &str| json!({ "start": called["start"], "state": state, "note": note });
    let half = word("running", "half way <!here>");
    assert_eq!(
        says(&world, &maro, "another", &half).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(says(&world, &maro, SECRET, &half).await, StatusCode::OK);
    let card = world.until("the card says how far it is", |seen| {
        let card = seen.last("Nightly: at work")?;
        card["blocks"]
            .to_string()
            .contains("half way")
            .then(|| card.clone())
    });
    assert!(!card.await["blocks"].to_string().contains("<!here>"));
    for note in ["broke", "no, it did not"] {
        let word = word("failed", note);
        assert_eq!(says(&world, &maro, SECRET, &word).await, StatusCode::OK);
    }
    let card = world.until("the first word holds", |seen| {
        let card = seen.last("Nightly: did not work")?;
        Some(card["blocks"].to_string())
    });
    assert!(card.await.contains("broke"));
    let unknown = json!({ "start": uuid_nil(), "state": "finished" });
    assert_eq!(
        says(&world, &maro, SECRET, &unknown).await,
        StatusCode::NOT_FOUND
    );
    assert!(calls.lock().unwrap().is_empty(), "it was called once");
}

fn uuid_nil() -> &'static str {
    "00000000-0000-0000-0000-000000000000"
}
