//! Use cases of tracking: follow an issue in a channel, stop following it, list; and news of Jira, which
//! comes by webhooks and by polling and takes one way from there: noted, read back, compared, stored.

mod ask;
mod changes;
mod news;
mod poll;
mod read;
mod refresh;
mod track;
mod untrack;
mod webhooks;

use maro_core::ids::ChannelRef;
use maro_core::tracking::TrackedIssue;
pub use maro_core::tracking::shown_status;
use maro_store::{StoreError, tracked};

pub(crate) use changes::{Named, note_change, read_changes};
pub(crate) use poll::{PollError, poll};
pub use read::{ReadError, read_issue};
pub use refresh::list_refreshed;
pub use track::{TrackAnswer, track};
pub use untrack::{UntrackAnswer, untrack};
pub(crate) use webhooks::{Wanted, keep_registered, unregister, wanted_webhook};

use crate::App;

/// Lists what a channel follows, by key.
pub async fn list(app: &App, channel: &ChannelRef) -> Result<Vec<TrackedIssue>, StoreError> {
    tracked::list(app.store(), channel).await
}

/// Lists the channels that follow something, with how many issues.
pub async fn channels(app: &App) -> Result<Vec<(ChannelRef, i64)>, StoreError> {
    tracked::channels(app.store()).await
}
