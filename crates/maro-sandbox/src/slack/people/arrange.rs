//! Somebody arranges a channel: archives it, restricts it, invites Maro or removes it, deletes it.

use serde::Deserialize;
use serde_json::Value;

use super::CannotAct;
use crate::{slack::Workspace, state::lock};

/// What becomes of a channel. What is absent stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrange {
    channel: String,
    #[serde(default)]
    archived: Option<bool>,
    #[serde(default)]
    restricted: Option<bool>,
    /// Whether Maro is in it.
    #[serde(default)]
    invited: Option<bool>,
    #[serde(default)]
    deleted: bool,
}

/// Arranges it and shows it as it was last.
pub(crate) fn run(state: &Workspace, arrange: &Arrange) -> Result<Value, CannotAct> {
    let mut slack = lock(&state.slack);
    let team = slack.team;
    let wanted = slack.channel(&arrange.channel).map(|one| one.id.clone());
    let channel = slack
        .channels
        .iter_mut()
        .find(|one| Some(&one.id) == wanted.as_ref())
        .ok_or_else(|| CannotAct::new(format!("there is no channel {}", arrange.channel)))?;
    channel.archived = arrange.archived.unwrap_or(channel.archived);
    channel.restricted = arrange.restricted.unwrap_or(channel.restricted);
    match arrange.invited {
        Some(true) => {
            channel.members.insert(team.bot_user.to_owned());
        }
        Some(false) => {
            channel.members.remove(team.bot_user);
        }
        None => {}
    }
    let shown = channel.to_json(team);
    if arrange.deleted {
        slack
            .channels
            .retain(|one| Some(&one.id) != wanted.as_ref());
    }
    drop(slack);
    state.changed();
    Ok(shown)
}
