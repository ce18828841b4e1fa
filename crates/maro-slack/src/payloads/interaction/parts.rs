//! What several kinds of interactions have in common: people, channels, elements.

use serde::Deserialize;

use crate::tolerant::nullable;

/// A person in a payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserReference {
    /// The user's id.
    pub id: String,
    name: Option<String>,
    username: Option<String>,
    /// The user's own workspace.
    pub team_id: Option<String>,
}

impl UserReference {
    /// The user's handle, else the id.
    #[must_use]
    pub fn handle(&self) -> &str {
        self.username
            .as_deref()
            .or(self.name.as_deref())
            .unwrap_or(&self.id)
    }
}

/// A channel in a payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChannelReference {
    /// The channel's id.
    pub id: String,
    /// Its name, without `#`.
    #[serde(default, deserialize_with = "nullable")]
    pub name: String,
}

/// An option that was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct OptionReference {
    /// The option's value.
    #[serde(default, deserialize_with = "nullable")]
    pub value: String,
}

/// Where an element stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Container {
    /// `message` or `view`.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub kind: String,
    /// The message.
    pub message_ts: Option<String>,
    /// The message's channel.
    pub channel_id: Option<String>,
    /// The thread that the message is in.
    pub thread_ts: Option<String>,
    /// The modal.
    pub view_id: Option<String>,
    /// Whether only the person sees the message.
    #[serde(default, deserialize_with = "nullable")]
    pub is_ephemeral: bool,
}

/// One click or choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Action {
    /// Our name for the element.
    pub action_id: String,
    /// Our name for its block.
    #[serde(default, deserialize_with = "nullable")]
    pub block_id: String,
    /// The element's type.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub kind: String,
    /// A button's value, or the text of an input.
    pub value: Option<String>,
    /// The option of a menu.
    pub selected_option: Option<OptionReference>,
    /// The options of a multi menu.
    pub selected_options: Option<Vec<OptionReference>>,
    /// The person of a menu of people.
    pub selected_user: Option<String>,
    /// When it happened; tells two clicks apart.
    #[serde(default, deserialize_with = "nullable")]
    pub action_ts: String,
}

impl Action {
    /// The value of a button, or of the option that was chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        let option = self
            .selected_option
            .as_ref()
            .map(|option| option.value.as_str());
        self.value.as_deref().or(option)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct TeamReference {
    id: String,
}

/// Apps that are installed for a whole organisation get no team, but the user's.
pub(super) fn team_of<'a>(team: Option<&'a TeamReference>, user: &'a UserReference) -> &'a str {
    team.map(|team| team.id.as_str())
        .or(user.team_id.as_deref())
        .unwrap_or_default()
}
