//! Every column that holds sealed values, so that a rotation of keys forgets none.
//!
//! The place of a value is the context that it is sealed with: table, column and the row's key. A
//! table that gets such a column is added to [`COLUMNS`], and its key is text.

use sea_orm::ConnectionTrait as _;

use crate::row::sql;
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// A column with sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    table: &'static str,
    key: &'static str,
    column: &'static str,
}

/// The secrets of the configuration.
pub const SECRETS: SealedColumn = SealedColumn {
    table: "secrets",
    key: "name",
    column: "sealed",
};

/// The secret of the OAuth app.
pub const OAUTH_CLIENT_SECRET: SealedColumn = SealedColumn {
    table: "oauth_apps",
    key: "id",
    column: "client_secret",
};

/// The access tokens of grants.
pub const OAUTH_ACCESS_TOKEN: SealedColumn = SealedColumn {
    table: "oauth_grants",
    key: "id",
    column: "access_token",
};

/// The refresh tokens of grants.
pub const OAUTH_REFRESH_TOKEN: SealedColumn = SealedColumn {
    table: "oauth_grants",
    key: "id",
    column: "refresh_token",
};

/// The refresh tokens that were replaced a moment ago.
pub const OAUTH_PREVIOUS_REFRESH_TOKEN: SealedColumn = SealedColumn {
    table: "oauth_grants",
    key: "id",
    column: "previous_refresh_token",
};

/// The verifiers of consents under way.
pub const OAUTH_VERIFIER: SealedColumn = SealedColumn {
    table: "oauth_states",
    key: "id",
    column: "verifier",
};

/// The tokens of the bot in the workspaces that installed the app.
pub const SLACK_ACCESS_TOKEN: SealedColumn = SealedColumn {
    table: "slack_installations",
    key: "team_id",
    column: "access_token",
};

/// What the next token of a workspace is asked for with.
pub const SLACK_REFRESH_TOKEN: SealedColumn = SealedColumn {
    table: "slack_installations",
    key: "team_id",
    column: "refresh_token",
};

/// All columns with sealed values.
pub const COLUMNS: [SealedColumn; 8] = [
    SECRETS,
    OAUTH_CLIENT_SECRET,
    OAUTH_ACCESS_TOKEN,
    OAUTH_REFRESH_TOKEN,
    OAUTH_PREVIOUS_REFRESH_TOKEN,
    OAUTH_VERIFIER,
    SLACK_ACCESS_TOKEN,
    SLACK_REFRESH_TOKEN,
];

impl SealedColumn {
    /// The context of the value in the row with this key.
    #[must_use]
    pub fn place(&self, key: &str) -> String {
        format!("{}.{}:{key}", self.table, self.column)
    }
}

/// Lists the keys of all rows that have a value, with the value.
pub async fn list(tx: &Tx, column: &SealedColumn) -> Result<Vec<(String, String)>, StoreError> {
    let SealedColumn { table, key, column } = column;
    let text =
        format!("SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key}");
    let conn = tx.inner();
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), &text, []))
        .await?;
    let values = rows
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    values
        .collect::<Result<_, sea_orm::DbErr>>()
        .map_err(Into::into)
}

/// Replaces a value that nobody has changed in between.
pub async fn replace(
    tx: &Tx,
    column: &SealedColumn,
    row: &str,
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    let SealedColumn { table, key, column } = column;
    let text = format!("UPDATE {table} SET {column} = $1 WHERE {key} = $2 AND {column} = $3");
    let conn = tx.inner();
    let values = [new.into(), row.into(), old.into()];
    let changed = conn
        .execute_raw(sql(conn.get_database_backend(), &text, values))
        .await?;
    Ok(changed.rows_affected() == 1)
}
