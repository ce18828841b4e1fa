//! `kill -9` between the steps from a report to the ticket that a rule wants of it, on both databases.
//!
//! Each round: a process that dies at the failpoint is told of a finding and dies; the reporter, who
//! has no answer, says the same to the next one. Then: the finding was counted once, it has one
//! ticket, and Jira has one issue. What comes after the wish is killed in `tickets_killed`.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::crashes::LEDGER;
use crate::support::{Database, Maro, World, eventually, killed_at};

/// Kills per failpoint and database.
const ROUNDS: usize = 3;

killed_at! {
    RULE_PATH:
    before_the_report_is_stored => "report.before_commit",
    after_the_report_is_stored => "report.after_commit",
    before_the_verdict_is_stored => "judge.before_commit",
    after_the_verdict_is_stored => "judge.after_commit",
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
    let rule =
        json!({ "notify": { "to": "C0CHECKOUT" }, "ticket": { "plan": { "project": "SCRUM" } } });
    let saved = maro.request(Method::PUT, "api/v1/rules/everything");
    let saved = saved.json(&rule).send().await.unwrap();
    assert!(saved.status().is_success(), "{}", saved.status());
    maro.kill();
    for round in 0..ROUNDS {
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
    }
}

fn report(maro: &Maro, title: &str) -> reqwest::RequestBuilder {
    let request = maro.request(Method::POST, "api/v1/defects");
    let body = json!({ "title": title, "severity": "high", "fingerprint": title });
    request.header("Idempotency-Key", title).json(&body)
}

async fn has_one_ticket(world: &World, maro: &Maro, id: &str, title: &str) {
    let path = format!("api/v1/defects/{id}");
    let defect = eventually("the finding has its ticket", async || {
        let defect = maro.get(&path).await;
        let is_linked = defect["ticket"]["state"] == "linked";
        // The finding and its ticket are read one after the other.
        (is_linked && defect["jira_issue_key"].is_string()).then_some(defect)
    })
    .await;
    assert_eq!(defect["count"], 1, "{title}");
    let seen = world.look().await;
    let issues = seen.issues(title);
    assert_eq!(issues.len(), 1, "{title}");
    assert_eq!(defect["jira_issue_key"], issues[0]["key"], "{title}");
}
