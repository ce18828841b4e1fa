//! Secrets: sealed at rest, open in memory only, and the keys that do it.
//!
//! A [`Sealer`] seals values for other tables, too; each says its place as the context, so that a
//! sealed value that is moved to another row does not open.
//!
//! What people type can be kept in Kubernetes instead, where the operator says so. Tokens that renew
//! themselves stay in the database: a new pair must be committed together with what says that it is new.
//!
//! **Invariants:** a secret is in the database sealed or not at all; an error names the place, never the
//! value.

mod check;
mod key_file;
mod key_ring;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod place;
mod rotate;
mod sealer;
mod store;
mod unavailable;

pub use check::check;
pub use key_file::{KeyFileError, read_or_create};
pub use key_ring::{KeyRing, KeyRingError};
pub use place::{KubernetesPlace, SecretStore};
pub use rotate::{RotateError, Rotated, rotate};
pub use sealer::{SealError, Sealer};
pub use store::OpenError;
pub(crate) use store::{Kept, forget, forget_outside, keep, keep_in, open, open_in};
pub use unavailable::Unavailable;
