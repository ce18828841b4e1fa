//! The audit log: appending to the chain, reading it, and verifying it to its very end.
//!
//! **Invariant:** whoever appends holds the head's row until the transaction ends, so entries form
//! one chain. Append last: others wait meanwhile.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::audit::{AuditEntry, BrokenChain, ChainCheck};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};
use serde_json::Value;

use crate::entities::audit_entry::{Column, Entity, Model};
use crate::entities::audit_head;
use crate::row::{from_json, micros, to_json};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// The one row of the head.
const HEAD: i32 = 1;
/// How many entries are verified at a time.
const BATCH: u64 = 1_000;

/// An entry that is about to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAudit {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What was done, for example `operation.confirmed`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// What else a reader needs; never secrets.
    pub details: Value,
}

/// Which entries are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only of this subject.
    pub subject: Option<String>,
    /// Only by this actor.
    pub actor: Option<String>,
    /// Only this action.
    pub action: Option<String>,
}

/// Why the log cannot be trusted, or not be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// An entry is missing, changed or forged.
    #[error(transparent)]
    Broken(#[from] BrokenChain),
    /// The end of the log was removed or rewritten.
    #[error(
        "the log ends with entry {found}, but the last one written was {expected}; \
         its end was removed or changed"
    )]
    WrongEnd {
        /// The number that the head remembers.
        expected: i64,
        /// The number of the last entry.
        found: i64,
    },
    /// The log could not be read.
    #[error("the audit log could not be read")]
    Store(#[from] StoreError),
}

/// Appends an entry and returns its number.
pub async fn append(tx: &Tx, entry: &NewAudit) -> Result<i64, StoreError> {
    let head = head(tx).await?;
    let mut entry = AuditEntry {
        seq: head.seq + 1,
        at: micros(entry.at),
        actor: entry.actor.to_string(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        details: entry.details.clone(),
        previous: head.hash,
        hash: String::new(),
    };
    entry.hash = entry.expected_hash();

    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Seq, Expr::value(entry.seq))
        .col_expr(audit_head::Column::Hash, Expr::value(entry.hash.as_str()))
        .filter(audit_head::Column::Id.eq(HEAD))
        .exec(tx.inner())
        .await?;
    let seq = entry.seq;
    Entity::insert(row_of(entry).into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(seq)
}

/// A page of entries, newest first.
pub async fn page(
    store: &Store,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<AuditEntry>, StoreError> {
    let rows = Entity::find()
        .apply_if(filter.subject.as_deref(), |q, subject| {
            q.filter(Column::Subject.eq(subject))
        })
        .apply_if(filter.actor.as_deref(), |q, actor| {
            q.filter(Column::Actor.eq(actor))
        })
        .apply_if(filter.action.as_deref(), |q, action| {
            q.filter(Column::Action.eq(action))
        })
        .apply_if(page.after_seq()?, |q, seq| q.filter(Column::Seq.lt(seq)))
        .order_by_desc(Column::Seq)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| row.seq.to_string()))
}

/// What happened to a subject, oldest first.
pub async fn of_subject(conn: &impl Reader, subject: &str) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Subject.eq(subject))
        .order_by_asc(Column::Seq)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(AuditEntry::try_from).collect()
}

/// Checks every entry and that none is missing at the end. Returns the number and hash of the last.
///
/// Entries that are appended meanwhile are left for the next time.
pub async fn verify(store: &Store) -> Result<(i64, String), VerifyError> {
    let head = head(store).await?;
    let mut check = ChainCheck::default();
    loop {
        let batch = batch_after(store, check.head().0, head.seq).await?;
        if batch.is_empty() {
            break;
        }
        for entry in &batch {
            check.push(entry)?;
        }
    }
    let (found, hash) = check.head();
    let beyond = if found == head.seq {
        entries_beyond_head(store).await?
    } else {
        None
    };
    if found != head.seq || hash != head.hash || beyond.is_some() {
        return Err(VerifyError::WrongEnd {
            expected: head.seq,
            found: beyond.unwrap_or(found),
        });
    }
    Ok((found, hash.to_owned()))
}

/// An entry that the head does not know of, in one snapshot with the head.
async fn entries_beyond_head(store: &Store) -> Result<Option<i64>, StoreError> {
    let row = Entity::find()
        .filter(Expr::cust("seq > (SELECT seq FROM audit_head)"))
        .order_by_desc(Column::Seq)
        .one(store.inner())
        .await?;
    Ok(row.map(|row| row.seq))
}

async fn batch_after(store: &Store, seq: i64, last: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Seq.gt(seq))
        .filter(Column::Seq.lte(last))
        .order_by_asc(Column::Seq)
        .limit(BATCH)
        .all(store.inner())
        .await?;
    rows.into_iter().map(AuditEntry::try_from).collect()
}

async fn head(conn: &impl Reader) -> Result<audit_head::Model, StoreError> {
    let query = conn.locked(audit_head::Entity::find_by_id(HEAD));
    let head = query.one(conn.inner()).await?;
    head.ok_or_else(|| StoreError::corrupt("head of the audit log"))
}

fn row_of(entry: AuditEntry) -> Model {
    Model {
        seq: entry.seq,
        at: entry.at,
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        details: to_json(&entry.details),
        previous: entry.previous,
        hash: entry.hash,
    }
}

impl TryFrom<Model> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            details: from_json(&row.details, "details of an audit entry")?,
            previous: row.previous,
            hash: row.hash,
        })
    }
}
