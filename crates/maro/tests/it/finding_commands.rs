//! What people ask in Slack about findings, and what they decide about them at the API.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Database, Maro, Told, World, both_databases, on_sqlite};

both_databases!(findings_are_asked_for_in_slack, somebody_takes_and_snoozes);
on_sqlite!(commands_answer_to_their_aliases);

const HOSTILE: &str = "<!channel> *Checkout* <https://evil.example|breaks>";

async fn report(maro: &Maro, title: &str, severity: &str) -> String {
    let body = json!({
        "title": title, "severity": severity, "source": "monitor", "fingerprint": title,
    });
    let (status, answer) = maro.post("api/v1/defects", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn told(world: &World, user: &str, part: &str) -> String {
    world.until_told(Told { user, part }).await
}

async fn findings_are_asked_for_in_slack(database: Database) {
    let world = World::new(database).await;
    let maro = world
        .maro_with(&[("MARO_PUBLIC_URL", "https://maro.example.com")])
        .await;
    let id = report(&maro, HOSTILE, "critical").await;
    for number in 0..12 {
        report(&maro, &format!("Slow answer {number}"), "low").await;
    }

    world.command("amira", "defects critical").await;
    let list = told(&world, "U0AMIRA", "seen once").await;
    assert!(
        list.contains(&format!("https://maro.example.com/defects/{id}")),
        "{list}"
    );
    assert!(
        !list.contains("<!channel>") && !list.contains("<https://evil"),
        "{list}"
    );
    assert!(!list.contains("Slow"), "{list}");
    world.command("boris", "defects slow").await;
    let list = told(&world, "U0BORIS", "there are more").await;
    assert_eq!(list.matches("Slow answer").count(), 10, "{list}");
    world.command("boris", "defects fixed").await;
    told(&world, "U0BORIS", "No such findings").await;
    world.command("chen", "status").await;
    let status = told(&world, "U0CHEN", "*Findings*").await;
    assert!(status.contains("1 critical, 12 low"), "{status}");
    assert!(status.contains("*Jira*: "), "{status}");
}

async fn commands_answer_to_their_aliases(database: Database) {
    let world = World::new(database).await;
    let _maro = world
        .maro_with(&[("MARO_COMMANDS", "/maro,/voiceai")])
        .await;
    let body =
        json!({ "user": "chen", "channel": "payments", "command": "/voiceai", "text": "help" });
    world.admin("slack/command", body).await;
    told(&world, "U0CHEN", "`/voiceai defects").await;
}

async fn shown(maro: &Maro, id: &str) -> Value {
    maro.get(&format!("api/v1/defects/{id}")).await
}

async fn somebody_takes_and_snoozes(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let id = report(&maro, "Login fails", "high").await;
    let assign = format!("api/v1/defects/{id}/assign");
    let snooze = format!("api/v1/defects/{id}/snooze");

    for refused in ["rule:all", "slack:T1:<!here>", "me"] {
        let (status, _) = maro.post(&assign, &json!({ "assignee": refused })).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
    }
    let amira = "slack:T0SANDBOX:U0AMIRA";
    for _ in 0..2 {
        let (status, defect) = maro.post(&assign, &json!({ "assignee": amira })).await;
        assert_eq!(
            (status, &defect["assignee"]),
            (StatusCode::OK, &json!(amira))
        );
    }
    let now = DateTime::<Utc>::from(SystemTime::now());
    for days in [-1, 91] {
        let until = json!({ "until": now + TimeDelta::days(days) });
        assert_eq!(maro.post(&snooze, &until).await.0, StatusCode::BAD_REQUEST);
    }
    let until = json!({ "until": now + TimeDelta::days(1) });
    let (status, defect) = maro.post(&snooze, &until).await;
    assert_eq!(status, StatusCode::OK, "{defect}");

    let defect = shown(&maro, &id).await;
    let until: DateTime<Utc> = serde_json::from_value(defect["snoozed_until"].clone()).unwrap();
    assert!(until > now + TimeDelta::hours(23), "{defect}");
    let history = defect["history"].as_array().unwrap();
    let notes: Vec<_> = history
        .iter()
        .filter_map(|event| event["note"].as_str())
        .collect();
    let assigned: Vec<_> = notes
        .iter()
        .filter(|note| note.starts_with("Assigned to"))
        .collect();
    // Once: the same again changes nothing.
    assert_eq!(assigned, [&"Assigned to amira."], "{notes:?}");
    maro.post(&snooze, &json!({ "until": null })).await;
    maro.post(&assign, &json!({})).await;
    let defect = shown(&maro, &id).await;
    assert!(
        defect["assignee"].is_null() && defect["snoozed_until"].is_null(),
        "{defect}"
    );
    let audit = maro.get("api/v1/audit").await.to_string();
    assert!(audit.contains("defect.assigned") && audit.contains("defect.snoozed"));
}
