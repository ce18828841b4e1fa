//! Recording a suite run, once however often it is sent, and reading runs back.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::findings::{
    FailedCase, Outcome, RunContext, Subject, SuiteRun, Totals, What, check_context,
};
use maro_core::ids::RunId;
use maro_core::text::one_line;
use maro_store::idempotency::{self, RequestKey, Used};
use maro_store::suite_runs::{self, RunFilter};
use maro_store::{Page, PageRequest, StoreError, suites};

use super::news;
use super::of_run::settle_defects;
use super::raise::measure;
use super::{RecordError, cases};
use crate::happening::Happening;
use crate::{App, clock};

/// A run that somebody reports.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The suite.
    pub suite: String,
    /// Where it ran.
    pub context: RunContext,
    /// How it ended.
    pub outcome: Outcome,
    /// How many cases ended in which way.
    pub totals: Totals,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// When it began, if that is known.
    pub started_at: Option<DateTime<Utc>>,
    /// Failed cases that are counted but not among `failures`.
    pub left_out: u64,
    /// The failed cases.
    pub failures: Vec<FailedCase>,
    /// The keys of cases that passed, where they are known: they close their defects.
    pub passed: HashSet<u64>,
}

/// A run with the first of its failed cases.
#[derive(Debug, Clone)]
pub struct RunDetail {
    /// The run.
    pub run: SuiteRun,
    /// Its failed cases, page by page.
    pub failures: Page<FailedCase>,
}

/// Records a run.
pub async fn record_run(
    app: &App,
    mut new: NewRun,
    by: &Actor,
    key: Option<&RequestKey>,
) -> Result<SuiteRun, RecordError> {
    let passed = std::mem::take(&mut new.passed);
    let (run, mut failures) = checked(app, new, by)?;
    let stored = match store(app, &run, &mut failures, &passed, key).await {
        Err(RecordError::Store(error)) if error.is_deadlock() => {
            store(app, &run, &mut failures, &passed, key).await?
        }
        stored => stored?,
    };
    let raised = match stored {
        Stored::Now(raised) => raised,
        Stored::Before(run) => return Ok(*run),
    };
    measure(raised);
    metrics::counter!("maro_suite_runs_total", "outcome" => run.outcome.as_str()).increment(1);
    app.announce(Happening::Findings);
    Ok(run)
}

enum Stored {
    /// With what became of each defect that it raised.
    Now(Vec<&'static str>),
    /// The same request recorded this run.
    Before(Box<SuiteRun>),
}

/// Stores a run, unless it was recorded before. What may be closed is locked before what is raised,
/// so that two runs of one suite can stand in each other's way.
async fn store(
    app: &App,
    run: &SuiteRun,
    failures: &mut [FailedCase],
    passed: &HashSet<u64>,
    key: Option<&RequestKey>,
) -> Result<Stored, RecordError> {
    let tx = app.store().begin().await?;
    if let Some(key) = key {
        match idempotency::take(&tx, key, run.reported_at).await? {
            Used::New => idempotency::answer(&tx, key, &run.id.to_string()).await?,
            Used::ByAnother => return Err(RecordError::KeyReused),
            Used::Before(id) => {
                let run = recorded_before(&tx, &id).await?;
                return Ok(Stored::Before(Box::new(run)));
            }
        }
    }
    // The row of the suite first: runs of one suite are recorded one after another.
    suites::note_run(&tx, run).await?;
    let cases = cases::remember(&tx, run, failures, passed).await?;
    // Made first, so that the rules see the run before what it found.
    let news = news::of(Subject::Run(run.id), What::Reported, None, run.reported_at);
    let raised = settle_defects(app, &tx, run, failures, passed, &cases).await?;
    cases.mark_defects(&tx, &run.suite).await?;
    suite_runs::insert(&tx, run, failures).await?;
    maro_store::news::append(&tx, &[news]).await?;
    tx.commit().await?;
    Ok(Stored::Now(raised))
}

/// A run never changes, so the answer to a repeated report is the run itself.
async fn recorded_before(tx: &maro_store::Tx, id: &str) -> Result<SuiteRun, StoreError> {
    let gone = || StoreError::Corrupt {
        what: "the answer to an idempotency key".to_owned(),
    };
    let id: RunId = id.parse().map_err(|_| gone())?;
    suite_runs::find(tx, id).await?.ok_or_else(gone)
}

fn checked(app: &App, new: NewRun, by: &Actor) -> Result<(SuiteRun, Vec<FailedCase>), RecordError> {
    let context = RunContext {
        branch: cleaned(new.context.branch),
        revision: cleaned(new.context.revision),
        environment: cleaned(new.context.environment),
        url: cleaned(new.context.url),
    };
    let suite = one_line(&new.suite);
    let faults = check_context(&suite, &context);
    if !faults.is_empty() {
        return Err(RecordError::Faults(faults));
    }
    let run = SuiteRun {
        id: RunId(clock::new_id()),
        suite,
        outcome: new.outcome,
        totals: new.totals,
        duration_ms: new.duration_ms,
        started_at: new.started_at,
        reported_at: app.now(),
        reporter: by.clone(),
        context,
        left_out: new.left_out,
    };
    Ok((run, new.failures))
}

fn cleaned(text: Option<String>) -> Option<String> {
    text.map(|text| one_line(&text))
        .filter(|text| !text.is_empty())
}

/// Runs, newest first.
pub async fn runs(
    app: &App,
    filter: &RunFilter,
    page: &PageRequest,
) -> Result<Page<SuiteRun>, StoreError> {
    suite_runs::page(app.store(), filter, page).await
}

/// A run and a page of its failed cases.
pub async fn run(
    app: &App,
    id: RunId,
    page: &PageRequest,
) -> Result<Option<RunDetail>, StoreError> {
    let Some(run) = suite_runs::find(app.store(), id).await? else {
        return Ok(None);
    };
    let failures = failures(app, id, page).await?;
    Ok(Some(RunDetail { run, failures }))
}

/// The failed cases of a run, in the order of the report.
pub async fn failures(
    app: &App,
    id: RunId,
    page: &PageRequest,
) -> Result<Page<FailedCase>, StoreError> {
    suite_runs::page_of_failures(app.store(), id, page).await
}
