//! Deliveries from Slack.

mod commands;
mod events;
mod interactions;
mod options;
mod signed;

pub(super) use commands::commands;
pub(super) use events::events;
pub(super) use interactions::interactions;
pub(super) use options::options;
use signed::SignedSlack;

use maro_slack::payloads::PayloadError;

use crate::problem::Problem;

fn malformed(err: PayloadError) -> Problem {
    Problem::bad_field(err.field, err.reason)
}
