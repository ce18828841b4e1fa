//! Why a report was refused.

use std::io;

use maro_core::findings::FieldFault;
use maro_core::findings::junit::JunitError;
use maro_store::StoreError;

/// Why something that was reported is not kept.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Some fields are wrong.
    #[error("the report is not valid")]
    Faults(Vec<FieldFault>),
    /// The caller used this key for another request.
    #[error("this Idempotency-Key belongs to another request; take a new one for a new report")]
    KeyReused,
    /// The database did not answer.
    #[error("could not save the report")]
    Store(#[from] StoreError),
}

/// Why files are not a suite run.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There are none.
    #[error("there is no file in the request")]
    NoFiles,
    /// One of them is no report.
    #[error("{file} is {fault}")]
    NoReport {
        /// Its name.
        file: String,
        /// What is wrong with it.
        fault: JunitError,
    },
    /// One of them is a gzip file that is broken.
    #[error("{0} could not be unpacked; it is not a whole gzip file")]
    Broken(String),
    /// They are too large, packed or unpacked.
    #[error("the files have more than {} MB together, unpacked", super::MOST_BYTES >> 20)]
    TooLarge,
    /// They do not agree on a name.
    #[error("the report does not say which suite this is; name it")]
    NoName,
    /// The space for uploads cannot be used.
    #[error("could not keep the upload")]
    Disk(#[source] io::Error),
    /// The run that they make was refused.
    #[error(transparent)]
    Record(#[from] RecordError),
}
