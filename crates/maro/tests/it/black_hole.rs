//! Slack and Jira are silent, slow, limiting or lying: every report is taken, and afterwards everything
//! arrives, once and in order.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, World, both_databases, eventually};

both_databases!(while_nobody_answers_reports_are_taken_and_then_all_arrives_once);

/// What is wrong with both of them, one after the other.
const TROUBLES: [[&str; 2]; 4] = [
    ["slack:*:*:hang", "jira:*:*:hang"],
    ["slack:*:*:delay:ms=3000", "jira:*:*:delay:ms=3000"],
    [
        "slack:*:*:status:status=429:retry-after=1",
        "jira:*:*:status:status=429:retry-after=1",
    ],
    ["slack:*:*:html:status=200", "jira:*:*:html:status=200"],
];
/// What each subject goes through while nobody listens, and what is said of it in the end.
const STORY: [(&str, &str); 4] = [
    ("fixed", "It is fixed now."),
    ("seen", "It is open again."),
    ("fixed", "It is fixed now."),
    ("seen", "It is open again."),
];

/// Subjects, each with a channel and a rule of its own.
fn subjects() -> impl Iterator<Item = (String, &'static str)> {
    CHANNELS
        .into_iter()
        .map(|channel| (format!("monitor-{}", channel.to_lowercase()), channel))
}

async fn while_nobody_answers_reports_are_taken_and_then_all_arrives_once(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for (source, channel) in subjects() {
        let rule = json!({
            "when": { "sources": [source] },
            "notify": { "to": channel, "interval": "1s" },
        });
        let request = maro.request(Method::PUT, &format!("api/v1/rules/{source}"));
        let saved = request.json(&rule).send().await.unwrap();
        assert_eq!(saved.status(), StatusCode::CREATED);
    }
    trouble(&world, TROUBLES[0]).await;
    for (source, channel) in subjects() {
        assert_eq!(seen(&maro, &source).await, StatusCode::CREATED);
        until_a_card_waits(&maro, channel).await;
    }
    for (step, ((what, line), faults)) in STORY.into_iter().zip(TROUBLES).enumerate() {
        trouble(&world, faults).await;
        for (source, channel) in subjects() {
            happens(&maro, &source, what).await;
            // Rules decide while nobody listens, or they would see the last state alone.
            until_decided(&maro, channel, line, step / 2 + 1).await;
        }
    }
    world.no_more_faults().await;
    for (source, channel) in subjects() {
        until_all_is_told(&world, &source, channel).await;
    }
    maro.until_outbox_is_empty().await;
    for (source, channel) in subjects() {
        let (cards, _) = heard(&world, &source, channel).await;
        assert_eq!(cards, 1, "{source}");
    }
}

async fn trouble(world: &World, faults: [&str; 2]) {
    world.no_more_faults().await;
    for fault in faults {
        world.fault(fault);
    }
}

async fn seen(maro: &Maro, source: &str) -> StatusCode {
    let body = json!({
        "title": format!("Trouble of {source}"), "severity": "high", "source": source,
        "fingerprint": source,
    });
    maro.post("api/v1/defects", &body).await.0
}

async fn happens(maro: &Maro, source: &str, what: &str) {
    if what == "seen" {
        assert_eq!(seen(maro, source).await, StatusCode::OK);
        return;
    }
    let list = maro.get(&format!("api/v1/defects?source={source}")).await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let path = format!("api/v1/defects/{id}/status");
    let answer = maro.post(&path, &json!({ "status": what })).await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
}

/// What is settled before a rule looked at it would be told nowhere.
async fn until_a_card_waits(maro: &Maro, channel: &str) {
    eventually(&format!("{channel} is to get a card"), async || {
        let list = maro.get("api/v1/outbox?limit=200").await;
        let mut all = list["items"].as_array()?.iter();
        let there = |message: &Value| {
            message["destination"]
                .as_str()?
                .contains(channel)
                .then_some(())
        };
        all.find_map(there)
    })
    .await;
}

async fn until_decided(maro: &Maro, channel: &str, line: &str, times: usize) {
    eventually(&format!("{channel} is to hear: {line}"), async || {
        let list = maro.get("api/v1/outbox?limit=200").await;
        let lines = list["items"].as_array()?.iter().filter(|message| {
            let there = message["destination"].as_str();
            there.is_some_and(|there| there.contains(channel)) && message["text"] == line
        });
        (lines.count() == times).then_some(())
    })
    .await;
}

/// How many cards of a subject a channel has, and what is said in their threads, oldest first.
async fn heard(world: &World, source: &str, channel: &str) -> (usize, Vec<String>) {
    let seen = world.look().await;
    let ours: Vec<&Value> = seen
        .messages()
        .filter(|message| message["user"] == "U0MARO" && message["channel"] == channel)
        .collect();
    let is_reply = |message: &Value| {
        let parent = message["thread_ts"].as_str();
        parent.is_some() && parent != message["ts"].as_str()
    };
    let cards = ours
        .iter()
        .filter(|message| !is_reply(message) && message["blocks"].to_string().contains(source));
    let said = ours.iter().filter(|message| is_reply(message));
    let said = said.filter_map(|message| Some(message["text"].as_str()?.to_owned()));
    (cards.count(), said.collect())
}

async fn until_all_is_told(world: &World, source: &str, channel: &str) {
    let expected: Vec<&str> = STORY.iter().map(|(_, line)| *line).collect();
    eventually(
        &format!("{channel} heard everything, in order"),
        async || {
            let (cards, said) = heard(world, source, channel).await;
            (cards == 1 && said == expected).then_some(())
        },
    )
    .await;
}
