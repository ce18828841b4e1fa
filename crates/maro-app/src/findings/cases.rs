//! What a run says about cases that failed before: their last results, and which of them are flaky.
//!
//! Only cases that failed are remembered, and no longer than their results say anything.

use std::collections::{HashMap, HashSet};

use maro_core::findings::{CaseHistory, CaseResult, FailedCase, Stand, SuiteRun};
use maro_store::case_histories::{self as rows, MOST_OF_SUITE};
use maro_store::{StoreError, Tx};

/// What a run said about the cases of its suite.
#[derive(Debug, Default)]
pub(super) struct Cases {
    flaky: HashSet<u64>,
    became_flaky: Vec<u64>,
    recovered: Vec<u64>,
}

impl Cases {
    /// Whether a case is flaky.
    pub(super) fn is_flaky(&self, key: u64) -> bool {
        self.flaky.contains(&key)
    }

    /// Marks the defects of cases that changed. Comes after the run has raised its own, so that those
    /// are marked, too.
    pub(super) async fn mark_defects(&self, tx: &Tx, suite: &str) -> Result<(), StoreError> {
        rows::mark_defects(tx, suite, &self.became_flaky, true).await?;
        rows::mark_defects(tx, suite, &self.recovered, false).await
    }
}

/// Adds the results of a run to the histories of its cases. The transaction holds the suite's row.
pub(super) async fn remember(
    tx: &Tx,
    run: &SuiteRun,
    failures: &[FailedCase],
    passed: &HashSet<u64>,
) -> Result<Cases, StoreError> {
    let mut known = rows::of_suite(tx, &run.suite).await?;
    let results = results(failures, passed, &known);
    let stand = Stand::of(&run.context);
    let mut cases = Cases::default();
    let (mut changed, mut clean) = (Vec::new(), Vec::new());
    for (key, result) in results {
        if !known.contains_key(&key) && known.len() >= MOST_OF_SUITE {
            continue;
        }
        let history = known.entry(key).or_default();
        let before = history.is_flaky();
        history.push(result, stand);
        match (before, history.is_flaky()) {
            (false, true) => cases.became_flaky.push(key),
            (true, false) => cases.recovered.push(key),
            _ => {}
        }
        if history.is_clean() {
            clean.push(key);
        } else {
            changed.push(key);
        }
    }
    let put: Vec<_> = changed.iter().map(|key| (*key, &known[key])).collect();
    rows::put(tx, &run.suite, &put, run.reported_at).await?;
    rows::forget(tx, &run.suite, &clean).await?;
    let flaky = known.into_iter().filter(|(_, history)| history.is_flaky());
    cases.flaky = flaky.map(|(key, _)| key).collect();
    Ok(cases)
}

/// How each case ended: all that failed, and those that passed and are known.
fn results(
    failures: &[FailedCase],
    passed: &HashSet<u64>,
    known: &HashMap<u64, CaseHistory>,
) -> HashMap<u64, CaseResult> {
    let mut results = HashMap::new();
    for failed in failures
        .iter()
        .filter(|failed| !failed.case.name.is_empty())
    {
        let key = failed.case.key();
        let result = if failed.flaky || passed.contains(&key) {
            CaseResult::Both
        } else {
            CaseResult::Failed
        };
        results.insert(key, result);
    }
    for key in known.keys().filter(|key| passed.contains(key)) {
        results.entry(*key).or_insert(CaseResult::Passed);
    }
    results
}
