//! More than an hour in which Slack and Jira are silent, slow, limiting or lying, while findings are
//! reported, fixed and reported again: every report is taken, and afterwards everything arrives, once
//! and in order.
//!
//! The hour is simulated: see [`Inside`]. All troubles go on at the same time, each in a world of its
//! own, because most of the time is spent waiting for answers that do not come.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Inside, World};

/// What is wrong with both of them.
struct Trouble {
    name: &'static str,
    /// The faults of each act.
    faults: fn(usize) -> &'static [&'static str],
    /// In how many steps the time of an act passes. A step of trouble where requests only end after
    /// their time-out takes ten real seconds.
    steps: i32,
    /// How many creates nobody can know anything of.
    unknowable: usize,
}

const TROUBLES: [Trouble; 4] = [
    Trouble {
        name: "silence",
        faults: |_| &["slack:*:*:hang", "jira:*:*:hang"],
        steps: 1,
        unknowable: 0,
    },
    Trouble {
        // Both do what they are asked, and say so too late; a read is slow and no more.
        name: "slowness",
        faults: |_| {
            &[
                "slack:*:*:late-answer:ms=11000",
                "jira:*:*:late-answer:ms=2500",
            ]
        },
        steps: 1,
        unknowable: 0,
    },
    Trouble {
        name: "limits",
        faults: |_| {
            &[
                "slack:*:*:status:status=429:retry-after=90",
                "jira:*:*:status:status=429:retry-after=90",
            ]
        },
        steps: 5,
        unknowable: 0,
    },
    Trouble {
        name: "lies",
        faults: |act| match act {
            // A page that says 200 and did nothing.
            0..=2 => &["slack:*:*:html:status=200", "jira:*:*:html:status=200"],
            // Jira reads well by now. Two creates are answered so, and nobody can know that they did not
            // arrive; the others arrived, and their answers are cut off.
            3 => &[
                "slack:*:*:truncate",
                "jira:POST:/rest/api/3/issue$:html:status=200:times=2",
                "jira:POST:/rest/api/3/issue$:truncate",
            ],
            _ => &[
                "slack:*:*:truncate",
                "jira:POST:/rest/api/3/issue$:truncate",
            ],
        },
        steps: 5,
        unknowable: 2,
    },
];

const ACTS: usize = 6;
const LENGTH_OF_AN_ACT: TimeDelta = TimeDelta::minutes(11);
/// Who goes through a story, and the channel that is told.
const STORIES: [(&str, &str); 2] = [("checkout", "C0CHECKOUT"), ("payments", "C0PAYMENTS")];
/// Who finds something new in every act, and the channel that is told.
const NEWCOMER: (&str, &str) = ("leads", "C0LEADS");
/// What happens in a story, act by act; after the first it is said in the thread.
const STORY: [&str; 5] = ["seen", "fixed", "seen", "fixed", "seen"];
const SAID: [&str; 4] = [
    "It is fixed now.",
    "It is open again.",
    "It is fixed now.",
    "It is open again.",
];

mod after_an_hour_of_trouble_everything_arrives_once {
    use crate::support::Database;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        let databases = std::array::from_fn(|_| Database::sqlite());
        super::all_troubles(databases).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let mut databases = Vec::new();
        for _ in 0..super::TROUBLES.len() {
            let Some(database) = Database::postgres().await else {
                return;
            };
            databases.push(database);
        }
        super::all_troubles(databases.try_into().ok().unwrap()).await;
    }
}

async fn all_troubles(databases: [Database; TROUBLES.len()]) {
    let hours = TROUBLES.iter().zip(databases);
    futures_util::future::join_all(hours.map(|(trouble, database)| an_hour(trouble, database)))
        .await;
}

async fn an_hour(trouble: &Trouble, database: Database) {
    let world = World::new(database).await;
    // Jira's webhooks would be evidence, and most sites cannot reach a Maro.
    let deaf = json!({ "webhooks": false });
    world.admin("jira/settings", deaf).await;
    let maro = Inside::start(&world).await;
    for (source, channel) in STORIES.into_iter().chain([NEWCOMER]) {
        save_rule(&maro, source, channel).await;
    }
    for act in 0..ACTS {
        world.no_more_faults().await;
        for fault in (trouble.faults)(act) {
            world.fault(fault);
        }
        for (source, _) in STORIES {
            if let Some(what) = STORY.get(act) {
                happens(&maro, source, what).await;
            }
        }
        report(&maro, NEWCOMER.0, &newcomer(act)).await;
        for _ in 0..trouble.steps {
            maro.let_pass(&world, LENGTH_OF_AN_ACT / trouble.steps)
                .await;
        }
    }
    world.no_more_faults().await;
    until_everything_is_done(&world, &maro, trouble).await;
    has_arrived(&world, &maro, trouble).await;
}

async fn save_rule(maro: &Inside, source: &str, channel: &str) {
    let rule = json!({
        "when": { "sources": [source] },
        "notify": { "to": channel, "interval": "1m" },
        "ticket": { "plan": { "project": "SCRUM" } },
    });
    let request = maro.request(Method::PUT, &format!("api/v1/rules/{source}"));
    let saved = request.json(&rule).send().await.unwrap();
    assert_eq!(saved.status(), StatusCode::CREATED);
}

fn newcomer(act: usize) -> String {
    format!("Newcomer of act {act}")
}

/// The title of what goes through a story.
fn title(source: &str) -> String {
    format!("The story of {source}")
}

