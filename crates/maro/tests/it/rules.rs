//! Rules: who is told of which finding, once, and why not.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, command, eventually, on_sqlite};

both_databases!(
    what_a_run_finds_is_one_card_and_one_digest,
    a_row_of_failing_runs_is_one_card_until_it_passes,
    a_storm_is_one_message_and_one_digest,
    a_field_that_became_required_turns_the_rule_yellow_until_it_is_filled,
);
on_sqlite!(
    a_rule_that_is_wrong_is_refused_by_its_field,
    a_dry_run_says_what_a_rule_would_have_done,
    rules_of_the_file_count_and_are_only_read,
    a_file_that_changes_counts_unless_it_is_wrong,
    a_channel_must_be_known,
    a_test_notification_arrives_where_the_rule_tells,
    a_rule_without_a_way_says_so_and_holds_what_it_has,
);

const CHANNEL: &str = "C0CHECKOUT";

/// Saves a rule; it must be taken.
async fn save(maro: &Maro, name: &str, rule: &Value) -> Value {
    let (status, saved) = put(maro, name, rule).await;
    assert!(status.is_success(), "{status} {saved}");
    saved
}

async fn put(maro: &Maro, name: &str, rule: &Value) -> (StatusCode, Value) {
    let request = maro.request(Method::PUT, &format!("api/v1/rules/{name}"));
    let response = request.json(rule).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}

/// Reports a run of a suite with so many cases that all fail or all pass.
async fn run(maro: &Maro, suite: &str, cases: usize, fails: bool) -> Value {
    let failure = if fails { "<failure message='no'/>" } else { "" };
    let case =
        |number| format!("<testcase classname='C' name='case {number}'>{failure}</testcase>");
    let cases: String = (0..cases).map(case).collect();
    let xml = format!("<testsuite name='{suite}'>{cases}</testsuite>");
    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let response = request.body(xml).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    response.json().await.unwrap()
}

/// Texts of a channel's messages, apart from threads; then those of its threads.
async fn heard(world: &World, channel: &str) -> (Vec<String>, Vec<String>) {
    let seen = world.look().await;
    let all = seen
        .messages()
        .filter(|message| message["user"] == "U0MARO" && message["channel"] == channel);
    let (mut top, mut thread) = (Vec::new(), Vec::new());
    for message in all {
        let text = message["text"].as_str().unwrap_or_default().to_owned();
        let parent = message["thread_ts"].as_str();
        if parent.is_none() || parent == message["ts"].as_str() {
            top.push(text);
        } else {
            thread.push(text);
        }
    }
    (top, thread)
}

async fn until_heard(world: &World, count: usize) -> Vec<String> {
    eventually("the channel heard of it", async || {
        let (top, _) = heard(world, CHANNEL).await;
        (top.len() >= count).then_some(top)
    })
    .await
}

fn defects_rule(interval: &str) -> Value {
    json!({
        "when": { "kinds": ["defect"] },
        "notify": { "to": CHANNEL, "interval": interval },
    })
}

async fn verdicts(maro: &Maro, defect: &Value) -> Vec<String> {
    let id = defect["id"].as_str().unwrap();
    let list = maro.get(&format!("api/v1/defects/{id}/verdicts")).await;
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["verdict"].as_str().unwrap().to_owned())
        .collect()
}

async fn what_a_run_finds_is_one_card_and_one_digest(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    save(&maro, "defects", &defects_rule("1s")).await;
    run(&maro, "checkout", 3, true).await;

    let top = until_heard(&world, 2).await;
    assert!(
        top.iter().any(|text| text.starts_with("2 findings")),
        "{top:?}"
    );
    let list = maro.get("api/v1/defects").await;
    let mut said = Vec::new();
    for defect in list["items"].as_array().unwrap() {
        said.extend(verdicts(&maro, defect).await);
    }
    said.sort();
    assert_eq!(said, ["in_digest", "in_digest", "told"]);

    run(&maro, "checkout", 3, false).await;
    eventually("the card's thread says that it is fixed", async || {
        let (_, thread) = heard(&world, CHANNEL).await;
        (thread == ["It is fixed now."]).then_some(())
    })
    .await;
    maro.until_outbox_is_empty().await;
    assert_eq!(heard(&world, CHANNEL).await.0.len(), 2);
}

