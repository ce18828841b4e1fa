//! Why a delivery was not handled, in terms of what happens to it next.

use maro_store::StoreError;

/// Why a delivery was not handled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandleError {
    /// It can never be handled.
    #[error("{0}")]
    Broken(String),
    /// It may work later.
    #[error("{0}")]
    Later(String),
    /// The database failed; it may work later.
    #[error("the database failed")]
    Store(#[from] StoreError),
}
