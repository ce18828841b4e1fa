//! The judge: takes the oldest news away and stores what follows from it, at once.

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
    let rules = enabled(app).await?;
    let tx = app.store().begin().await?;
    let ids: Vec<_> = batch.iter().map(|one| one.id).collect();
    if news::take(&tx, &ids).await? != ids.len() as u64 {
        tx.rollback().await?;
        return Ok(0);
    }
    if !rules.is_empty() {
        hear_all(app, &tx, &rules, &batch).await?;
    }
    reach("judge.before_commit");
    tx.commit().await?;
    reach("judge.after_commit");
    app.wakeups().outbox();
    app.wakeups().tickets();
    Ok(batch.len())
}

/// The rules that are applied.
pub(super) async fn enabled(app: &App) -> Result<Vec<Rule>, StoreError> {
    let all = rules::list(app.store()).await?.into_iter();
    let rules = all.map(|stored| stored.rule);
    Ok(rules.filter(|rule| rule.enabled).collect())
}

async fn hear_all(app: &App, tx: &Tx, rules: &[Rule], batch: &[News]) -> Result<(), StoreError> {
    let seen = Seen::of(tx, batch).await?;
    let finding = |one: &News| Some((seen.finding(one.subject, one.run)?, one.what));
    let heard: Vec<_> = batch.iter().filter_map(finding).collect();
    let findings: Vec<Finding> = heard.iter().map(|(finding, _)| finding.clone()).collect();
    let mut bench = Bench::open(app, tx, rules, &findings).await?;
    for (finding, what) in &heard {
        bench.hear(finding, *what).await?;
    }
    bench.close().await
}
