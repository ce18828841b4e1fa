//! Use cases of the outbox: deliver one message, replay a dead one.

mod bury;
mod card;
mod deliver;
mod replay;
mod send;
mod webhook;

pub(crate) use deliver::deliver;
pub use replay::{ReplayError, replay};
pub(crate) use webhook::only_webhook;
