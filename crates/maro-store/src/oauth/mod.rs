//! OAuth: the registered app, grants and their tokens, consents under way.
//!
//! Tokens and secrets come sealed and stay so; this crate has no key. Which grant is in force, and
//! what follows from an answer, is `maro-app`'s matter.
//!
//! **Invariants:** one instance at a time renews a grant ([`refresh`]); a new pair is stored by the
//! holder of the claim only, and never over a pair that came in between.

pub mod apps;
pub mod grants;
pub mod refresh;
pub mod states;

pub use apps::App;
pub use grants::{Grant, GrantState, GrantedSite};
pub use states::PendingConsent;
