//! Rotation: a new key in front, and everything that is sealed sealed again, in one transaction.
//!
//! The key is durable before anything is sealed with it. A crash in between leaves values under an
//! older key, which still opens; the next rotation finds them.

use maro_core::actor::Actor;
use maro_store::sealed_values::{self, COLUMNS};
use maro_store::{StoreError, integrations};
use serde_json::json;

use super::store::is_outside;
use super::{KeyFileError, SealError, key_file};
use crate::App;
use crate::audit::record;

/// Why nothing was sealed again.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The key file could not be changed.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// A value does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The database failed.
    #[error("could not store the values; nothing was sealed again")]
    Store(#[from] StoreError),
}

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Whether a new key was made. Keys of the environment are the operator's to change.
    pub new_key: bool,
    /// How many values were sealed again.
    pub values: usize,
}

/// Makes a new key, where keys stand in a file, and seals everything with the newest one.
pub async fn rotate(app: &App, by: &Actor) -> Result<Rotated, RotateError> {
    let file = app.sealer().file().map(ToOwned::to_owned);
    if let Some(path) = &file {
        app.sealer().replace(key_file::prepend(path)?);
    }
    let tx = app.store().begin().await?;
    let mut values = 0;
    for column in &COLUMNS {
        let all = sealed_values::list(&tx, column).await?;
        for (key, sealed) in all.into_iter().filter(|(_, kept)| !is_outside(kept)) {
            let place = column.place(&key);
            let again = app
                .sealer()
                .seal(&place, &app.sealer().open(&place, &sealed)?);
            sealed_values::replace(&tx, column, &key, &sealed, &again).await?;
            values += 1;
        }
    }
    // The other instances read the new key with the first value that names it.
    integrations::bump_version(&tx).await?;
    let details = json!({ "new_key": file.is_some(), "values": values });
    record(app, &tx, by, "keys.rotated", &"secrets", details).await?;
    tx.commit().await?;
    tracing::info!(
        values,
        "everything that is sealed was sealed with the newest key"
    );
    Ok(Rotated {
        new_key: file.is_some(),
        values,
    })
}
