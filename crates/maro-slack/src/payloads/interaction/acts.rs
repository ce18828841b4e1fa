//! Clicks and shortcuts.

use serde::Deserialize;

use super::parts::{TeamReference, team_of};
use super::{Action, ChannelReference, Container, SubmittedView, UserReference};
use crate::api::ThreadMessage;
use crate::payloads::{ResponseUrl, ViewState};
use crate::tolerant::nullable;

/// Clicks and choices in a message or a modal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BlockActions {
    team: Option<TeamReference>,
    /// Who clicked.
    pub user: UserReference,
    /// Opens one modal within 3 seconds.
    #[serde(default, deserialize_with = "nullable")]
    pub trigger_id: String,
    /// Where the element stands.
    #[serde(default, deserialize_with = "nullable")]
    pub container: Container,
    /// The channel of the message.
    pub channel: Option<ChannelReference>,
    /// The message, as it was when it was clicked.
    pub message: Option<ThreadMessage>,
    /// The modal.
    pub view: Option<SubmittedView>,
    /// Where up to five answers can be sent for 30 minutes. A secret.
    pub response_url: Option<ResponseUrl>,
    /// What was clicked, never empty.
    pub actions: Vec<Action>,
    /// What stands in the message's inputs.
    pub state: Option<ViewState>,
}

impl BlockActions {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }

    /// The channel of the message that was clicked.
    #[must_use]
    pub fn channel_id(&self) -> Option<&str> {
        let channel = self.channel.as_ref().map(|channel| channel.id.as_str());
        channel.or(self.container.channel_id.as_deref())
    }

    /// The message that was clicked.
    #[must_use]
    pub fn message_ts(&self) -> Option<&str> {
        let message = self.message.as_ref().map(|message| message.ts.as_str());
        self.container.message_ts.as_deref().or(message)
    }

    /// The thread that the clicked message is in.
    #[must_use]
    pub fn thread_ts(&self) -> Option<&str> {
        let message = self
            .message
            .as_ref()
            .and_then(|message| message.thread_ts.as_deref());
        self.container.thread_ts.as_deref().or(message)
    }

    /// The first action; Slack sends one per click.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.actions[0]
    }
}

/// A shortcut used on a message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MessageAction {
    team: Option<TeamReference>,
    /// Who used it.
    pub user: UserReference,
    /// Our name for the shortcut.
    pub callback_id: String,
    /// The message's channel.
    pub channel: ChannelReference,
    /// The message.
    pub message: ThreadMessage,
    /// The message's id.
    #[serde(default, deserialize_with = "nullable")]
    pub message_ts: String,
    /// Opens one modal within 3 seconds.
    pub trigger_id: String,
    /// Where up to five answers can be sent for 30 minutes. A secret.
    pub response_url: Option<ResponseUrl>,
    /// When it happened.
    #[serde(default, deserialize_with = "nullable")]
    pub action_ts: String,
}

impl MessageAction {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }

    /// The message's id.
    #[must_use]
    pub fn message_ts(&self) -> &str {
        if self.message_ts.is_empty() {
            &self.message.ts
        } else {
            &self.message_ts
        }
    }

    /// The thread that the message belongs to: its own, when it has none yet.
    #[must_use]
    pub fn thread_ts(&self) -> &str {
        self.message
            .thread_ts
            .as_deref()
            .unwrap_or(self.message_ts())
    }
}

/// A shortcut used from anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Shortcut {
    team: Option<TeamReference>,
    /// Who used it.
    pub user: UserReference,
    /// Our name for the shortcut.
    pub callback_id: String,
    /// Opens one modal within 3 seconds.
    pub trigger_id: String,
    /// When it happened.
    #[serde(default, deserialize_with = "nullable")]
    pub action_ts: String,
}

impl Shortcut {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }
}
