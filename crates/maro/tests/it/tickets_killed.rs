//! `kill -9` around a person's wish for a ticket, on both databases. What follows from a wish is killed
//! in `rules_killed`.
//!
//! Each round: a process that dies at the failpoint is asked for a ticket, dies, and another one goes
//! on. Then: the finding is there, it has one ticket, and Jira has one issue.

use reqwest::Method;
use serde_json::{Value, json};

use crate::crashes::LEDGER;
use crate::support::{Database, Maro, World, eventually, killed_at, kills};

/// Kills per failpoint and database, unless `MARO_TEST_KILLS` says otherwise.
const ROUNDS: usize = 3;

killed_at! {
    WISH_PATH:
    before_the_wish_is_stored => "ticket.before_wish",
    after_the_wish_is_stored => "ticket.after_wish",
}

async fn kill_again_and_again(database: Database, failpoint: &str) {
    if !cfg!(feature = "failpoints") {
        eprintln!(
            "SKIPPED: {failpoint}, because the binary has no failpoints; run `cargo xtask test`"
        );
        return;
    }
    let world = World::with_file(database, LEDGER).await;
    let mut findings = Vec::new();
    for round in 0..kills(ROUNDS) {
        let mut doomed = world
            .maro_with(&[("FAILPOINTS", &format!("{failpoint}=return"))])
            .await;
        let title = format!("Round {round} of kills");
        let body = json!({ "title": title, "severity": "high", "fingerprint": title });
        let (status, defect) = doomed.post("api/v1/defects", &body).await;
        assert!(status.is_success(), "{defect}");
        let id = defect["id"].as_str().unwrap().to_owned();
        let request = doomed.request(Method::POST, &format!("api/v1/defects/{id}/jira"));
        // It may die before it answers.
        let _ = request.json(&json!({})).send().await;
        doomed.until_killed(failpoint).await;
        let maro = world.maro().await;
        recover(&maro, &id).await;
        findings.push((id, title));
    }
    let maro = world.maro().await;
    for (id, title) in findings {
        let defect = maro.get(&format!("api/v1/defects/{id}")).await;
        let seen = world.look().await;
        let issues = seen.issues(&title);
        assert_eq!(issues.len(), 1, "{title}");
        assert_eq!(defect["jira_issue_key"], issues[0]["key"], "{title}");
        assert_eq!(defect["ticket"]["jira_id"], issues[0]["id"], "{title}");
    }
}

/// The next process brings the ticket to its end; a person clicks again when the wish was lost.
async fn recover(maro: &Maro, id: &str) {
    let defect = format!("api/v1/defects/{id}");
    eventually("the finding has its ticket", async || {
        let seen = maro.get(&defect).await;
        if seen["ticket"]["state"] == "linked" {
            return Some(());
        }
        if seen["ticket"] == Value::Null {
            maro.post(&format!("{defect}/jira"), &json!({})).await;
        }
        None
    })
    .await;
}
