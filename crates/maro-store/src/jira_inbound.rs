//! How news of Jira comes in: how far polling came, and when Jira last delivered a webhook.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait as _;

use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// What is known of the way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The site that was polled; another one has other issues under the same numbers.
    pub site: String,
    /// When the last complete poll began.
    pub polled_at: Option<DateTime<Utc>>,
    /// When a verified webhook came last, to the half minute.
    pub last_webhook_at: Option<DateTime<Utc>>,
}

/// Webhooks that come closer together are not worth a write each.
const GRAIN: TimeDelta = TimeDelta::seconds(30);

/// Reads it.
pub async fn load(conn: &impl Reader) -> Result<Inbound, StoreError> {
    let text = "SELECT site, polled_at, last_webhook_at FROM jira_inbound WHERE name = 'jira'";
    let conn = conn.inner();
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    let row = row.ok_or_else(|| StoreError::corrupt("jira_inbound is empty"))?;
    Ok(Inbound {
        site: row.try_get_by_index(0)?,
        polled_at: row.try_get_by_index(1)?,
        last_webhook_at: row.try_get_by_index(2)?,
    })
}

/// A poll that began at `began` is complete. A later one is not overwritten.
pub async fn mark_polled(
    store: &Store,
    site: &str,
    began: DateTime<Utc>,
) -> Result<(), StoreError> {
    let text = "UPDATE jira_inbound SET polled_at = $2
        WHERE name = 'jira' AND site = $1 AND (polled_at IS NULL OR polled_at < $2)";
    let values = [site.into(), micros(began).into()];
    let conn = store.writer();
    conn.execute_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    Ok(())
}

/// Another site is connected: polling and webhooks begin anew.
pub async fn change_site(tx: &Tx, site: &str) -> Result<(), StoreError> {
    let text = "UPDATE jira_inbound SET site = $1, polled_at = NULL, last_webhook_at = NULL
        WHERE name = 'jira'";
    let conn = tx.inner();
    conn.execute_raw(sql(conn.get_database_backend(), text, [site.into()]))
        .await?;
    Ok(())
}

/// Webhooks are not proven to work any more.
pub async fn forget_webhooks(store: &Store) -> Result<(), StoreError> {
    let text = "UPDATE jira_inbound SET last_webhook_at = NULL WHERE name = 'jira'";
    let conn = store.writer();
    conn.execute_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    Ok(())
}

/// A verified webhook came.
pub async fn mark_webhook(store: &Store, at: DateTime<Utc>) -> Result<(), StoreError> {
    let last = load(store).await?.last_webhook_at;
    if last.is_some_and(|last| last >= micros(at - GRAIN)) {
        return Ok(());
    }
    let text = "UPDATE jira_inbound SET last_webhook_at = $1 WHERE name = 'jira'
        AND (last_webhook_at IS NULL OR last_webhook_at < $2)";
    let values = [micros(at).into(), micros(at - GRAIN).into()];
    let conn = store.writer();
    conn.execute_raw(sql(conn.get_database_backend(), text, values))
        .await?;
    Ok(())
}
