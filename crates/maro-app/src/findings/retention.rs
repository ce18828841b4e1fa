//! Retention: old runs and settled defects go, a batch at a time. What is open never goes.

use chrono::TimeDelta;
use maro_store::{StoreError, old_findings as rows};

use crate::App;

/// Runs of one transaction; each may have thousands of failures.
const RUNS: u64 = 100;
const ROWS: u64 = 500;
/// Batches of one clean-up; the rest waits for the next.
const BATCHES: usize = 50;
/// Cases that nobody has run for so long say nothing about flakiness.
const KEEP_CASES: TimeDelta = TimeDelta::days(30);
/// What a trend may show.
const KEEP_DAYS: TimeDelta = TimeDelta::days(400);

/// Deletes what is older than the operator wants to keep.
pub(crate) async fn forget_old(app: &App) -> Result<(), StoreError> {
    let (store, now, keep) = (app.store(), app.now(), &app.settings().retention);
    let (runs, defects) = (now - keep.runs, now - keep.settled_defects);
    for _ in 0..BATCHES {
        if rows::delete_runs_before(store, runs, RUNS).await? == 0 {
            break;
        }
    }
    for _ in 0..BATCHES {
        if rows::delete_defects_settled_before(store, defects, ROWS).await? == 0 {
            break;
        }
    }
    for _ in 0..BATCHES {
        if rows::delete_events_before(store, defects, ROWS).await? == 0 {
            break;
        }
    }
    rows::delete_case_histories_before(store, now - KEEP_CASES).await?;
    rows::delete_days_before(store, (now - KEEP_DAYS).date_naive()).await
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use maro_core::actor::Actor;
    use maro_core::findings::{
        CaseName, DefectStatus, FailedCase, FailureKind, Outcome, RunContext, Totals,
    };
    use maro_store::PageRequest;
    use maro_store::defects::DefectFilter;
    use maro_store::suite_runs::RunFilter;

    use super::*;
    use crate::findings::{self, NewRun};
    use crate::testing::app;

    async fn fail(app: &App, name: &str) {
        let failed = FailedCase {
            case: CaseName {
                name: name.to_owned(),
                ..CaseName::default()
            },
            kind: FailureKind::Failure,
            failure_type: None,
            message: "broken".to_owned(),
            details: String::new(),
            flaky: false,
            defect: None,
        };
        let new = NewRun {
            suite: "shop".to_owned(),
            context: RunContext::default(),
            outcome: Outcome::Failed,
            totals: Totals {
                tests: 1,
                failed: 1,
                ..Totals::default()
            },
            duration_ms: 1,
            started_at: None,
            left_out: 0,
            failures: vec![failed],
            passed: HashSet::new(),
        };
        findings::record_run(app, new, &Actor::Operator, None)
            .await
            .unwrap();
    }

    async fn left(app: &App) -> (usize, Vec<String>) {
        forget_old(app).await.unwrap();
        let page = PageRequest::first(50);
        let runs = findings::runs(app, &RunFilter::default(), &page)
            .await
            .unwrap();
        let defects = findings::defects(app, &DefectFilter::default(), &page)
            .await
            .unwrap();
        let titles = defects
            .items
            .into_iter()
            .map(|defect| defect.title)
            .collect();
        (runs.items.len(), titles)
    }

    #[tokio::test]
    async fn what_is_old_goes_and_what_is_open_stays() {
        let (app, _folder) = app().await;
        fail(&app, "settled").await;
        fail(&app, "open").await;
        let page = PageRequest::first(50);
        let list = findings::defects(&app, &DefectFilter::default(), &page)
            .await
            .unwrap();
        let settled = list
            .items
            .iter()
            .find(|one| one.title.starts_with("settled"))
            .unwrap();
        findings::set_defect_status(&app, settled.id, DefectStatus::Fixed, "", &Actor::Operator)
            .await
            .unwrap();
        app.clock().advance(TimeDelta::days(100));
        fail(&app, "later").await;
        assert_eq!(left(&app).await.0, 3, "nothing is old enough");

        app.clock().advance(TimeDelta::days(100));
        let (runs, titles) = left(&app).await;
        assert_eq!((runs, titles.len()), (1, 3));
        app.clock().advance(TimeDelta::days(290));
        let (runs, titles) = left(&app).await;
        assert_eq!(runs, 0);
        assert_eq!(titles, ["later: broken", "open: broken"]);
        let trend = findings::trend(&app, Some("shop"), 400).await.unwrap();
        assert_eq!(
            trend.days.len(),
            1,
            "sums stay longer than runs, and go as well"
        );
    }
}
