//! Suite runs and the cases that failed in them: rows that are inserted and never changed.

use chrono::{DateTime, Utc};
use maro_core::findings::{
    CaseName, FailedCase, FailureKind, Outcome, RunContext, SuiteRun, Totals,
};
use maro_core::ids::{DefectId, RunId};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};

use crate::entities::{run_failure, suite_run};
use crate::page::newest_first;
use crate::row::{actor, micros, readable, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

/// Which runs are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only of this suite.
    pub suite: Option<String>,
    /// Only with this outcome.
    pub outcome: Option<Outcome>,
}

/// Inserts a run and its failed cases.
pub async fn insert(tx: &Tx, run: &SuiteRun, failures: &[FailedCase]) -> Result<(), StoreError> {
    suite_run::Entity::insert(row_of(run).into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    let rows: Vec<_> = (0..)
        .zip(failures)
        .map(|(place, failed)| failure_row(run.id, place, failed).into_active_model())
        .collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        run_failure::Entity::insert_many(rows.iter().cloned())
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// Finds a run.
pub async fn find(conn: &impl Reader, id: RunId) -> Result<Option<SuiteRun>, StoreError> {
    let row = suite_run::Entity::find_by_id(id.0)
        .one(conn.inner())
        .await?;
    row.map(SuiteRun::try_from).transpose()
}

/// Finds runs. One that cannot be read is left out, so that it stops no other.
pub async fn find_all(conn: &impl Reader, ids: &[RunId]) -> Result<Vec<SuiteRun>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_AT_ONCE) {
        let rows = suite_run::Entity::find()
            .filter(suite_run::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(conn.inner())
            .await?;
        found.extend(readable::<_, SuiteRun, _>(rows, |row| row.id).0);
    }
    Ok(found)
}

/// A page of runs, newest first.
pub async fn page(
    store: &Store,
    filter: &RunFilter,
    page: &PageRequest,
) -> Result<Page<SuiteRun>, StoreError> {
    use suite_run::Column;
    let wanted = suite_run::Entity::find()
        .apply_if(filter.suite.as_deref(), |q, suite| {
            q.filter(Column::Suite.eq(suite))
        })
        .apply_if(filter.outcome, |q, outcome| {
            q.filter(Column::Outcome.eq(outcome.as_str()))
        });
    newest_first(store, wanted, Column::Id, page).await
}

/// The runs of a suite from one on, the oldest first; at most `limit`.
pub async fn since(
    conn: &impl Reader,
    suite: &str,
    first: RunId,
    limit: u64,
) -> Result<Vec<SuiteRun>, StoreError> {
    use suite_run::Column;
    let rows = suite_run::Entity::find()
        .filter(Column::Suite.eq(suite))
        .filter(Column::Id.gte(first.0))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(SuiteRun::try_from).collect()
}

/// The first run of a suite that was reported since then.
pub async fn first_since(
    conn: &impl Reader,
    suite: &str,
    since: DateTime<Utc>,
) -> Result<Option<SuiteRun>, StoreError> {
    use suite_run::Column;
    let row = suite_run::Entity::find()
        .filter(Column::Suite.eq(suite))
        .filter(Column::ReportedAt.gte(micros(since)))
        .order_by_asc(Column::Id)
        .one(conn.inner())
        .await?;
    row.map(SuiteRun::try_from).transpose()
}

/// The first failed cases of a run that are not flaky, in the order of the report.
pub async fn first_failures(
    conn: &impl Reader,
    run: RunId,
    limit: u64,
) -> Result<Vec<FailedCase>, StoreError> {
    use run_failure::Column;
    let rows = run_failure::Entity::find()
        .filter(Column::RunId.eq(run.0))
        .filter(Column::Flaky.eq(false))
        .order_by_asc(Column::Place)
        .limit(limit)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(FailedCase::try_from).collect()
}

/// A page of the failed cases of a run, in the order of the report.
pub async fn page_of_failures(
    store: &Store,
    run: RunId,
    page: &PageRequest,
) -> Result<Page<FailedCase>, StoreError> {
    use run_failure::Column;
    let rows = run_failure::Entity::find()
        .filter(Column::RunId.eq(run.0))
        .apply_if(page.after_seq()?, |q, place| {
            q.filter(Column::Place.gt(place))
        })
        .order_by_asc(Column::Place)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| row.place.to_string()))
}

/// A count as the databases keep it. No report holds so many cases that it would not fit.
fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn row_of(run: &SuiteRun) -> suite_run::Model {
    suite_run::Model {
        id: run.id.0,
        suite: run.suite.clone(),
        outcome: run.outcome.as_str().to_owned(),
        tests: stored(run.totals.tests),
        passed: stored(run.totals.passed),
        failed: stored(run.totals.failed),
        errors: stored(run.totals.errors),
        skipped: stored(run.totals.skipped),
        flaky: stored(run.totals.flaky),
        duration_ms: stored(run.duration_ms),
        started_at: run.started_at.map(micros),
        reported_at: micros(run.reported_at),
        reporter: run.reporter.to_string(),
        branch: run.context.branch.clone(),
        revision: run.context.revision.clone(),
        environment: run.context.environment.clone(),
        url: run.context.url.clone(),
        left_out: stored(run.left_out),
    }
}

fn failure_row(run: RunId, place: i64, failed: &FailedCase) -> run_failure::Model {
    run_failure::Model {
        run_id: run.0,
        place,
        suite: failed.case.suite.clone(),
        class_name: failed.case.class_name.clone(),
        name: failed.case.name.clone(),
        kind: failed.kind.as_str().to_owned(),
        failure_type: failed.failure_type.clone(),
        message: failed.message.clone(),
        details: failed.details.clone(),
        flaky: failed.flaky,
        defect_id: failed.defect.map(|defect| defect.0),
    }
}

impl TryFrom<suite_run::Model> for SuiteRun {
    type Error = StoreError;

    fn try_from(row: suite_run::Model) -> Result<Self, StoreError> {
        let what = format!("suite run {}", row.id);
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        Ok(Self {
            id: RunId(row.id),
            suite: row.suite,
            outcome: word(Outcome::parse, &row.outcome, &what)?,
            totals: Totals {
                tests: count(row.tests),
                passed: count(row.passed),
                failed: count(row.failed),
                errors: count(row.errors),
                skipped: count(row.skipped),
                flaky: count(row.flaky),
            },
            duration_ms: count(row.duration_ms),
            started_at: row.started_at,
            reported_at: row.reported_at,
            reporter: actor(&row.reporter, &what)?,
            context: RunContext {
                branch: row.branch,
                revision: row.revision,
                environment: row.environment,
                url: row.url,
            },
            left_out: count(row.left_out),
        })
    }
}

impl TryFrom<run_failure::Model> for FailedCase {
    type Error = StoreError;

    fn try_from(row: run_failure::Model) -> Result<Self, StoreError> {
        let what = format!("failure {} of run {}", row.place, row.run_id);
        Ok(Self {
            kind: word(FailureKind::parse, &row.kind, &what)?,
            case: CaseName {
                suite: row.suite,
                class_name: row.class_name,
                name: row.name,
            },
            failure_type: row.failure_type,
            message: row.message,
            details: row.details,
            flaky: row.flaky,
            defect: row.defect_id.map(DefectId),
        })
    }
}
