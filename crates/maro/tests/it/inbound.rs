//! The doors: who is not let in, what is not understood, and that one act has one effect.

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::support::{
    CHANNELS, Database, Told, World, both_databases, eventually, has_button, on_sqlite,
    signed_jira, signed_slack,
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// What a person is told whose command is not durable.
const NOT_SAVED: &str = "Maro could not save this in time. Nothing was sent to Jira.";
/// What Slack waits; a busy machine included.
const ACK_MS: u64 = 3_000;

on_sqlite!(
    what_is_not_signed_is_not_let_in,
    what_is_malformed_is_named,
    what_is_too_large_is_refused,
    slack_checks_the_address,
    a_slow_jira_does_not_keep_slack_waiting,
    a_slow_slack_does_not_keep_itself_waiting,
    a_webhook_that_comes_again_changes_nothing,
    a_webhook_about_what_nobody_follows_is_not_stored,
);
both_databases!(
    one_act_has_one_effect_however_often_it_is_delivered,
    a_database_that_hangs_does_not_keep_slack_waiting,
);

async fn what_is_not_signed_is_not_let_in(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for door in ["commands", "interactions", "events", "options"] {
        let url = maro
            .url
            .join(&format!("api/v1/webhooks/slack/{door}"))
            .unwrap();
        let unsigned = world.http.post(url).header("content-type", FORM);
        let answer = unsigned.body("payload={}").send().await.unwrap();
        assert_eq!(answer.status(), 401, "{door} without a signature");
    }
    let url = maro.url.join("api/v1/webhooks/jira").unwrap();
    for signature in ["", "sha256=00", "md5=00", "nonsense"] {
        let request = world
            .http
            .post(url.clone())
            .header("x-hub-signature", signature);
        let answer = request.body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 401, "jira with {signature:?}");
    }
    for wrong in [
        json!({ "wrong_signature": true }),
        json!({ "wrong_signature": false, "stale_seconds": 301 }),
        json!({ "stale_seconds": -360 }),
    ] {
        world.admin("settings", json!({ "delivery": wrong })).await;
        let answer = world.command("amira", "track SCRUM-123").await;
        assert_eq!(answer["status"], 401, "{wrong}: {answer}");
    }
    world
        .admin("settings", json!({ "delivery": { "stale_seconds": 280 } }))
        .await;
    let answer = world.command("amira", "tracked").await;
    assert_eq!(answer["status"], 200, "late, but not too late: {answer}");
    world
        .until_told(Told {
            user: "U0AMIRA",
            part: "No Jira issues are tracked",
        })
        .await;
}

async fn what_is_malformed_is_named(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let cases = [
        ("commands", FORM, "text=help", "team_id"),
        ("commands", FORM, "", "team_id"),
        ("interactions", FORM, "nothing=here", "payload"),
        ("interactions", FORM, "payload=%7B", "body"),
        (
            "interactions",
            FORM,
            "payload=%7B%22type%22%3A%22block_actions%22%7D",
            "user",
        ),
        ("events", JSON, "{", "body"),
        ("events", JSON, "{\"type\":\"event_callback\"}", "event_id"),
        ("options", FORM, "payload=%5B%5D", "body"),
    ];
    for (door, kind, body, field) in cases {
        let answer = signed_slack(&world, &maro, door, kind, body).await;
        assert_eq!(answer.status(), 400, "{door} {body}");
        let problem: Value = answer.json().await.unwrap();
        let named = problem["field"].as_str().unwrap_or_default();
        assert!(
            named.contains(field),
            "{door} {body} names {field}: {problem}"
        );
    }
    for body in ["", "{", "[]"] {
        let answer = signed_jira(&world, &maro, "malformed", body).await;
        assert_eq!(answer.status(), 400, "jira {body}");
        let problem: Value = answer.json().await.unwrap();
        assert!(problem["field"].is_string(), "{problem}");
    }
    let draft = json!({ "team": "T0SANDBOX", "channel": "C0PAYMENTS", "content": { "title": 7 } });
    let (status, problem) = maro.post("api/v1/drafts", &draft).await;
    assert_eq!(status, 400);
    assert_eq!(problem["field"], "content.title", "{problem}");
}