async fn happens(maro: &Inside, source: &str, what: &str) {
    if what == "seen" {
        return report(maro, source, &title(source)).await;
    }
    let list = maro.get(&format!("api/v1/defects?source={source}")).await;
    let id = list["items"][0]["id"].as_str().unwrap();
    let path = format!("api/v1/defects/{id}/status");
    let answer = maro.post(&path, &json!({ "status": what })).await;
    assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
}

async fn report(maro: &Inside, source: &str, title: &str) {
    let body = json!({
        "title": title, "severity": "high", "source": source, "fingerprint": title,
    });
    let (status, answer) = maro.post("api/v1/defects", &body).await;
    assert!(status.is_success(), "{title}: {status} {answer}");
}

/// Both answer again. Evidence is looked for every quarter of an hour; what nobody can know is for a
/// person.
async fn until_everything_is_done(world: &World, maro: &Inside, trouble: &Trouble) {
    for _ in 0..8 {
        maro.let_pass(world, TimeDelta::minutes(5)).await;
    }
    let asked = operations(maro, &["needs_human"]).await;
    assert_eq!(asked.len(), trouble.unknowable, "{}", trouble.name);
    for operation in &asked {
        let session = maro.session(operation["session"].as_str().unwrap()).await;
        let title = session["draft"]["content"]["title"].as_str().unwrap();
        let known = world.look().await.issues(title).len();
        assert_eq!(known, 0, "{title} exists, but was not found");
        let anyway = json!({ "decision": "create_anyway" });
        let (status, answer) = maro.decide(operation, &anyway).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    // A channel takes one message a second, and time moves whenever it waits for that.
    for _ in 0..60 {
        if !is_something_waiting(maro).await {
            return;
        }
        maro.let_pass(world, TimeDelta::minutes(1)).await;
    }
    let waits = maro.get("api/v1/outbox?state=pending").await;
    let open = operations(maro, &UNSETTLED).await;
    panic!("{}: still waits: {waits} {open:?}", trouble.name);
}

const UNSETTLED: [&str; 4] = ["prepared", "sending", "unknown", "needs_human"];

async fn operations(maro: &Inside, states: &[&str]) -> Vec<Value> {
    let list = maro.get("api/v1/operations?limit=200").await;
    let mut all = list["items"].as_array().unwrap().clone();
    all.retain(|operation| states.iter().any(|state| operation["state"] == *state));
    all
}

async fn is_something_waiting(maro: &Inside) -> bool {
    for state in ["pending", "sending"] {
        let list = maro.get(&format!("api/v1/outbox?state={state}")).await;
        if !list["items"].as_array().unwrap().is_empty() {
            return true;
        }
    }
    !operations(maro, &UNSETTLED).await.is_empty()
}

async fn has_arrived(world: &World, maro: &Inside, trouble: &Trouble) {
    let name = trouble.name;
    let dead = maro.get("api/v1/outbox?state=dead").await;
    assert_eq!(dead["items"], json!([]), "{name}");
    let (seen, list) = (world.look().await, maro.get("api/v1/defects").await);
    let defects = list["items"].as_array().unwrap();
    assert_eq!(defects.len(), STORIES.len() + ACTS, "{name}");
    for defect in defects {
        let title = defect["title"].as_str().unwrap();
        let issues = seen.issues(title);
        assert_eq!(issues.len(), 1, "{name}: {title}");
        let (known, made) = (&defect["jira_issue_key"], &issues[0]["key"]);
        assert_eq!(known, made, "{name}: {title}");
    }
    for (source, channel) in STORIES {
        let title = title(source);
        let defect = defects.iter().find(|defect| defect["title"] == title);
        let sightings = STORY.iter().filter(|what| **what == "seen").count();
        assert_eq!(defect.unwrap()["count"], sightings, "{name}: {source}");
        is_told_in_order(&heard(&seen.0, channel, &title), name);
    }
    for act in 0..ACTS {
        let (cards, _) = heard(&seen.0, NEWCOMER.1, &newcomer(act));
        assert_eq!(cards, 1, "{name}: act {act}");
    }
}

fn is_told_in_order((cards, said): &(usize, Vec<String>), name: &str) {
    assert_eq!(*cards, 1, "{name}: {said:?}");
    let states = said.iter().filter(|line| line.starts_with("It is "));
    assert_eq!(states.collect::<Vec<_>>(), SAID, "{name}: {said:?}");
    let tickets = said.iter().filter(|line| line.starts_with("Ticket "));
    assert_eq!(tickets.count(), 1, "{name}: {said:?}");
}

/// How many messages of a channel, apart from threads, name this; and what its threads say, oldest
/// first.
fn heard(state: &Value, channel: &str, title: &str) -> (usize, Vec<String>) {
    let all = state["slack"]["messages"][channel].as_array().unwrap();
    let ours = all.iter().filter(|message| message["user"] == "U0MARO");
    let is_reply = |message: &Value| {
        let parent = message["thread_ts"].as_str();
        parent.is_some() && parent != message["ts"].as_str()
    };
    let (replies, top): (Vec<&Value>, Vec<&Value>) = ours.partition(|message| is_reply(message));
    let named = |message: &&&Value| message["blocks"].to_string().contains(title);
    let said = replies
        .iter()
        .filter_map(|message| message["text"].as_str());
    (
        top.iter().filter(named).count(),
        said.map(str::to_owned).collect(),
    )
}
