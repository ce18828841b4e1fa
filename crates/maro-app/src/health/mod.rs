//! Health: what the last real calls said. Configured is never healthy by itself.

mod calls;
mod ready;

pub(crate) use calls::Calls;
pub use calls::{Integration, IntegrationStatus, integrations};
pub use ready::{NotReady, ready};