async fn what_is_too_large_is_refused(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let large = "x".repeat(300 * 1024);
    for door in ["commands", "interactions", "events"] {
        let answer = signed_slack(&world, &maro, door, FORM, &large).await;
        assert_eq!(answer.status(), 413, "{door}");
    }
    let larger = "x".repeat(3 * 1024 * 1024);
    let answer = signed_jira(&world, &maro, "large", &larger).await;
    assert_eq!(answer.status(), 413, "jira");
    let request = maro.request(reqwest::Method::POST, "api/v1/drafts");
    let answer = request
        .header("content-type", JSON)
        .body(large)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 413, "api");
}

async fn slack_checks_the_address(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let verified = world.admin("slack/verify-url", json!({})).await;
    assert_eq!(verified["status"], 200, "{verified}");
    let checked = world.admin("slack/ssl-check", json!({})).await;
    assert_eq!(checked["status"], 200, "{checked}");
}

async fn one_act_has_one_effect_however_often_it_is_delivered(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let often = json!({ "delivery": { "copies": 4, "concurrent": true } });
    world.admin("settings", often).await;

    let preview = world.draft("Four times the same").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_card(&preview, "Created: ").await;
    let seen = world.look().await;
    let root = seen
        .messages()
        .find(|message| message["channel"] == "C0PAYMENTS" && message["reply_count"].is_number())
        .unwrap()["ts"]
        .clone();
    let say = json!({
        "user": "chen", "channel": "payments", "text": "@maro draft", "thread_ts": root,
    });
    world.admin("slack/say", say).await;
    let in_thread =
        |message: &&Value| message["thread_ts"] == root && has_button(message, "draft_approve");
    world
        .until("the draft of the thread", |seen| {
            seen.messages().find(in_thread).map(|_| ())
        })
        .await;
    world.command("dana", "track SCRUM-123").await;
    world
        .until_told(Told {
            user: "U0DANA",
            part: "SCRUM-123",
        })
        .await;
    maro.until_outbox_is_empty().await;

    let seen = world.look().await;
    assert_eq!(
        seen.count("Ticket draft: Four times") + seen.count("Created: "),
        1
    );
    assert_eq!(seen.count("Ticket created:"), 1);
    assert_eq!(seen.messages().filter(in_thread).count(), 1);
    assert_eq!(seen.told("U0DANA").len(), 1);
    assert_eq!(
        seen.told("U0BORIS").len(),
        0,
        "nothing to say to the same click"
    );
    assert_eq!(world.create_requests().await, 1);
    assert_eq!(world.requests("slack POST /views.open").await, 1);
}

async fn a_slow_jira_does_not_keep_slack_waiting(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    // Nothing about the project is known yet, so the form has to ask Jira.
    maro.draft(CHANNELS[0], "Before the storm").await;
    let preview = world.until_preview("Before the storm").await;
    world.fault("jira:*:*:hang");

    let answers = [
        world.command("amira", "create In the storm").await,
        world.command("amira", "track SCRUM-123").await,
        world.click("boris", &preview, "draft_approve").await,
    ];
    for answer in answers {
        assert_eq!(answer["status"], 200, "{answer}");
        assert!(answer["elapsed_ms"].as_u64().unwrap() < ACK_MS, "{answer}");
    }
    // The trigger lives three seconds: a form, or one that says to wait, is there before.
    world
        .until("a form", |seen| seen.modal("U0AMIRA").map(|_| ()))
        .await;
    maro.until_operation("needs_human").await;
    assert_eq!(world.create_requests().await, 1);
}

async fn a_slow_slack_does_not_keep_itself_waiting(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    maro.draft(CHANNELS[0], "Before the silence").await;
    let preview = world.until_preview("Before the silence").await;
    world.fault("slack:*:*:hang");
    let answers = [
        world.command("amira", "tracked").await,
        world.click("boris", &preview, "draft_approve").await,
    ];
    for answer in answers {
        assert_eq!(answer["status"], 200, "{answer}");
        assert!(answer["elapsed_ms"].as_u64().unwrap() < ACK_MS, "{answer}");
    }
    maro.until_operation("confirmed").await;
}

