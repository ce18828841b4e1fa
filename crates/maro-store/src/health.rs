//! What the last calls of each integration said, shared by all instances.
//!
//! **Invariant:** a later moment is never replaced by an earlier one, whichever instance writes last.

use chrono::{DateTime, Utc};
use maro_core::calls::FailureKind;
use maro_core::health::{HealthStatus, LastFailure};
use maro_core::integrations::Integration;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use crate::entities::integration_health::{Column, Entity, Model};
use crate::row::{micros, sql, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// What calls said, to be merged with what is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// When a call last worked.
    pub last_success: Option<DateTime<Utc>>,
    /// When something was last delivered to people.
    pub last_send: Option<DateTime<Utc>>,
    /// The last failure of the connection.
    pub last_failure: Option<LastFailure>,
}

/// What is known about one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub integration: Integration,
    /// The verdict that was last stored.
    pub status: HealthStatus,
    /// Since when it has been so.
    pub since: DateTime<Utc>,
    /// What the last calls said.
    pub heard: Heard,
}

const MERGE: &str = "INSERT INTO integration_health
    (integration, status, since, last_success, last_send, failed_at, failure_kind, failure)
    VALUES ($1, 'unconfigured', $2, $3, $4, $5, $6, $7)
    ON CONFLICT (integration) DO UPDATE SET
    last_success = CASE WHEN integration_health.last_success IS NULL
        OR excluded.last_success > integration_health.last_success
        THEN excluded.last_success ELSE integration_health.last_success END,
    last_send = CASE WHEN integration_health.last_send IS NULL
        OR excluded.last_send > integration_health.last_send
        THEN excluded.last_send ELSE integration_health.last_send END,
    failure_kind = CASE WHEN integration_health.failed_at IS NULL
        OR excluded.failed_at > integration_health.failed_at
        THEN excluded.failure_kind ELSE integration_health.failure_kind END,
    failure = CASE WHEN integration_health.failed_at IS NULL
        OR excluded.failed_at > integration_health.failed_at
        THEN excluded.failure ELSE integration_health.failure END,
    failed_at = CASE WHEN integration_health.failed_at IS NULL
        OR excluded.failed_at > integration_health.failed_at
        THEN excluded.failed_at ELSE integration_health.failed_at END";

/// Merges what calls said into what is known.
pub async fn merge(
    tx: &Tx,
    integration: Integration,
    heard: &Heard,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let failure = heard.last_failure.as_ref();
    let values = [
        integration.as_str().into(),
        micros(now).into(),
        heard.last_success.map(micros).into(),
        heard.last_send.map(micros).into(),
        failure.map(|failure| micros(failure.at)).into(),
        failure
            .map(|failure| failure.kind.as_str().to_owned())
            .into(),
        failure.map(|failure| failure.sentence.clone()).into(),
    ];
    let conn = tx.inner();
    conn.execute_raw(sql(conn.get_database_backend(), MERGE, values))
        .await?;
    Ok(())
}

/// Stores a verdict. Returns `false` when the same one was stored already, for example by another
/// instance; then nothing has changed and nothing is to be told.
pub async fn record_status(
    tx: &Tx,
    integration: Integration,
    status: HealthStatus,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::Since, Expr::value(micros(now)))
        .filter(Column::Integration.eq(integration.as_str()))
        .filter(Column::Status.ne(status.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Forgets what calls of an integration said: it was disconnected or connected to something else.
pub async fn forget(tx: &Tx, integration: Integration) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::LastSuccess, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::LastSend, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::FailedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::Integration.eq(integration.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Lists what is known; integrations that nothing was heard of are left out.
pub async fn list(conn: &impl Reader) -> Result<Vec<Known>, StoreError> {
    let rows = Entity::find().all(conn.inner()).await?;
    rows.into_iter().map(Known::try_from).collect()
}

impl TryFrom<Model> for Known {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("health of {}", row.integration);
        let last_failure = match (row.failed_at, row.failure_kind, row.failure) {
            (Some(at), Some(kind), Some(sentence)) => Some(LastFailure {
                at,
                kind: word(FailureKind::parse, &kind, &what)?,
                sentence,
            }),
            _ => None,
        };
        Ok(Self {
            integration: word(Integration::parse, &row.integration, &what)?,
            status: word(HealthStatus::parse, &row.status, &what)?,
            since: row.since,
            heard: Heard {
                last_success: row.last_success,
                last_send: row.last_send,
                last_failure,
            },
        })
    }
}
