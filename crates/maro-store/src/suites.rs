//! Suites: the newest run of each, what it did on each day, and when it is expected.
//!
//! **Invariant:** a run is added to its day in the transaction that stores it. That transaction begins
//! with the row of the suite, so runs of one suite are recorded one after another.

use chrono::{DateTime, NaiveDate, Utc};
use maro_core::findings::{Expectation, LastRun, Outcome, Suite, SuiteDay, SuiteRun};
use maro_core::ids::RunId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use crate::entities::suite::{Column, Entity, Model};
use crate::entities::suite_day;
use crate::row::{micros, sql, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// Notes that a suite ran: its newest run, and its part of the day. The row of the suite stays locked
/// until the transaction ends.
pub async fn note_run(tx: &Tx, run: &SuiteRun) -> Result<(), StoreError> {
    let row = Model {
        name: run.suite.clone(),
        last_run: Some(run.id.0),
        last_run_at: Some(micros(run.reported_at)),
        last_outcome: Some(run.outcome.as_str().to_owned()),
        every_seconds: None,
        grace_seconds: None,
        expected_since: None,
        late_since: None,
    };
    let newest = [Column::LastRun, Column::LastRunAt, Column::LastOutcome];
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::Name)
                .update_columns(newest)
                .to_owned(),
        )
        .exec_without_returning(tx.inner())
        .await?;
    add_to_day(tx, &run.suite, &SuiteDay::of(run)).await
}

const ADD: &str = "INSERT INTO suite_days
    (suite, day, runs, passed, failed, cases, cases_failed, cases_flaky, duration_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (suite, day) DO UPDATE SET
    runs = suite_days.runs + excluded.runs,
    passed = suite_days.passed + excluded.passed,
    failed = suite_days.failed + excluded.failed,
    cases = suite_days.cases + excluded.cases,
    cases_failed = suite_days.cases_failed + excluded.cases_failed,
    cases_flaky = suite_days.cases_flaky + excluded.cases_flaky,
    duration_ms = suite_days.duration_ms + excluded.duration_ms";

async fn add_to_day(tx: &Tx, suite: &str, day: &SuiteDay) -> Result<(), StoreError> {
    let values = [
        suite.into(),
        day.day.into(),
        day.runs.into(),
        day.passed.into(),
        day.failed.into(),
        day.cases.into(),
        day.cases_failed.into(),
        day.cases_flaky.into(),
        day.duration_ms.into(),
    ];
    let conn = tx.inner();
    conn.execute_raw(sql(conn.get_database_backend(), ADD, values))
        .await?;
    Ok(())
}

/// Finds a suite.
pub async fn find(conn: &impl Reader, name: &str) -> Result<Option<Suite>, StoreError> {
    let row = Entity::find_by_id(name).one(conn.inner()).await?;
    row.map(Suite::try_from).transpose()
}

/// Finds a suite and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Tx, name: &str) -> Result<Option<Suite>, StoreError> {
    let query = tx.locked(Entity::find_by_id(name));
    let row = query.one(tx.inner()).await?;
    row.map(Suite::try_from).transpose()
}

/// A page of suites, by name.
pub async fn page(store: &Store, page: &PageRequest) -> Result<Page<Suite>, StoreError> {
    let rows = Entity::find()
        .apply_if(page.after.as_deref(), |q, name| {
            q.filter(Column::Name.gt(name))
        })
        .order_by_asc(Column::Name)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| row.name.clone()))
}

/// The suites that are expected to report, by name.
pub async fn expected(store: &Store) -> Result<Vec<Suite>, StoreError> {
    let rows = Entity::find()
        .filter(
            Column::EverySeconds
                .is_not_null()
                .or(Column::LateSince.is_not_null()),
        )
        .order_by_asc(Column::Name)
        .all(store.inner())
        .await?;
    rows.into_iter().map(Suite::try_from).collect()
}

