//! Interactions: clicks, shortcuts, forms and menus that ask for their options.
//!
//! They arrive as a form with one field `payload` of JSON; over a socket as the JSON alone.

mod acts;
mod forms;
mod parts;

use serde::Deserialize;

use super::PayloadError;
use super::parse::{check_bounded, check_id, form, is_json, json};

pub use acts::{BlockActions, MessageAction, Shortcut};
pub use forms::{SubmittedView, Suggestion, ViewClosed, ViewSubmission};
pub use parts::{Action, ChannelReference, Container, OptionReference, UserReference};

/// An interaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Interaction {
    /// Somebody clicked a button or chose from a menu.
    BlockActions(Box<BlockActions>),
    /// Somebody used a shortcut on a message.
    MessageAction(Box<MessageAction>),
    /// Somebody used a shortcut from anywhere.
    Shortcut(Shortcut),
    /// Somebody submitted a form.
    ViewSubmission(Box<ViewSubmission>),
    /// Somebody closed a form.
    ViewClosed(Box<ViewClosed>),
    /// A menu asks for its options.
    Suggestion(Box<Suggestion>),
    /// A kind that we do not use.
    Other {
        /// Slack's name for it.
        kind: String,
    },
}

#[derive(Deserialize)]
struct Form {
    payload: String,
}

#[derive(Deserialize)]
struct Probe {
    #[serde(rename = "type")]
    kind: String,
}

impl Interaction {
    /// Reads the body of a request, a form with one field `payload`; or what came over a socket, the
    /// payload itself.
    pub fn parse(body: &[u8]) -> Result<Self, PayloadError> {
        if is_json(body) {
            return Self::from_json(body);
        }
        let form: Form = form(body)?;
        Self::from_json(form.payload.as_bytes())
    }

    /// Reads the payload itself.
    pub fn from_json(payload: &[u8]) -> Result<Self, PayloadError> {
        // Two passes, because a tagged enum would lose the path of an error.
        let Probe { kind } = json(payload)?;
        let interaction = match kind.as_str() {
            "block_actions" => Self::BlockActions(json(payload)?),
            "message_action" => Self::MessageAction(json(payload)?),
            "shortcut" => Self::Shortcut(json(payload)?),
            "view_submission" => Self::ViewSubmission(json(payload)?),
            "view_closed" => Self::ViewClosed(json(payload)?),
            "block_suggestion" => Self::Suggestion(json(payload)?),
            _ => Self::Other { kind },
        };
        interaction.check()?;
        Ok(interaction)
    }

    /// Who acted; none for kinds that we do not use.
    #[must_use]
    pub fn user(&self) -> Option<&UserReference> {
        Some(match self {
            Self::BlockActions(actions) => &actions.user,
            Self::MessageAction(action) => &action.user,
            Self::Shortcut(shortcut) => &shortcut.user,
            Self::ViewSubmission(submission) => &submission.user,
            Self::ViewClosed(closed) => &closed.user,
            Self::Suggestion(suggestion) => &suggestion.user,
            Self::Other { .. } => return None,
        })
    }

    /// The workspace; none for kinds that we do not use.
    #[must_use]
    pub fn team_id(&self) -> Option<&str> {
        Some(match self {
            Self::BlockActions(actions) => actions.team_id(),
            Self::MessageAction(action) => action.team_id(),
            Self::Shortcut(shortcut) => shortcut.team_id(),
            Self::ViewSubmission(submission) => submission.team_id(),
            Self::ViewClosed(closed) => closed.team_id(),
            Self::Suggestion(suggestion) => suggestion.team_id(),
            Self::Other { .. } => return None,
        })
    }

    fn check(&self) -> Result<(), PayloadError> {
        if let Some(team) = self.team_id() {
            check_id("team.id", team)?;
        }
        if let Some(user) = self.user() {
            check_id("user.id", &user.id)?;
        }
        match self {
            Self::BlockActions(actions) => check_actions(actions),
            Self::MessageAction(action) => {
                check_id("channel.id", &action.channel.id)?;
                check_id("message_ts", action.message_ts())?;
                check_bounded("callback_id", &action.callback_id)
            }
            Self::Shortcut(shortcut) => check_bounded("callback_id", &shortcut.callback_id),
            Self::ViewSubmission(submission) => check_id("view.id", &submission.view.id),
            Self::ViewClosed(closed) => check_id("view.id", &closed.view.id),
            Self::Suggestion(suggestion) => check_bounded("action_id", &suggestion.action_id),
            Self::Other { .. } => Ok(()),
        }
    }
}

fn check_actions(actions: &BlockActions) -> Result<(), PayloadError> {
    if actions.actions.is_empty() {
        return Err(PayloadError::new("actions", "is empty"));
    }
    for (index, action) in actions.actions.iter().enumerate() {
        check_bounded(&format!("actions[{index}].action_id"), &action.action_id)?;
    }
    for (field, id) in [
        ("channel.id", actions.channel_id()),
        ("container.message_ts", actions.message_ts()),
        ("container.thread_ts", actions.thread_ts()),
    ] {
        if let Some(id) = id {
            check_id(field, id)?;
        }
    }
    Ok(())
}
