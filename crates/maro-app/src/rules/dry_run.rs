//! A dry run: what a rule would have done to the last findings. Nobody is told.

use maro_core::findings::What;
use maro_core::rules::{Finding, Rehearsed, Rule, Standing, rehearse};
use maro_store::PageRequest;
use maro_store::defects::{self, DefectFilter};
use maro_store::suite_runs::{self, RunFilter};

use super::RuleError;
use crate::App;

/// As many findings of each kind a dry run looks at.
pub const MOST_FINDINGS: u64 = 200;

/// Plays the last findings to a rule, as if it had been there and nobody had settled them. The newest
/// is the first of the answer.
pub async fn dry_run(app: &App, rule: &Rule, count: u64) -> Result<Vec<Rehearsed>, RuleError> {
    let faults = rule.faults();
    if !faults.is_empty() {
        return Err(RuleError::Faults(faults));
    }
    let page = PageRequest::first(count.clamp(1, MOST_FINDINGS));
    let known = defects::page(app.store(), &DefectFilter::default(), &page).await?;
    let runs = suite_runs::page(app.store(), &RunFilter::default(), &page).await?;
    let mut found: Vec<_> = known
        .items
        .iter()
        .map(|defect| {
            let mut finding = Finding::of_defect(defect, None);
            // At first sight it was open, and nobody had snoozed it.
            finding.standing = Standing::Open;
            finding.snoozed_until = None;
            (finding, What::New, defect.first_seen)
        })
        .collect();
    let runs = runs.items.iter();
    found.extend(runs.map(|run| (Finding::of_run(run), What::Reported, run.reported_at)));
    found.sort_by_key(|(_, _, at)| *at);
    let latest = found
        .len()
        .saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
    let mut done = rehearse(rule, found.split_off(latest));
    done.reverse();
    Ok(done)
}
