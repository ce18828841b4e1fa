//! Where the secrets of the configuration are kept. A name is used once; what points at it decides.

use maro_store::sealed_values::SECRETS;
use maro_store::{Reader, StoreError, Tx, secrets};
use secrecy::SecretString;

use super::SealError;
use crate::{App, clock};

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there any more.
    #[error("the secret {0} is gone; give it again")]
    Gone(String),
    /// It is there but does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The database failed.
    #[error("could not read the secret")]
    Store(#[from] StoreError),
}

/// Stores a secret and returns the name that it can be found by.
pub(crate) async fn keep(
    app: &App,
    tx: &Tx,
    what: &str,
    secret: &SecretString,
) -> Result<String, StoreError> {
    let name = format!("{what}.{}", clock::new_id().simple());
    let sealed = app.sealer().seal(&SECRETS.place(&name), secret);
    secrets::insert(tx, &name, &sealed, app.now()).await?;
    Ok(name)
}

/// Opens a secret.
pub(crate) async fn open(
    app: &App,
    conn: &impl Reader,
    name: &str,
) -> Result<SecretString, OpenError> {
    let sealed = secrets::find(conn, name).await?;
    let sealed = sealed.ok_or_else(|| OpenError::Gone(name.to_owned()))?;
    Ok(app.sealer().open(&SECRETS.place(name), &sealed)?)
}

/// Forgets a secret.
pub(crate) async fn forget(tx: &Tx, name: &str) -> Result<(), StoreError> {
    secrets::delete(tx, name).await
}
