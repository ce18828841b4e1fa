//! Tracked issues by channel, and the forms that track and untrack.

mod list;
mod track;
mod untrack;

#[cfg(test)]
pub(super) use list::TrackedPage;
pub(super) use list::list;
pub(super) use track::track;
pub(super) use untrack::untrack;

use maro_app::model::{ChannelRef, IssueKey};
use serde::Deserialize;

use super::{Flash, PageError};

const PATH: &str = "/tracked";

#[derive(Deserialize)]
pub(super) struct KeyForm {
    key: String,
}

impl KeyForm {
    fn parse(&self) -> Result<IssueKey, Flash> {
        self.key
            .parse()
            .map_err(|_| Flash::bad("This is not an issue key. A key looks like SCRUM-123."))
    }
}

fn channel(text: &str) -> Result<ChannelRef, PageError> {
    crate::channel::parse(text).ok_or(PageError::NotFound("channel"))
}
