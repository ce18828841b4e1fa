//! Deliveries from outside: stored durably, acknowledged, then handled by one use case each.
//!
//! **Invariant:** nothing is acknowledged before it is durable, and a delivery that comes twice has
//! one effect.

mod accept;
mod dynamic;
mod error;
mod handle;
mod jira;

pub use accept::{Accepted, Incoming, NotStored, accept, replay};
pub(crate) use dynamic::webhook_address;
pub use dynamic::{Signatures, dynamic_secrets, is_webhook_address, verify_dynamic};
pub(crate) use error::HandleError;
pub(crate) use handle::handle;
pub use jira::{Concern, concern_of};

use secrecy::SecretString;

/// Checks the signature of a Jira webhook over its raw body, in constant time.
#[must_use]
pub fn verify_jira(secret: &SecretString, header: &str, raw_body: &[u8]) -> bool {
    maro_atlassian::webhook::verify(secret, header, raw_body)
}
