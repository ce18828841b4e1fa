//! Looking after starts: those that nobody holds any more, and those whose report has come in.

use chrono::TimeDelta;
use maro_core::findings::CardSubject;
use maro_core::suite_starts::{StartState, SuiteStart};
use maro_store::{StoreError, suite_runs, suite_starts as rows};

use super::report::end;
use crate::App;
use crate::findings::cards;
use crate::settings::RunnerWay;

/// A report that comes later than this belongs to nobody's request.
const REPORT_WITHIN: TimeDelta = TimeDelta::hours(24);

const STOPPED: &str = "Maro stopped while it was at work, so nobody knows what became of it. \
    Look at the runner before you start it again.";
const SILENT: &str =
    "The runner did not say in time how it ended. Look at it before you start it again.";

/// Looks after all starts.
pub(crate) async fn watch(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    for start in rows::overdue(app.store(), now).await? {
        end(app, start.id, StartState::Lost, why_lost(app, &start)).await?;
    }
    for start in rows::unreported(app.store(), now - REPORT_WITHIN).await? {
        link_report(app, &start).await?;
    }
    Ok(())
}

fn why_lost(app: &App, start: &SuiteStart) -> &'static str {
    let mut runners = app.settings().runners.iter();
    let runner = runners.find(|runner| runner.suite == start.suite);
    match runner.map(|runner| &runner.way) {
        Some(RunnerWay::Http { .. }) => SILENT,
        _ => STOPPED,
    }
}

/// The first run of the suite that was reported since it began is the one that was asked for.
async fn link_report(app: &App, start: &SuiteStart) -> Result<(), StoreError> {
    let Some(began) = start.began_at else {
        return Ok(());
    };
    let Some(run) = suite_runs::first_since(app.store(), &start.suite, began).await? else {
        return Ok(());
    };
    let tx = app.store().begin().await?;
    if !rows::reported(&tx, start.id, run.id).await? {
        return Ok(());
    }
    cards::refresh(app, &tx, &CardSubject::Start(start.id), None).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(())
}
