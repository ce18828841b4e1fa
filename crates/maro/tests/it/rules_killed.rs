//! `kill -9` between every pair of steps from a report to the ticket that a rule wants of it and to
//! what people are told, on both databases.
//!
//! Each round: a process that dies at the failpoint is told of a finding and dies; the reporter, who
//! may have no answer, says the same to the next one. Then: the finding was counted once, it has one
//! ticket, Jira has one issue, and the channel has one card with one line about the ticket. What a
//! person's wish adds to this is killed in `tickets_killed`.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::crashes::LEDGER;
use crate::support::{Database, Maro, World, eventually, killed_at, kills};

/// Kills per failpoint and database, unless `MARO_TEST_KILLS` says otherwise.
const ROUNDS: usize = 2;

killed_at! {
    RULE_PATH:
    before_the_report_is_stored => "report.before_commit",
    after_the_report_is_stored => "report.after_commit",
    before_the_verdict_is_stored => "judge.before_commit",
    after_the_verdict_is_stored => "judge.after_commit",
    after_the_wish_is_claimed => "ticket.after_claim",
    after_the_ticket_is_composed => "ticket.after_compose",
    before_the_operation_is_stored => "ticket.before_commit",
    after_the_operation_is_stored => "ticket.after_commit",
    after_the_claim_is_stored => "claim.after_commit",
    before_the_write => "send.before_write",
    after_the_answer => "send.after_answer",
    before_the_outcome_is_stored => "settle.before_commit",
    after_the_outcome_is_stored => "settle.after_commit",
    after_the_notice_is_claimed => "outbox.after_claim",
    before_the_notice_is_sent => "outbox.before_send",
    after_the_notice_is_sent => "outbox.after_send",
    after_the_notice_is_settled => "outbox.after_settle",
}

async fn kill_again_and_again(database: Database, failpoint: &str) {
    if !cfg!(feature = "failpoints") {
        eprintln!(
            "SKIPPED: {failpoint}, because the binary has no failpoints; run `cargo xtask test`"
        );
        return;
    }
    let world = World::with_file(database, LEDGER).await;
    let mut maro = world.maro().await;
    let rule = json!({
        "notify": { "to": "C0CHECKOUT", "interval": "1s" },
        "ticket": { "plan": { "project": "SCRUM" } },
    });
    let saved = maro.request(Method::PUT, "api/v1/rules/everything");
    let saved = saved.json(&rule).send().await.unwrap();
    assert!(saved.status().is_success(), "{}", saved.status());
    maro.kill();
    for round in 0..kills(ROUNDS) {
        let title = format!("Round {round} of reports");
        let mut doomed = world
            .maro_with(&[("FAILPOINTS", &format!("{failpoint}=return"))])
            .await;
        // It may die before it answers.
        let _ = report(&doomed, &title).send().await;
        doomed.until_killed(failpoint).await;
        let maro = world.maro().await;
        let answer = report(&maro, &title).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let defect: Value = answer.json().await.unwrap();
        has_one_ticket(&world, &maro, defect["id"].as_str().unwrap(), &title).await;
        maro.until_outbox_is_empty().await;
        is_told_once(&world, &title).await;
    }
}

fn report(maro: &Maro, title: &str) -> reqwest::RequestBuilder {
    let request = maro.request(Method::POST, "api/v1/defects");
    let body = json!({ "title": title, "severity": "high", "fingerprint": title });
    request.header("Idempotency-Key", title).json(&body)
}

async fn has_one_ticket(world: &World, maro: &Maro, id: &str, title: &str) {
    let path = format!("api/v1/defects/{id}");
    let mut asked = false;
    let defect = eventually("the finding has its ticket", async || {
        let defect = maro.get(&path).await;
        if defect["ticket"]["state"] == "linked" {
            return Some(defect);
        }
        let operation = maro.operation(&format!(":finding:{id}.1")).await?;
        if operation["state"] == "needs_human" && !asked {
            asked = true;
            answer_the_question(world, maro, &operation, title).await;
        }
        None
    })
    .await;
    assert_eq!(defect["count"], 1, "{title}");
    let seen = world.look().await;
    let issues = seen.issues(title);
    assert_eq!(issues.len(), 1, "{title}");
    assert_eq!(defect["jira_issue_key"], issues[0]["key"], "{title}");
    assert_eq!(defect["ticket"]["jira_id"], issues[0]["id"], "{title}");
}

/// Nobody can know whether the write arrived: somebody looks, and lets Maro create.
async fn answer_the_question(world: &World, maro: &Maro, operation: &Value, title: &str) {
    let issues = world.look().await.issues(title).len();
    assert_eq!(issues, 0, "{title} exists, but was not found");
    let anyway = json!({ "decision": "create_anyway" });
    let (status, answer) = maro.decide(operation, &anyway).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

async fn is_told_once(world: &World, title: &str) {
    let seen = world.look().await;
    let ours = || {
        seen.messages()
            .filter(|message| message["user"] == "U0MARO")
    };
    let is_card = |message: &&Value| message["blocks"].to_string().contains(title);
    let cards: Vec<&Value> = ours().filter(is_card).collect();
    assert_eq!(cards.len(), 1, "{title}");
    let lines = ours().filter(|message| {
        message["thread_ts"] == cards[0]["ts"] && message["ts"] != cards[0]["ts"]
    });
    let lines: Vec<&str> = lines
        .filter_map(|message| message["text"].as_str())
        .collect();
    let tickets = lines
        .iter()
        .filter(|line| line.starts_with("Ticket created: "));
    assert_eq!(tickets.count(), 1, "{title}: {lines:?}");
}
