//! Secrets: sealed at rest, open in memory only, and the keys that do it.
//!
//! A [`Sealer`] seals values for other tables, too; each says its place as the context, so that a
//! sealed value that is moved to another row does not open.
//!
//! **Invariants:** a secret is stored sealed or not at all; an error names the place, never the value.

mod check;
mod key_file;
mod key_ring;
mod rotate;
mod sealer;
mod store;

pub use check::check;
pub use key_file::{KeyFileError, read_or_create};
pub use key_ring::{KeyRing, KeyRingError};
pub use rotate::{RotateError, Rotated, rotate};
pub use sealer::{SealError, Sealer};
pub use store::OpenError;
pub(crate) use store::{forget, keep, open};
