//! Cards of findings: one message each, edited in place, true when it is delivered, and its buttons.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Database, Maro, Told, World, both_databases, eventually, has_button, on_sqlite,
};

both_databases!(
    a_hundred_sightings_are_one_message,
    what_slack_missed_is_told_once_and_true,
    a_click_has_one_effect,
);
on_sqlite!(
    what_slack_refuses_is_said_in_its_own_words,
    a_deleted_card_is_forgotten,
    a_channel_that_refuses_has_one_dead_letter_for_each_card,
    a_line_that_fails_for_a_reason_of_its_own_is_a_dead_letter,
    a_click_counts_on_the_card_of_its_finding_alone,
);

const CHANNEL: &str = "C0CHECKOUT";
const TITLE: &str = "<!channel> error: Checkout says \"error\"";

async fn rule(maro: &Maro, to: &str) {
    let rule = json!({ "when": { "kinds": ["defect"] }, "notify": { "to": to } });
    let request = maro.request(Method::PUT, "api/v1/rules/all").json(&rule);
    let response = request.send().await.unwrap();
    assert!(
        response.status().is_success(),
        "{}",
        response.text().await.unwrap()
    );
}

async fn report(maro: &Maro, title: &str) -> String {
    let body =
        json!({ "title": title, "severity": "high", "source": "shop", "fingerprint": title });
    let (status, answer) = maro.post("api/v1/defects", &body).await;
    assert!(status.is_success(), "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

/// The card of the newest finding, once its text has this in it.
async fn until_card(world: &World, part: &str) -> Value {
    let what = format!("a card says {part}");
    world
        .until(&what, |seen| {
            let card = seen.last("High defect: ")?;
            let says = card["text"].as_str()?.contains(part);
            says.then(|| card.clone())
        })
        .await
}

async fn a_hundred_sightings_are_one_message(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    for _ in 0..100 {
        report(&maro, TITLE).await;
    }
    let card = until_card(&world, "seen 100 times").await;
    maro.until_outbox_is_empty().await;
    let seen = world.look().await;
    assert_eq!(seen.count("High defect: "), 1);
    assert_eq!(card["channel"], CHANNEL);
    let shown = card["blocks"].to_string() + card["text"].as_str().unwrap();
    assert!(
        !shown.contains("<!channel>") || card["blocks"][1]["type"] == "header",
        "{shown}"
    );
    assert!(!card["text"].as_str().unwrap().contains("<!channel>"));
    assert_eq!(world.requests("slack POST /chat.postMessage").await, 1);
    assert!(
        world.requests("slack POST /chat.update").await < 50,
        "edits collapse"
    );
}

async fn what_slack_missed_is_told_once_and_true(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    world.fault("slack:*:chat.:status:status=503");
    let id = report(&maro, "Asleep").await;
    eventually("the true error is seen", async || {
        let waiting = maro.get("api/v1/outbox?state=pending").await;
        let mut waiting = waiting["items"].as_array()?.iter();
        waiting
            .any(|message| message["last_error"].is_string())
            .then_some(())
    })
    .await;
    for _ in 0..4 {
        report(&maro, "Asleep").await;
    }
    let status = json!({ "status": "acknowledged" });
    maro.post(&format!("api/v1/defects/{id}/status"), &status)
        .await;
    world.no_more_faults().await;
    until_card(&world, "Acknowledged, seen 5 times").await;
    maro.until_outbox_is_empty().await;
    assert_eq!(world.look().await.count("High defect: Asleep"), 1);
}

async fn what_slack_refuses_is_said_in_its_own_words(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, "C0RANDOM").await;
    report(&maro, "Nobody hears").await;
    let dead = eventually("the card is a dead letter", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        dead["items"].as_array()?.first().cloned()
    });
    let dead = dead.await;
    assert_eq!(dead["kind"], "slack_card", "{dead}");
    assert!(
        dead["last_error"].as_str().unwrap().contains("nvite"),
        "{dead}"
    );
    world.command("amira", "why nobody").await;
    let told = Told {
        user: "U0AMIRA",
        part: "did not take the last message",
    };
    let why = world.until_told(told).await;
    assert!(
        why.contains("<#C0RANDOM>") && why.contains("nvite"),
        "{why}"
    );
}

