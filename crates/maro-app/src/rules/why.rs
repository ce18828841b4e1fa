//! Why somebody was told of a finding, or was not: each rule's answer.

use chrono::{DateTime, Utc};
use maro_core::findings::{News, Subject, What};
use maro_core::rules::{Finding, Rule, mismatch};
use maro_store::StoreError;
use maro_store::rules::{self, StoredRule, WatchedRow};

use super::seen::Seen;
use crate::{App, clock};

/// The answer of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// What it decided, as [`maro_core::rules::Verdict`] writes it; `not_about` where the rule is about
    /// other findings, `off` where it is turned off, `not_heard` where it was not there in time.
    pub verdict: &'static str,
    /// Why, as a sentence.
    pub why: String,
    /// When it was decided.
    pub at: Option<DateTime<Utc>>,
}

/// Asks every rule about a finding. `None`: there is no such finding.
pub async fn why(app: &App, subject: Subject) -> Result<Option<Vec<Reason>>, StoreError> {
    let about = News {
        id: clock::new_id(),
        subject,
        what: What::Reported,
        run: None,
        at: app.now(),
    };
    let seen = Seen::of(app.store(), &[about]).await?;
    let Some(finding) = seen.finding(subject, None) else {
        return Ok(None);
    };
    let all = rules::list(app.store()).await?;
    let key = |stored: &StoredRule| finding.key_for(&stored.rule).to_string();
    let mut keys: Vec<String> = all.iter().map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    let known = rules::load(app.store(), &keys).await?;
    let reasons = all
        .iter()
        .map(|stored| reason(&known, &stored.rule, &finding));
    Ok(Some(reasons.collect()))
}

fn reason(known: &[WatchedRow], rule: &Rule, finding: &Finding) -> Reason {
    let key = finding.key_for(rule);
    let is_its = |row: &&WatchedRow| row.rule == rule.name && row.key == key;
    let known = known.iter().find(is_its).cloned();
    let (verdict, why, at) = match (known, mismatch(&rule.when, finding)) {
        (Some(row), _) => (
            row.watched.verdict.as_str(),
            row.watched.why,
            Some(row.watched.at),
        ),
        (None, _) if !rule.enabled => ("off", "The rule is turned off.".to_owned(), None),
        (None, Some(why)) => (
            "not_about",
            format!("The rule is not about it: {why}."),
            None,
        ),
        (None, None) => {
            let why = "It did not happen again since the rule is there.";
            ("not_heard", why.to_owned(), None)
        }
    };
    Reason {
        rule: rule.name.clone(),
        verdict,
        why,
        at,
    }
}

/// What a rule decided last, the newest first, with the names of what it was about.
pub async fn recent(
    app: &App,
    rule: &str,
    count: u64,
) -> Result<Vec<(WatchedRow, String)>, StoreError> {
    let rows = rules::recent(app.store(), rule, count).await?;
    let seen = Seen::of_rows(app.store(), &rows).await?;
    let titled = |row: WatchedRow| {
        let finding = seen.remembered(&row)?;
        Some((row, finding.title))
    };
    Ok(rows.into_iter().filter_map(titled).collect())
}
