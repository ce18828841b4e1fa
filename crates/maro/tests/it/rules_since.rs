//! A rule hears what happens since it was saved, and an edit does not make it a new one.
//!
//! News waits in these tests because the process dies before the judge has stored its verdict.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually};

both_databases!(
    news_that_is_older_than_a_rule_is_not_its_own,
    a_rule_that_is_edited_hears_what_waited,
);

const FILE: &str = "
[[rules]]
name = \"ours\"
notify.to = \"C0CHECKOUT\"
notify.interval = \"1s\"
";

async fn report(maro: &Maro, title: &str) -> Option<Value> {
    let body = json!({ "title": title, "severity": "high", "fingerprint": title });
    let request = maro.request(Method::POST, "api/v1/defects").json(&body);
    request.send().await.ok()?.json().await.ok()
}

/// Something is reported, and nobody judges it.
async fn reported_and_left(world: &World, changes: &[(&str, &str)]) {
    let dies = ("FAILPOINTS", "judge.before_commit=return");
    let mut doomed = world.maro_with(&[changes, &[dies]].concat()).await;
    // It may die before it answers.
    let _ = report(&doomed, "The old trouble").await;
    doomed.until_killed("judge.before_commit").await;
}

/// What a channel was told, apart from threads.
async fn told(world: &World, channel: &str) -> Vec<String> {
    let seen = world.look().await;
    let ours = seen
        .messages()
        .filter(|message| message["user"] == "U0MARO" && message["channel"] == channel);
    ours.map(|message| message["text"].to_string()).collect()
}

async fn until_told(world: &World, channel: &str, title: &str) {
    eventually(&format!("{channel} is told of {title}"), async || {
        let texts = told(world, channel).await;
        texts.iter().any(|text| text.contains(title)).then_some(())
    })
    .await;
}

fn has_failpoints() -> bool {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
    }
    cfg!(feature = "failpoints")
}

async fn news_that_is_older_than_a_rule_is_not_its_own(database: Database) {
    if !has_failpoints() {
        return;
    }
    let world = World::new(database).await;
    reported_and_left(&world, &[]).await;
    // Rules of the file are saved before the judge begins.
    let file = world.another_file(FILE);
    let maro = world.maro_with(&[("MARO_RULES_FILE", &file)]).await;
    report(&maro, "The new trouble").await.unwrap();
    // News is judged in its order.
    until_told(&world, "C0CHECKOUT", "The new trouble").await;
    maro.until_outbox_is_empty().await;
    let texts = told(&world, "C0CHECKOUT").await;
    assert_eq!(texts.len(), 1, "{texts:?}");

    let list = maro.get("api/v1/defects").await;
    let all = list["items"].as_array().unwrap();
    let old = all
        .iter()
        .find(|defect| defect["title"] == "The old trouble");
    let path = format!(
        "api/v1/defects/{}/verdicts",
        old.unwrap()["id"].as_str().unwrap()
    );
    let verdict = maro.get(&path).await["items"][0].clone();
    assert_eq!(verdict["verdict"], "not_heard", "{verdict}");
    report(&maro, "The old trouble").await.unwrap();
    until_told(&world, "C0CHECKOUT", "The old trouble").await;
}

async fn a_rule_that_is_edited_hears_what_waited(database: Database) {
    if !has_failpoints() {
        return;
    }
    let world = World::new(database).await;
    let file = world.another_file(FILE);
    reported_and_left(&world, &[("MARO_RULES_FILE", &file)]).await;
    world.another_file(&FILE.replace("C0CHECKOUT", "C0PAYMENTS"));
    let _maro = world.maro_with(&[("MARO_RULES_FILE", &file)]).await;
    until_told(&world, "C0PAYMENTS", "The old trouble").await;
    assert!(told(&world, "C0CHECKOUT").await.is_empty());
}
