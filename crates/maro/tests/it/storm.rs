//! A storm of separate reports: one message, one digest, and nothing lost.
//!
//! The clock is the test's, so that the storm fits into one interval however slow the machine is.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Inside, World, both_databases};

both_databases!(ten_thousand_reports_are_one_message_and_one_digest);

const REPORTS: usize = 10_000;
const REPORTERS: usize = 32;
const CHANNEL: &str = "C0CHECKOUT";

async fn ten_thousand_reports_are_one_message_and_one_digest(database: Database) {
    let world = World::new(database).await;
    let maro = Inside::start(&world).await;
    let rule = json!({ "notify": { "to": CHANNEL, "interval": "10m" } });
    let saved = maro.request(Method::PUT, "api/v1/rules/everything");
    let saved = saved.json(&rule).send().await.unwrap();
    assert_eq!(saved.status(), StatusCode::CREATED);
    join_all((0..REPORTERS).map(|reporter| reports_of(&maro, reporter))).await;
    maro.let_pass(&world, TimeDelta::minutes(11)).await;
    // What is held is told now, and then there is nothing left to tell.
    maro.let_pass(&world, TimeDelta::minutes(11)).await;
    maro.until_outbox_is_empty().await;

    let told = told(&world).await;
    let digest = format!("{} findings", REPORTS - 1);
    assert_eq!(told.len(), 2, "{told:?}");
    let digests = told.iter().filter(|text| text.starts_with(&digest));
    assert_eq!(digests.count(), 1, "{told:?}");
    let defects = all_defects(&maro).await;
    assert_eq!(defects.len(), REPORTS);
    for id in defects.iter().step_by(REPORTS / 20) {
        let list = maro.get(&format!("api/v1/defects/{id}/verdicts")).await;
        let (verdict, why) = (&list["items"][0]["verdict"], &list["items"][0]["why"]);
        let is_alone = verdict == "told" && why == "It has a card.";
        let is_one_of_many = verdict == "in_digest" && why == "A digest told it.";
        assert!(is_alone || is_one_of_many, "{list}");
    }
}

/// One reporter after the other has its share, each report a finding of its own.
async fn reports_of(maro: &Inside, reporter: usize) {
    for number in (reporter..REPORTS).step_by(REPORTERS) {
        let title = format!("Trouble {number} of many");
        let body = json!({ "title": title, "severity": "high", "fingerprint": title });
        let (status, answer) = maro.post("api/v1/defects", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
}

async fn told(world: &World) -> Vec<String> {
    let seen = world.look().await;
    let ours = seen
        .messages()
        .filter(|message| message["user"] == "U0MARO" && message["channel"] == CHANNEL);
    let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
    ours.map(text).collect()
}

async fn all_defects(maro: &Inside) -> Vec<String> {
    let mut ids = Vec::new();
    let mut path = "api/v1/defects?limit=200".to_owned();
    loop {
        let page = maro.get(&path).await;
        let items = page["items"].as_array().unwrap().iter();
        ids.extend(items.map(|defect| defect["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else {
            return ids;
        };
        path = format!("api/v1/defects?limit=200&after={next}");
    }
}