async fn a_row_of_failing_runs_is_one_card_until_it_passes(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let rule = json!({
        "when": { "kinds": ["suite_run"], "sources": ["check*"] },
        "notify": { "to": CHANNEL, "interval": "1s", "in_a_row": 2 },
    });
    save(&maro, "suites", &rule).await;
    run(&maro, "other", 1, true).await;
    for fails in [true, true, true, false] {
        run(&maro, "checkout", 1, fails).await;
    }
    eventually("the thread says that it passed", async || {
        let (_, thread) = heard(&world, CHANNEL).await;
        (thread == ["It passes again."]).then_some(())
    })
    .await;
    maro.until_outbox_is_empty().await;
    let (top, _) = heard(&world, CHANNEL).await;
    assert_eq!(top.len(), 1, "{top:?}");
    assert!(top[0].contains("checkout"), "{top:?}");
}

async fn a_storm_is_one_message_and_one_digest(database: Database) {
    const STORM: usize = 10_000;
    let world = World::new(database).await;
    let maro = world.maro().await;
    save(&maro, "defects", &defects_rule("15s")).await;
    run(&maro, "checkout", STORM, true).await;

    let top = until_heard(&world, 2).await;
    let digests = top.iter().filter(|text| text.contains(" findings")).count();
    assert_eq!((top.len(), digests), (2, 1), "{top:?}");
    let told = format!("{} findings", STORM - 1);
    assert!(top.iter().any(|text| text.starts_with(&told)), "{top:?}");
    let last = maro.get("api/v1/defects?limit=200").await;
    for defect in last["items"].as_array().unwrap().iter().step_by(50) {
        assert_eq!(verdicts(&maro, defect).await.len(), 1);
    }
}

async fn a_rule_that_is_wrong_is_refused_by_its_field(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let notify = |field: &str, value: Value| {
        let mut rule = defects_rule("1m");
        rule["notify"][field] = value;
        rule
    };
    for (rule, status, field) in [
        (notify("interval", json!("9d")), 422, "notify.interval"),
        (notify("interval", json!("soon")), 400, "notify.interval"),
        (notify("to", json!("checkout")), 400, "notify.to"),
        (notify("intervall", json!("1m")), 400, "notify.intervall"),
        (json!({}), 422, "notify"),
        (
            json!({ "name": "other", "notify": { "to": "alerts" } }),
            422,
            "name",
        ),
    ] {
        let (answered, problem) = put(&maro, "defects", &rule).await;
        assert_eq!(
            (answered.as_u16(), &problem["field"]),
            (status, &json!(field)),
            "{problem}"
        );
    }
    assert_eq!(maro.get("api/v1/rules").await, json!({ "items": [] }));
    let saved = save(&maro, "defects", &defects_rule("1m")).await;
    assert_eq!(saved["state"], "healthy", "{saved}");
    let again = put(&maro, "defects", &saved["rule"]).await;
    assert_eq!(
        (again.0, &again.1["rule"]),
        (StatusCode::OK, &saved["rule"])
    );
    let request = maro.request(Method::DELETE, "api/v1/rules/defects");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let acts: Vec<Value> = maro.audited().await;
    let acts: Vec<&str> = acts
        .iter()
        .filter_map(|act| act["action"].as_str())
        .collect();
    assert_eq!(acts, ["rule.saved", "rule.saved", "rule.deleted"]);
}

