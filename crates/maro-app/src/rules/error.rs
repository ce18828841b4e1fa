//! Why a rule is not stored.

use maro_core::rules::RuleFault;
use maro_store::StoreError;

/// Why a rule was refused.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Some fields are wrong.
    #[error("the rule is not valid")]
    Faults(Vec<RuleFault>),
    /// The rules' file keeps it.
    #[error("this rule is kept in the rules' file; change it there")]
    InFile,
    /// There is no such rule.
    #[error("there is no such rule")]
    NotFound,
    /// The database did not answer.
    #[error("could not save the rule")]
    Store(#[from] StoreError),
}
