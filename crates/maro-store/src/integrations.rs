//! Configurations of integrations, and the version that every change of a connection counts up.
//!
//! **Invariant:** a configuration's version is the connections' version of its last change, so no
//! version comes twice, not even after a deletion.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde::{Deserialize, Serialize};

use crate::entities::integration_config::{Column, Entity, Model};
use crate::row::{actor, from_json, micros, readable, sql, to_json, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Where a secret is kept, and which address it may go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRef {
    /// The name in the store of secrets.
    pub name: String,
    /// The origin that it was given for; `None` for what is never sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bound_to: Option<String>,
}

/// A configuration that somebody stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConfig {
    /// Whose it is.
    pub integration: Integration,
    /// What is no secret.
    pub fields: BTreeMap<String, String>,
    /// Where its secrets are.
    pub secrets: BTreeMap<String, SecretRef>,
    /// The version of its last change.
    pub version: i64,
    /// When that was.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: Actor,
}

/// Finds a configuration.
pub async fn find(
    conn: &impl Reader,
    integration: Integration,
) -> Result<Option<StoredConfig>, StoreError> {
    let row = Entity::find_by_id(integration.as_str())
        .one(conn.inner())
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Lists all configurations that can be read; one that cannot breaks no other.
pub async fn list(conn: &impl Reader) -> Result<Vec<StoredConfig>, StoreError> {
    let rows = Entity::find().all(conn.inner()).await?;
    Ok(readable(rows, |row| row.integration.clone()).0)
}

/// Stores a configuration in place of the one with the `expected` version (0: there is none).
/// Returns `false` when somebody else changed it.
pub async fn save(tx: &Tx, config: &StoredConfig, expected: i64) -> Result<bool, StoreError> {
    let row = Model {
        integration: config.integration.as_str().to_owned(),
        fields: to_json(&config.fields),
        secrets: to_json(&config.secrets),
        version: config.version,
        updated_at: micros(config.updated_at),
        updated_by: config.updated_by.to_string(),
    };
    if expected == 0 {
        let nothing = OnConflict::new().do_nothing().to_owned();
        let inserted = Entity::insert(row.into_active_model())
            .on_conflict(nothing)
            .exec_without_returning(tx.inner())
            .await?;
        return Ok(inserted == 1);
    }
    let changed = Entity::update_many()
        .col_expr(Column::Fields, Expr::value(row.fields))
        .col_expr(Column::Secrets, Expr::value(row.secrets))
        .col_expr(Column::Version, Expr::value(row.version))
        .col_expr(Column::UpdatedAt, Expr::value(row.updated_at))
        .col_expr(Column::UpdatedBy, Expr::value(row.updated_by))
        .filter(Column::Integration.eq(row.integration))
        .filter(Column::Version.eq(expected))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Deletes the configuration with the `expected` version. Returns `false` when it is another one.
pub async fn delete(tx: &Tx, integration: Integration, expected: i64) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::Integration.eq(integration.as_str()))
        .filter(Column::Version.eq(expected))
        .exec(tx.inner())
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// The version of everything that is connected.
pub async fn version(conn: &impl Reader) -> Result<i64, StoreError> {
    let conn = conn.inner();
    let text = "SELECT version FROM connections_version";
    one_number(conn, text).await
}

/// Counts the version up, so that every instance looks again. Call it in the transaction of the
/// change; it makes changes wait for each other.
pub async fn bump_version(tx: &Tx) -> Result<i64, StoreError> {
    let text = "UPDATE connections_version SET version = version + 1 RETURNING version";
    let version = one_number(tx.inner(), text).await?;
    crate::wake::notify(tx, CONNECTIONS).await?;
    Ok(version)
}

/// The name of the hint that the version changed.
pub const CONNECTIONS: &str = "connections";

async fn one_number(conn: &impl ConnectionTrait, text: &str) -> Result<i64, StoreError> {
    let row = conn
        .query_one_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    let row = row.ok_or_else(|| StoreError::corrupt("connections_version is empty"))?;
    Ok(row.try_get_by_index(0)?)
}

impl TryFrom<Model> for StoredConfig {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("integration_configs {}", row.integration);
        Ok(Self {
            integration: word(Integration::parse, &row.integration, &what)?,
            fields: from_json(&row.fields, &what)?,
            secrets: from_json(&row.secrets, &what)?,
            version: row.version,
            updated_at: row.updated_at,
            updated_by: actor(&row.updated_by, &what)?,
        })
    }
}