async fn a_dry_run_says_what_a_rule_would_have_done(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    run(&maro, "checkout", 2, true).await;
    let (status, done) = maro.post("api/v1/rules/dry-run", &defects_rule("1m")).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let mut would: Vec<&str> = done["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["would"].as_str())
        .collect();
    would.sort_unstable();
    assert_eq!(would, ["message", "message", "nothing"], "{done}");
    maro.until_outbox_is_empty().await;
    assert!(heard(&world, CHANNEL).await.0.is_empty());
}

async fn rules_of_the_file_count_and_are_only_read(database: Database) {
    let world = World::new(database).await;
    let good = "[[rules]]\nname = \"ours\"\nnotify.to = \"C0CHECKOUT\"\n";
    let file = world.another_file(&format!("{good}notify.in_a_row = 0\n"));
    let said = world.try_maro(&[("MARO_RULES_FILE", &file)]).await;
    let said = said.err().unwrap();
    let fault = format!("{file}: line 1: rule \"ours\": notify.in_a_row");
    assert!(said.contains(&fault), "{said}");
    let check = || {
        command(&[])
            .args(["rules", "check", &file])
            .output()
            .unwrap()
    };
    let checked = check();
    let said = String::from_utf8(checked.stderr).unwrap();
    assert!(!checked.status.success() && said.contains(&fault), "{said}");

    world.another_file(good);
    assert!(check().status.success());
    let maro = world.maro_with(&[("MARO_RULES_FILE", &file)]).await;
    let rule = maro.get("api/v1/rules/ours").await;
    assert_eq!(rule["origin"], "file");
    let (status, problem) = put(&maro, "ours", &defects_rule("1m")).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("in_file"))
    );
    drop(maro);
    world.another_file("");
    let maro = world.maro_with(&[("MARO_RULES_FILE", &file)]).await;
    assert_eq!(maro.get("api/v1/rules").await, json!({ "items": [] }));
}

