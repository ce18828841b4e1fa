//! The inbox: deliveries from outside, stored under their own identity before they are acknowledged.

use serde::{Deserialize, Serialize};

/// Which door a delivery came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxKind {
    /// A slash command.
    SlackCommand,
    /// A button, shortcut or modal.
    SlackInteraction,
    /// An event of the Events API.
    SlackEvent,
    /// A Jira webhook.
    JiraWebhook,
}

impl InboxKind {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SlackCommand => "slack_command",
            Self::SlackInteraction => "slack_interaction",
            Self::SlackEvent => "slack_event",
            Self::JiraWebhook => "jira_webhook",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::SlackCommand,
            Self::SlackInteraction,
            Self::SlackEvent,
            Self::JiraWebhook,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// How often a delivery is tried before it needs a person.
pub const MAX_ATTEMPTS: i32 = 8;
