//! The judge: takes the oldest news away and stores what follows from it, at once. A rule hears no
//! news that is older than itself.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maro_core::findings::News;
use maro_core::rules::{Finding, Rule};
use maro_store::{StoreError, Tx, news, rules};

use super::bench::Bench;
use super::seen::Seen;
use crate::App;
use crate::failpoints::reach;

/// Enough to be fast when thousands wait, little enough to keep the transaction short.
const BATCH: u64 = 500;

/// Judges one batch. Returns how much news it took; zero when there is none, or when another instance
/// was faster.
pub(crate) async fn judge(app: &App) -> Result<usize, StoreError> {
    let batch = news::oldest(app.store(), BATCH).await?;
    if batch.is_empty() {
        return Ok(0);
    }
    let applied = applied(app).await?;
    let tx = app.store().begin().await?;
    let ids: Vec<_> = batch.iter().map(|one| one.id).collect();
    if news::take(&tx, &ids).await? != ids.len() as u64 {
        tx.rollback().await?;
        return Ok(0);
    }
    if !applied.rules.is_empty() {
        hear_all(app, &tx, &applied, &batch).await?;
    }
    reach("judge.before_commit");
    tx.commit().await?;
    reach("judge.after_commit");
    app.wakeups().outbox();
    app.wakeups().tickets();
    Ok(batch.len())
}

/// The rules that are applied, and from when on each hears.
struct Applied {
    rules: Vec<Rule>,
    since: HashMap<String, DateTime<Utc>>,
}

impl Applied {
    /// Whether a rule was there when something happened.
    fn was_there(&self, rule: &Rule, at: DateTime<Utc>) -> bool {
        self.since.get(&rule.name).is_none_or(|since| *since <= at)
    }
}

async fn applied(app: &App) -> Result<Applied, StoreError> {
    let mut all = rules::list(app.store()).await?;
    all.retain(|stored| stored.rule.enabled);
    let since = all
        .iter()
        .map(|stored| (stored.rule.name.clone(), stored.since));
    Ok(Applied {
        since: since.collect(),
        rules: all.into_iter().map(|stored| stored.rule).collect(),
    })
}

/// The rules that are applied.
pub(super) async fn enabled(app: &App) -> Result<Vec<Rule>, StoreError> {
    Ok(applied(app).await?.rules)
}

async fn hear_all(app: &App, tx: &Tx, applied: &Applied, batch: &[News]) -> Result<(), StoreError> {
    let seen = Seen::of(tx, batch).await?;
    let finding = |one: &News| Some((seen.finding(one.subject, one.run)?, one.what, one.at));
    let heard: Vec<_> = batch.iter().filter_map(finding).collect();
    let findings: Vec<Finding> = heard.iter().map(|(finding, ..)| finding.clone()).collect();
    let mut bench = Bench::open(app, tx, &applied.rules, &findings).await?;
    for (finding, what, at) in &heard {
        let hears = |rule: &Rule| applied.was_there(rule, *at);
        bench.hear(finding, *what, hears).await?;
    }
    bench.close().await
}