async fn a_file_that_changes_counts_unless_it_is_wrong(database: Database) {
    let world = World::with_file(database, &format!("{LASTING}probe_ms = 200\n")).await;
    let rule =
        |name: &str, to: &str| format!("[[rules]]\nname = \"{name}\"\nnotify.to = \"{to}\"\n");
    let file = world.another_file(&rule("first", CHANNEL));
    let maro = world.maro_with(&[("MARO_RULES_FILE", &file)]).await;
    let names = async || {
        let list = maro.get("api/v1/rules").await;
        let items = list["items"].as_array().unwrap().clone();
        let name = |item: &Value| item["rule"]["name"].as_str().map(str::to_owned);
        items.iter().filter_map(name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["first"]);

    world.another_file("[[rule]]\n");
    eventually("the mistake is told", async || {
        let said = maro.log().contains("line 1: unknown field");
        said.then_some(())
    })
    .await;
    assert_eq!(names().await, ["first"], "the rules before it count");
    let metrics = maro.request(Method::GET, "metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("maro_rules_file_ok 0"), "{metrics}");

    // A file that is written in place is empty for a moment.
    world.another_file("");
    eventually("the empty file is told", async || {
        maro.log().contains("is empty").then_some(())
    })
    .await;
    assert_eq!(names().await, ["first"], "the rules before it count");

    // Slack knows no such channel, which is no reason to refuse the others of the file.
    let text = format!(
        "{}{}",
        rule("second", "#checkout"),
        rule("third", "#no-such")
    );
    world.another_file(&text);
    eventually("the new rules count", async || {
        (names().await == ["second", "third"]).then_some(())
    })
    .await;
    eventually("the unknown channel is told", async || {
        let third = maro.get("api/v1/rules/third").await;
        let said = third["reason"].as_str().unwrap_or_default().to_owned();
        (third["state"] == "needs_attention" && said.contains("#no-such")).then_some(())
    })
    .await;
    assert_eq!(maro.get("api/v1/rules/second").await["state"], "healthy");
}

async fn a_channel_must_be_known(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let to = |name: &str| json!({ "notify": { "to": name } });
    let saved = save(&maro, "ours", &to("#checkout")).await;
    // As it was written: rules of the file, of the page and the alert channel must mean one place.
    assert_eq!(saved["rule"]["notify"]["to"], "#checkout", "{saved}");
    let (status, problem) = put(&maro, "ours", &to("#no-such")).await;
    assert_eq!(
        (status.as_u16(), &problem["field"]),
        (422, &json!("notify.to")),
        "{problem}"
    );
    assert_eq!(maro.get("api/v1/rules/ours").await["rule"], saved["rule"]);
}

async fn a_test_notification_arrives_where_the_rule_tells(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    save(&maro, "defects", &defects_rule("1m")).await;
    let (status, told) = maro.post("api/v1/rules/defects/test", &Value::Null).await;
    assert_eq!(
        (status, &told["to"]),
        (StatusCode::ACCEPTED, &json!(CHANNEL))
    );
    let top = until_heard(&world, 1).await;
    assert!(top[0].contains("test of the rule defects"), "{top:?}");
}

async fn a_rule_without_a_way_says_so_and_holds_what_it_has(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let rule = json!({ "notify": { "to": "webhook" } });
    let saved = save(&maro, "nowhere", &rule).await;
    assert_eq!(saved["state"], "needs_attention", "{saved}");
    save(&maro, "defects", &defects_rule("1s")).await;
    run(&maro, "checkout", 1, true).await;
    until_heard(&world, 1).await;
    let list = maro.get("api/v1/defects").await;
    let said = verdicts(&maro, &list["items"][0]).await;
    assert_eq!(said, ["told", "held"]);
}

/// As in production a lease of work outlives every call, or a busy machine sends a message again.
const LASTING: &str = "[ledger]\nwork_lease_ms = 60000\npoll_ms = 50\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_reporters_at_once_on_two_instances_are_one_defect_one_message_and_one_ticket() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::with_file(database, LASTING).await;
    let (one, other) = (world.maro().await, world.maro().await);
    let rule = json!({
        "when": { "kinds": ["defect"] },
        "notify": { "to": CHANNEL, "interval": "1s" },
        "ticket": { "plan": { "project": "SCRUM" } },
    });
    save(&one, "defects", &rule).await;
    let body = json!({ "title": "Nothing works", "severity": "high", "fingerprint": "same" });
    let report = async |number: usize| {
        let maro = if number.is_multiple_of(2) {
            &one
        } else {
            &other
        };
        let (status, answer) = maro.post("api/v1/defects", &body).await;
        assert!(status.is_success(), "{status} {answer}");
        answer["id"].as_str().unwrap().to_owned()
    };
    let ids = futures_util::future::join_all((0..8).map(report)).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");

    let defect = eventually("it has a ticket", async || {
        let defect = one.get(&format!("api/v1/defects/{}", ids[0])).await;
        defect["jira_issue_key"].is_string().then_some(defect)
    })
    .await;
    assert_eq!(defect["count"], 8);
    eventually("nothing waits", async || {
        let verdict = verdicts(&other, &defect).await;
        (verdict == ["told"]).then_some(())
    })
    .await;
    other.until_outbox_is_empty().await;
    assert_eq!(heard(&world, CHANNEL).await.0.len(), 1);
    assert_eq!(world.look().await.issues("Nothing works").len(), 1);
}

async fn a_field_that_became_required_turns_the_rule_yellow_until_it_is_filled(database: Database) {
    let world = World::with_file(database, &format!("{LASTING}probe_ms = 200\n")).await;
    let maro = world.maro().await;
    let mut rule = json!({
        "when": { "kinds": ["defect"] },
        "ticket": { "plan": { "project": "SCRUM" } },
    });
    let saved = save(&maro, "tickets", &rule).await;
    assert_eq!(saved["state"], "healthy", "{saved}");
    let fields = json!({ "SCRUM": ["customfield_10051"] });
    let settings = json!({ "required_fields": fields });
    world.admin("jira/settings", settings).await;
    run(&maro, "checkout", 1, true).await;
    let yellow = eventually("the rule needs attention", async || {
        let rule = maro.get("api/v1/rules/tickets").await;
        (rule["state"] == "needs_attention").then_some(rule)
    })
    .await;
    let reason = yellow["reason"].as_str().unwrap();
    assert!(reason.starts_with("ticket.plan: "), "{reason}");

    rule["ticket"]["plan"]["fields"] = json!({ "customfield_10051": { "constant": "Payments" } });
    let saved = save(&maro, "tickets", &rule).await;
    assert_eq!(saved["state"], "healthy", "{saved}");
    eventually("its ticket follows", async || {
        let defects = maro.get("api/v1/defects").await;
        defects["items"][0]["jira_issue_key"]
            .is_string()
            .then_some(())
    })
    .await;
}
