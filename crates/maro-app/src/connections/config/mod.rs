//! Configuring an integration while Maro runs: show, save, delete.
//!
//! **Invariants:** a secret is never shown, only that it is set; a change is made by whoever saw the
//! last one; what is saved fits together, or nothing is.

mod candidate;
mod delete;
mod save;
mod show;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use maro_store::StoreError;
use secrecy::SecretString;

use super::FieldProblem;
use super::fields::Field;
use crate::secrets::Unavailable;

pub(super) use candidate::{Candidate, candidate};
pub use delete::delete;
pub use save::save;
pub use show::show;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Somebody stored it here.
    Stored,
    /// The operator's environment or file.
    Environment,
}

impl Source {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Environment => "environment",
        }
    }
}

/// The configuration of an integration, as adapters show it.
#[derive(Debug, Clone)]
pub struct ConfigView {
    /// Whose it is.
    pub integration: Integration,
    /// The version to change; 0 when nothing is stored.
    pub version: i64,
    /// Its fields, in the order in which people fill them in.
    pub fields: Vec<FieldValue>,
    /// Why it cannot be used.
    pub problem: Option<String>,
    /// Whether it connects to anything.
    pub is_configured: bool,
    /// Whether a consent by OAuth stands over it: then the consent's site and tokens count.
    pub is_overridden: bool,
    /// When it was last stored, and by whom.
    pub changed: Option<(DateTime<Utc>, Actor)>,
}

/// One field and its value.
#[derive(Debug, Clone)]
pub struct FieldValue {
    /// The field.
    pub field: &'static Field,
    /// The value, unless it is a secret.
    pub text: Option<String>,
    /// Where the value comes from; `None` when there is none.
    pub source: Option<Source>,
}

/// A change of a configuration.
#[derive(Debug, Clone, Default)]
pub struct ConfigChange {
    /// The version that the writer saw. Without one, the last change wins.
    pub expected: Option<i64>,
    /// All fields that are no secrets. What is left out falls back to the operator's value.
    pub fields: BTreeMap<String, String>,
    /// Secrets that change: `None` forgets one, and what is left out stays.
    pub secrets: BTreeMap<String, Option<SecretString>>,
}

/// Why a configuration was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such field.
    #[error("there is no field {0:?}")]
    UnknownField(String),
    /// Something must be corrected.
    #[error("the configuration is not complete")]
    Problems(Vec<FieldProblem>),
    /// Somebody else changed it in between.
    #[error("Somebody else changed this in between. Nothing was saved. Look at it again.")]
    Conflict {
        /// The version that is stored now.
        current: i64,
    },
    /// The place of secrets does not answer, or refuses.
    #[error("{0}. Nothing was saved. {next}", next = .0.next_step())]
    Secrets(#[from] Unavailable),
    /// The database failed.
    #[error("could not store the configuration")]
    Store(#[from] StoreError),
}