/// What cannot be stored is not taken, and the person is told so while Slack still waits.
async fn a_database_that_hangs_does_not_keep_slack_waiting(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let answers_to = world.sandbox.slack_api_url().join("/response/1").unwrap();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("team_id", "T0SANDBOX"),
            ("channel_id", "C0PAYMENTS"),
            ("channel_name", "payments"),
            ("user_id", "U0AMIRA"),
            ("command", "/maro"),
            ("text", "track SCRUM-123"),
            ("trigger_id", "1.2.hangs"),
            ("response_url", answers_to.as_str()),
        ])
        .finish();
    let say = async || {
        let answer = signed_slack(&world, &maro, "commands", FORM, &body).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    let held = world.database.hold().await;
    let said = say().await;
    assert!(said.contains(NOT_SAVED), "told while nothing moves: {said}");
    held.release().await;
    eventually("it is taken when it is said again", async || {
        (!say().await.contains(NOT_SAVED)).then_some(())
    })
    .await;
    eventually("the issue is tracked", async || {
        let tracked = maro.get("api/v1/channels/T0SANDBOX:C0PAYMENTS/tracked");
        (tracked.await["items"].as_array()?.len() == 1).then_some(())
    })
    .await;
    let audited = maro.audited().await;
    let tracked = audited
        .iter()
        .filter(|entry| entry["action"] == "issue.tracked");
    assert_eq!(tracked.count(), 1);
}

async fn a_webhook_that_comes_again_changes_nothing(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world
        .admin("jira/settings", json!({ "webhook_copies": 3 }))
        .await;
    // Without an answer, the webhook is what tells.
    world.fault("jira:POST:/rest/api/3/issue$:drop-after:times=1");
    maro.draft(CHANNELS[0], "Told three times").await;
    let preview = world.until_preview("Told three times").await;
    world.click("amira", &preview, "draft_approve").await;
    maro.until_operation("confirmed").await;
    world.until_card(&preview, "Created: ").await;
    maro.until_outbox_is_empty().await;

    assert_eq!(world.look().await.count("Ticket created:"), 1);
    let confirmed = || async {
        let audited = maro.audited().await;
        audited
            .iter()
            .filter(|entry| entry["action"] == "operation.confirmed")
            .count()
    };
    assert_eq!(confirmed().await, 1);
    world
        .admin("jira/settings", json!({ "webhook_wrong_signature": true }))
        .await;
    let fields = json!({
        "project": { "key": "SCRUM" }, "issuetype": { "name": "Task" }, "summary": "By hand",
    });
    world.admin("jira/issue", json!({ "fields": fields })).await;
    eventually("the wrong signature was refused", async || {
        let state = world.look().await;
        let attempts = state.0["jira"]["webhooks"].as_array()?.clone();
        attempts
            .iter()
            .any(|attempt| attempt["status"] == 401)
            .then_some(())
    })
    .await;
}

async fn a_webhook_about_what_nobody_follows_is_not_stored(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.command("amira", "track SCRUM-123").await;
    let tracked = eventually("the issue is tracked", async || {
        let tracked = maro.get("api/v1/channels/T0SANDBOX:C0PAYMENTS/tracked");
        tracked.await["items"].as_array()?.first().cloned()
    });
    let tracked = tracked.await;
    let event = |id: &Value, key: &str| {
        json!({
            "webhookEvent": "jira:issue_updated", "timestamp": 1,
            "issue": { "id": id, "key": key, "fields": { "summary": "x", "labels": ["shop"] } },
        })
        .to_string()
    };
    let stored = async || {
        let metrics = maro.request(reqwest::Method::GET, "metrics").send().await;
        let metrics = metrics.unwrap().text().await.unwrap();
        metrics.contains("maro_deliveries_total{kind=\"jira_webhook\"}")
    };
    let others = event(&"99999".into(), "OTHER-1");
    let answer = signed_jira(&world, &maro, "of-others", &others).await;
    assert_eq!(answer.status(), 200);
    assert!(!stored().await);
    let ours = event(&tracked["issue_id"], "SCRUM-123");
    let answer = signed_jira(&world, &maro, "ours", &ours).await;
    assert_eq!(answer.status(), 200);
    assert!(stored().await);
}
