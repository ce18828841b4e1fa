//! Suites as people and programs see them: their trend, and when they are expected.

use chrono::{NaiveDate, TimeDelta};
use maro_core::actor::Actor;
use maro_core::findings::{
    Expectation, OpenDay, RunContext, Suite, SuiteDay, check_context, write_span,
};
use maro_core::text::one_line;
use maro_store::{Page, PageRequest, StoreError, defect_days, suites as rows};
use serde_json::json;

use super::RecordError;
use crate::App;
use crate::audit::record;
use crate::happening::Happening;

/// What runs and defects did over time.
#[derive(Debug, Clone)]
pub struct Trend {
    /// The first day that was asked for.
    pub from: NaiveDate,
    /// Today.
    pub to: NaiveDate,
    /// Days on which something ran, oldest first.
    pub days: Vec<SuiteDay>,
    /// Days on which open defects were counted, oldest first. They are counted of all suites.
    pub open: Vec<OpenDay>,
}

/// A page of suites, by name.
pub async fn suites(app: &App, page: &PageRequest) -> Result<Page<Suite>, StoreError> {
    rows::page(app.store(), page).await
}

/// Finds a suite.
pub async fn suite(app: &App, name: &str) -> Result<Option<Suite>, StoreError> {
    rows::find(app.store(), name).await
}

/// The trend of one suite, or of all, over the last days.
pub async fn trend(app: &App, suite: Option<&str>, days: u32) -> Result<Trend, StoreError> {
    let to = app.now().date_naive();
    let back = TimeDelta::days(i64::from(days.max(1)) - 1);
    let from = to.checked_sub_signed(back).unwrap_or(to);
    let store = app.store();
    Ok(match suite {
        Some(suite) => Trend {
            from,
            to,
            days: rows::days(store, suite, from).await?,
            open: Vec::new(),
        },
        None => Trend {
            from,
            to,
            days: rows::days_of_all(store, from).await?,
            open: defect_days::list(store, from).await?,
        },
    })
}

/// Expects a suite to report this often, or no longer expects anything of it.
pub async fn expect_suite(
    app: &App,
    name: &str,
    expectation: Option<Expectation>,
    by: &Actor,
) -> Result<Suite, RecordError> {
    let name = one_line(name);
    let faults = check_context(&name, &RunContext::default());
    if !faults.is_empty() {
        return Err(RecordError::Faults(faults));
    }
    let tx = app.store().begin().await?;
    rows::set_expectation(&tx, &name, expectation, app.now()).await?;
    let suite = rows::lock(&tx, &name).await?;
    let details = json!({ "every": expectation.map(|one| write_span(one.every())) });
    record(app, &tx, by, "suite.expected", &name, details).await?;
    tx.commit().await?;
    app.announce(Happening::Findings);
    let gone = || StoreError::Corrupt {
        what: format!("suite {name:?}, which was just stored"),
    };
    Ok(suite.ok_or_else(gone)?)
}

/// Notes how many defects are open today. The last count of a day stays.
pub async fn note_open_defects(app: &App) -> Result<(), StoreError> {
    let day = OpenDay {
        day: app.now().date_naive(),
        open: defect_days::count_open(app.store()).await?,
    };
    defect_days::note(app.store(), &day).await
}
