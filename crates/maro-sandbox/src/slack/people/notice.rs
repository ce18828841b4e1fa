//! What Slack itself tells a person.

use crate::{
    slack::{Workspace, message::Message},
    state::lock,
};

/// Slackbot, who speaks for Slack.
const SLACKBOT: &str = "USLACKBOT";

/// Shows one person a line that only they see.
pub(super) fn tell(state: &Workspace, channel: &str, user: &str, thread: Option<&str>, text: &str) {
    let now = state.clock.now();
    let mut slack = lock(&state.slack);
    let ts = slack.next_ts(now);
    let mut message = Message::plain(ts, SLACKBOT, text);
    message.thread_ts = thread.map(str::to_owned);
    slack.put_ephemeral(channel, user, message);
    drop(slack);
    state.changed();
}
