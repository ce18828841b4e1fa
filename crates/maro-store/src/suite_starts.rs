//! Suites that somebody asked to start.
//!
//! **Invariants:** one start of a suite is alive (a unique index); one instance begins each, and
//! whoever does not hold it any more changes nothing.

use chrono::{DateTime, Utc};
use maro_core::ids::{RunId, StartId};
use maro_core::suite_starts::{StartState, SuiteStart};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use crate::entities::suite_start::{Column, Entity, Model};
use crate::row::{actor, micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// Enough for one look.
const AT_ONCE: u64 = 20;

/// A start that this instance has begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The start.
    pub start: SuiteStart,
    /// What this instance holds it by.
    pub epoch: i64,
}

/// Stores a start. Returns `false` when another one of its suite is alive.
pub async fn insert(tx: &Tx, start: &SuiteStart) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row_of(start).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Finds a start.
pub async fn find(conn: &impl Reader, id: StartId) -> Result<Option<SuiteStart>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(SuiteStart::try_from).transpose()
}

/// The newest start of a suite.
pub async fn newest(conn: &impl Reader, suite: &str) -> Result<Option<SuiteStart>, StoreError> {
    let row = Entity::find()
        .filter(Column::Suite.eq(suite))
        .order_by_desc(Column::Id)
        .one(conn.inner())
        .await?;
    row.map(SuiteStart::try_from).transpose()
}

/// Begins what is wanted, each by one instance, and holds it until then.
pub async fn begin(
    store: &Store,
    owner: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Begun>, StoreError> {
    let wanted = Entity::find()
        .filter(Column::State.eq(StartState::Wanted.as_str()))
        .order_by_asc(Column::Id)
        .limit(AT_ONCE)
        .all(store.inner())
        .await?;
    let mut begun = Vec::new();
    for row in wanted {
        let taken = Entity::update_many()
            .col_expr(Column::State, Expr::value(StartState::Running.as_str()))
            .col_expr(Column::BeganAt, Expr::value(micros(now)))
            .col_expr(Column::DueAt, Expr::value(micros(until)))
            .col_expr(Column::Owner, Expr::value(owner))
            .col_expr(Column::LeaseEpoch, Expr::col(Column::LeaseEpoch).add(1))
            .filter(Column::Id.eq(row.id))
            .filter(Column::State.eq(StartState::Wanted.as_str()))
            .exec(store.writer())
            .await?;
        if taken.rows_affected == 1 {
            let epoch = row.lease_epoch + 1;
            let row = Model {
                state: StartState::Running.as_str().to_owned(),
                began_at: Some(micros(now)),
                ..row
            };
            let start = SuiteStart::try_from(row)?;
            begun.push(Begun { start, epoch });
        }
    }
    Ok(begun)
}

/// Holds a start for longer. Returns `false` when it is held no more.
pub async fn hold(store: &Store, begun: &Begun, until: DateTime<Utc>) -> Result<bool, StoreError> {
    let held = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(micros(until)))
        .filter(Column::Id.eq(begun.start.id.0))
        .filter(Column::State.eq(StartState::Running.as_str()))
        .filter(Column::LeaseEpoch.eq(begun.epoch))
        .exec(store.writer())
        .await?;
    Ok(held.rows_affected == 1)
}

/// Keeps the last that the runner of a live start said. Returns `false` when it is over.
pub async fn say(tx: &Tx, id: StartId, note: &str) -> Result<bool, StoreError> {
    let said = Entity::update_many()
        .col_expr(Column::Note, Expr::value(note))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(StartState::Running.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(said.rows_affected == 1)
}

/// Ends a live start. Returns `false` when it is over already.
pub async fn end(
    tx: &Tx,
    id: StartId,
    state: StartState,
    note: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ended = Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .col_expr(Column::Note, Expr::value(note))
        .col_expr(Column::EndedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(StartState::Running.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Starts that should be over by now, or that nobody holds any more.
pub async fn overdue(
    conn: &impl Reader,
    now: DateTime<Utc>,
) -> Result<Vec<SuiteStart>, StoreError> {
    let rows = Entity::find()
        .filter(Column::State.eq(StartState::Running.as_str()))
        .filter(Column::DueAt.lte(micros(now)))
        .order_by_asc(Column::DueAt)
        .limit(AT_ONCE)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(SuiteStart::try_from).collect()
}

/// Starts since then that began and whose run was not reported yet.
pub async fn unreported(
    conn: &impl Reader,
    since: DateTime<Utc>,
) -> Result<Vec<SuiteStart>, StoreError> {
    let rows = Entity::find()
        .filter(Column::BeganAt.gt(micros(since)))
        .filter(Column::RunId.is_null())
        .order_by_asc(Column::Id)
        .limit(AT_ONCE)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(SuiteStart::try_from).collect()
}

/// Notes the run that was reported. Returns `false` when there is one already.
pub async fn reported(tx: &Tx, id: StartId, run: RunId) -> Result<bool, StoreError> {
    let noted = Entity::update_many()
        .col_expr(Column::RunId, Expr::value(run.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RunId.is_null())
        .exec(tx.inner())
        .await?;
    Ok(noted.rows_affected == 1)
}

fn row_of(start: &SuiteStart) -> Model {
    Model {
        id: start.id.0,
        suite: start.suite.clone(),
        state: start.state.as_str().to_owned(),
        asked_by: start.asked_by.to_string(),
        place: start.place.to_string(),
        note: start.note.clone(),
        asked_at: micros(start.asked_at),
        due_at: micros(start.asked_at),
        began_at: start.began_at.map(micros),
        ended_at: start.ended_at.map(micros),
        owner: None,
        lease_epoch: 0,
        run_id: start.run.map(|run| run.0),
    }
}

impl TryFrom<Model> for SuiteStart {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("start {} of a suite", row.id);
        let place = row.place.parse();
        Ok(Self {
            state: word(StartState::parse, &row.state, &what)?,
            asked_by: actor(&row.asked_by, &what)?,
            place: place.map_err(|error| StoreError::corrupt(format!("{what}: {error}")))?,
            id: StartId(row.id),
            suite: row.suite,
            asked_at: row.asked_at,
            began_at: row.began_at,
            ended_at: row.ended_at,
            note: row.note,
            run: row.run_id.map(RunId),
        })
    }
}
