//! News of findings: appended with what it tells, taken away with what follows from it.
//!
//! **Invariant:** a row is taken by one transaction. Two judges may read the same rows; the delete of
//! the second finds them gone, and its count says so.

use maro_core::findings::{News, Subject, What};
use maro_core::ids::RunId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entities::finding_news::{Column, Entity, Model};
use crate::row::{micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 1_000;

/// Appends news, by one statement unless there is very much of it.
pub async fn append(tx: &Tx, news: &[News]) -> Result<(), StoreError> {
    for news in news.chunks(ROWS_AT_ONCE) {
        let rows = news.iter().map(|one| row_of(one).into_active_model());
        Entity::insert_many(rows)
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// The oldest news that nobody has taken, in the order of storing: ids come from clocks, and those of two
/// instances differ.
pub async fn oldest(conn: &impl Reader, count: u64) -> Result<Vec<News>, StoreError> {
    let place = match conn.inner().get_database_backend() {
        DbBackend::Postgres => "seq",
        _ => "rowid",
    };
    let rows = Entity::find()
        .order_by_asc(Expr::cust(place))
        .limit(count)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(News::try_from).collect()
}

/// Takes news away. Returns how many rows were still there; fewer than asked for means that somebody
/// else judges them, and the caller must not commit.
pub async fn take(tx: &Tx, ids: &[Uuid]) -> Result<u64, StoreError> {
    let mut taken = 0;
    for ids in ids.chunks(ROWS_AT_ONCE) {
        let delete = Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied()));
        taken += delete.exec(tx.inner()).await?.rows_affected;
    }
    Ok(taken)
}

fn row_of(news: &News) -> Model {
    Model {
        id: news.id,
        subject_kind: news.subject.kind().to_owned(),
        subject_id: news.subject.id(),
        what: news.what.as_str().to_owned(),
        run_id: news.run.map(|run| run.0),
        at: micros(news.at),
    }
}

impl TryFrom<Model> for News {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("news {}", row.id);
        let subject = Subject::parse(&row.subject_kind, row.subject_id)
            .ok_or_else(|| StoreError::corrupt(format!("{what}: {:?}", row.subject_kind)))?;
        Ok(Self {
            what: word(What::parse, &row.what, &what)?,
            id: row.id,
            subject,
            run: row.run_id.map(RunId),
            at: row.at,
        })
    }
}