/// How many suites there are whose newest run ended so.
pub async fn count_by_outcome(store: &Store) -> Result<Vec<(Outcome, i64)>, StoreError> {
    let text = "SELECT last_outcome, COUNT(*) FROM suites
        WHERE last_outcome IS NOT NULL GROUP BY last_outcome";
    crate::row::counts(store.inner(), text, Outcome::parse).await
}

/// Expects a suite, which need not have run yet, or expects it no longer.
pub async fn set_expectation(
    tx: &Tx,
    name: &str,
    expectation: Option<Expectation>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = Model {
        name: name.to_owned(),
        last_run: None,
        last_run_at: None,
        last_outcome: None,
        every_seconds: expectation.map(|one| one.every().num_seconds()),
        grace_seconds: expectation.map(|one| one.grace().num_seconds()),
        expected_since: expectation.map(|_| micros(now)),
        late_since: None,
    };
    let set = [
        Column::EverySeconds,
        Column::GraceSeconds,
        Column::ExpectedSince,
    ];
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::Name)
                .update_columns(set)
                .to_owned(),
        )
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Notes that a suite is late, or that it is no longer.
pub async fn set_late(tx: &Tx, name: &str, since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LateSince, Expr::value(since.map(micros)))
        .filter(Column::Name.eq(name))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// What a suite did on each day since `from`, oldest first. Days without a run have no row.
pub async fn days(
    store: &Store,
    suite: &str,
    from: NaiveDate,
) -> Result<Vec<SuiteDay>, StoreError> {
    use suite_day::Column;
    let rows = suite_day::Entity::find()
        .filter(Column::Suite.eq(suite))
        .filter(Column::Day.gte(from))
        .order_by_asc(Column::Day)
        .all(store.inner())
        .await?;
    Ok(rows.into_iter().map(SuiteDay::from).collect())
}

/// What all suites together did on each day since `from`, oldest first.
pub async fn days_of_all(store: &Store, from: NaiveDate) -> Result<Vec<SuiteDay>, StoreError> {
    let text = "SELECT '' AS suite, day, CAST(SUM(runs) AS bigint) AS runs,
        CAST(SUM(passed) AS bigint) AS passed, CAST(SUM(failed) AS bigint) AS failed,
        CAST(SUM(cases) AS bigint) AS cases, CAST(SUM(cases_failed) AS bigint) AS cases_failed,
        CAST(SUM(cases_flaky) AS bigint) AS cases_flaky,
        CAST(SUM(duration_ms) AS bigint) AS duration_ms
        FROM suite_days WHERE day >= $1 GROUP BY day ORDER BY day";
    let conn = store.inner();
    let statement = sql(conn.get_database_backend(), text, [from.into()]);
    let rows = suite_day::Entity::find()
        .from_raw_sql(statement)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(SuiteDay::from).collect())
}

impl From<suite_day::Model> for SuiteDay {
    fn from(row: suite_day::Model) -> Self {
        Self {
            day: row.day,
            runs: row.runs,
            passed: row.passed,
            failed: row.failed,
            cases: row.cases,
            cases_failed: row.cases_failed,
            cases_flaky: row.cases_flaky,
            duration_ms: row.duration_ms,
        }
    }
}

impl TryFrom<Model> for Suite {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("suite {:?}", row.name);
        let last_run = match (row.last_run, row.last_run_at, row.last_outcome) {
            (Some(id), Some(at), Some(outcome)) => Some(LastRun {
                id: RunId(id),
                at,
                outcome: word(Outcome::parse, &outcome, &what)?,
            }),
            _ => None,
        };
        let expectation = row.every_seconds.zip(row.grace_seconds);
        Ok(Self {
            last_run,
            expectation: expectation
                .and_then(|(every, grace)| Expectation::of_seconds(every, grace)),
            expected_since: row.expected_since,
            late_since: row.late_since,
            name: row.name,
        })
    }
}