async fn a_deleted_card_is_forgotten(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    report(&maro, "Gone").await;
    until_card(&world, "Gone").await;
    let gone = json!({ "ok": false, "error": "message_not_found" }).to_string();
    let fault = json!({
        "target": "slack", "method": "POST", "path": "chat.update", "times": 1,
        "action": "status", "status": 200, "body": gone,
    });
    world.admin("faults", fault).await;
    report(&maro, "Gone").await;
    eventually("the edit is a dead letter", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        (dead["items"][0]["kind"] == "slack_card_edit").then_some(())
    })
    .await;
    report(&maro, "Gone").await;
    world
        .until("a new card is posted", |seen| {
            (seen.count("High defect: Gone") == 2).then_some(())
        })
        .await;
}

async fn a_channel_that_refuses_has_one_dead_letter_for_each_card(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    let id = report(&maro, "Archived").await;
    until_card(&world, "Archived").await;
    let archive = async |archived: bool| {
        let channel = json!({ "channel": "checkout", "archived": archived });
        world.admin("slack/channel", channel).await
    };
    archive(true).await;
    for status in ["acknowledged", "fixed", "open"] {
        let status = json!({ "status": status });
        let (answered, _) = maro
            .post(&format!("api/v1/defects/{id}/status"), &status)
            .await;
        assert!(answered.is_success());
        maro.until_outbox_is_empty().await;
    }
    let dead = eventually("the newest edit is a dead letter", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        let dead = dead["items"].as_array()?.clone();
        (!dead.is_empty()).then_some(dead)
    });
    let dead = dead.await;
    assert_eq!(dead.len(), 1, "{dead:?}");
    assert_eq!(dead[0]["kind"], "slack_card_edit");
    let kept = maro.get("api/v1/outbox?state=collapsed").await;
    let mut kept = kept["items"].as_array().unwrap().iter();
    assert!(
        kept.any(|message| message["kind"] == "slack_post" && message["last_error"].is_string()),
        "a line of its thread is kept with it"
    );
    archive(false).await;
    let status = json!({ "status": "acknowledged" });
    maro.post(&format!("api/v1/defects/{id}/status"), &status)
        .await;
    until_card(&world, "Acknowledged").await;
    eventually("the dead letter is needless", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        dead["items"].as_array()?.is_empty().then_some(())
    })
    .await;
}

async fn a_line_that_fails_for_a_reason_of_its_own_is_a_dead_letter(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    let id = report(&maro, "Two reasons").await;
    until_card(&world, "Two reasons").await;
    for (path, error) in [
        ("chat.update", "cant_update_message"),
        ("chat.postMessage", "restricted_action"),
    ] {
        let fault = json!({
            "target": "slack", "method": "POST", "path": path, "times": 1,
            "action": "status", "status": 200,
            "body": json!({ "ok": false, "error": error }).to_string(),
        });
        world.admin("faults", fault).await;
    }

    let assign = json!({ "assignee": "slack:T0SANDBOX:U0DANA" });
    let (assigned, _) = maro
        .post(&format!("api/v1/defects/{id}/assign"), &assign)
        .await;
    assert!(assigned.is_success());

    let kinds = eventually("edit and line are dead letters", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        let dead = dead["items"].as_array()?.clone();
        let kinds = dead.iter().map(|letter| letter["kind"].to_string());
        (dead.len() == 2).then(|| kinds.collect::<Vec<_>>())
    });
    let mut kinds = kinds.await;
    kinds.sort();
    assert_eq!(kinds, ["\"slack_card_edit\"", "\"slack_post\""]);
}

