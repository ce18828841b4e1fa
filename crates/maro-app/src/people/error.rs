//! Why an account was not made or changed.

use maro_store::StoreError;

use super::fields::InvalidField;
use super::password::NotHashed;

/// Why an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Something must be corrected first.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// The address or the Slack member belongs to somebody.
    #[error("Somebody has this e-mail address or this Slack member already.")]
    Taken,
    /// There is no such person.
    #[error("There is no such person.")]
    NotFound,
    /// Nobody could administer Maro any more.
    #[error("This is the last administrator. Make somebody else an administrator first.")]
    LastAdmin,
    /// The password is not there.
    #[error(transparent)]
    NotHashed(#[from] NotHashed),
    /// The database failed.
    #[error("could not store the account")]
    Store(StoreError),
}

impl From<StoreError> for PeopleError {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::Conflict(_) => Self::Taken,
            err => Self::Store(err),
        }
    }
}
