//! OAuth: the connection to Jira and Confluence by a person's consent at Atlassian.
//!
//! An administrator registers an app ([`configure()`]), goes to Atlassian ([`authorize()`]), comes back
//! ([`callback()`]) and, where the grant reaches several sites, says which one ([`choose_site()`]). After
//! that the tokens renew themselves: `tokens` hands them out, one instance at a time renews.
//! The protocol is in `maro_atlassian::oauth`, the rows are in `maro_store::oauth`.
//!
//! **Invariants**
//! * A new pair of tokens is committed before it is used.
//! * A grant that does not answer is not a dead grant; only Atlassian's definite word ends one. What
//!   waits to be sent then waits until somebody reconnects.
//! * The answer to a consent counts once, in time, and for whom asked.

mod authorize;
mod callback;
mod caller;
mod choose_site;
mod concerns;
mod configure;
mod connect;
mod disconnect;
mod error;
mod keep_alive;
mod life;
mod registration;
mod renew;
mod road;
mod sealed;
mod status;
mod tokens;
mod try_out;

pub use authorize::authorize;
pub use callback::{Answer, CALLBACK_PATH, Outcome, callback};
pub use caller::Caller;
pub use choose_site::choose_site;
pub(crate) use concerns::concerns;
pub use configure::{NewApp, configure};
pub use disconnect::disconnect;
pub use error::OAuthProblem;
pub(crate) use keep_alive::keep_alive;
pub use life::Life;
pub(crate) use registration::client_secret;
pub use road::Road;
pub(crate) use road::road;
pub use status::{Connection, GrantDetails, OAuthStatus, status};
pub(crate) use tokens::Tokens;
pub use try_out::{TriedOut, try_out};

pub use maro_atlassian::oauth::SCOPES;
pub use maro_store::oauth::GrantedSite;

/// The grant that is in force.
const CURRENT: &str = "atlassian";
/// A grant for which a person has yet to choose a site.
const PENDING: &str = "atlassian.pending";
