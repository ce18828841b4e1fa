//! Slack workspaces that the app is installed in: one row each, with sealed tokens.
//!
//! **Invariants**
//! * One claim at a time rotates a pair of tokens, over all instances.
//! * A pair replaces the one that it was made from, never another.
//! * An answer to a consent counts once.

mod installations;
mod rotation;
mod states;

pub use installations::{
    Installation, InstallationState, delete, delete_placeholder, end, find, install, list,
};
pub use rotation::{RotatedPair, RotationClaim, claim, due, mark_failed, store_pair};
pub use states::{delete_expired_states, use_state};
