//! Messages to Slack, dead letters, and their replay.

mod list;
mod replay;

#[cfg(test)]
pub(super) use list::OutboxPage;
pub(super) use list::list;
pub(super) use replay::{replay, replay_delivery};

const PATH: &str = "/outbox?state=dead";