async fn a_click_has_one_effect(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    let id = report(&maro, "Click me").await;
    let card = until_card(&world, "Click me").await;
    let clicks =
        ["amira", "amira", "amira"].map(|user| world.click(user, &card, "finding_acknowledge"));
    for answer in futures_util::future::join_all(clicks).await {
        assert_eq!(answer["status"], 200);
    }
    let card = until_card(&world, "Acknowledged").await;
    assert!(!has_button(&card, "finding_acknowledge"));
    world.click("amira", &card, "finding_take").await;
    let body = json!({ "user": "amira", "channel": card["channel"], "ts": card["ts"],
        "action_id": "finding_snooze", "value": "1d" });
    world.admin("slack/click", body).await;
    let defect = eventually("it is taken and snoozed", async || {
        let defect = maro.get(&format!("api/v1/defects/{id}")).await;
        (defect["assignee"].is_string() && defect["snoozed_until"].is_string()).then_some(defect)
    });
    let defect = defect.await;
    assert_eq!(defect["assignee"], "slack:T0SANDBOX:U0AMIRA");
    let body = json!({ "user": "amira", "channel": card["channel"], "ts": card["ts"],
        "action_id": "finding_assign", "value": "U0BORIS" });
    world.admin("slack/click", body).await;
    let defect = eventually("it is assigned to somebody else", async || {
        let defect = maro.get(&format!("api/v1/defects/{id}")).await;
        (defect["assignee"] == "slack:T0SANDBOX:U0BORIS").then_some(defect)
    });
    let defect = defect.await;
    let history = defect["history"].as_array().unwrap();
    let acknowledged = history
        .iter()
        .filter(|event| event["note"] == "In Slack.")
        .count();
    assert_eq!(acknowledged, 1, "{history:?}");
    maro.until_outbox_is_empty().await;
    let thread = world.look().await;
    assert_eq!(thread.count("Assigned to <@U0AMIRA>"), 1);
    assert_eq!(thread.count("Assigned to <@U0BORIS> by <@U0AMIRA>"), 1);
}

async fn a_click_counts_on_the_card_of_its_finding_alone(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    rule(&maro, CHANNEL).await;
    // The rule is about defects.
    let alert = json!({ "title": "Not told", "severity": "high", "source": "shop" });
    let (_, alert) = maro.post("api/v1/alerts", &alert).await;
    let id = alert["id"].as_str().unwrap();
    report(&maro, "Told").await;
    let card = until_card(&world, "Told").await;
    let shown = card["blocks"].as_array().unwrap();
    let buttons = shown
        .iter()
        .find(|block| block["type"] == "actions")
        .unwrap();
    let forged = json!({
        "type": "block_actions", "trigger_id": "1.2", "api_app_id": "A1",
        "team": { "id": "T0SANDBOX" }, "user": { "id": "U0AMIRA", "team_id": "T0SANDBOX" },
        "container": { "type": "message", "message_ts": card["ts"], "channel_id": CHANNEL },
        "channel": { "id": CHANNEL }, "message": { "ts": card["ts"], "text": "" },
        "actions": [{ "type": "button", "action_id": "finding_acknowledge", "action_ts": "1.3",
            "block_id": format!("finding:{id}") }],
    });
    assert_ne!(buttons["block_id"], format!("finding:{id}"));
    let body = format!("payload={}", form_encoded(&forged.to_string()));
    let kind = "application/x-www-form-urlencoded";
    let answer = crate::support::signed_slack(&world, &maro, "interactions", kind, &body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    eventually("the refusal is audited", async || {
        let audit = maro.get("api/v1/audit").await.to_string();
        audit.contains("click.refused").then_some(())
    })
    .await;
    let defect = maro.get(&format!("api/v1/defects/{id}")).await;
    assert_eq!(defect["status"], "open");
}

fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
