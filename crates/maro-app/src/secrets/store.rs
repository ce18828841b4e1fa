//! Where the secrets of the configuration are kept. A name is used once; what points at it decides.

use maro_store::sealed_values::SECRETS;
use maro_store::{Reader, StoreError, secrets};
use secrecy::SecretString;

use super::SealError;
use crate::App;

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
