//! Modals that come back, and menus that ask for their options.

use serde::Deserialize;

use super::UserReference;
use super::parts::{TeamReference, team_of};
use crate::payloads::ViewState;
use crate::tolerant::nullable;

/// A modal as it comes back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SubmittedView {
    /// The view's id.
    pub id: String,
    /// Its version.
    #[serde(default, deserialize_with = "nullable")]
    pub hash: String,
    /// Our name for the kind of form.
    #[serde(default, deserialize_with = "nullable")]
    pub callback_id: String,
    /// The text that we gave it.
    #[serde(default, deserialize_with = "nullable")]
    pub private_metadata: String,
    /// The name that we gave it.
    pub external_id: Option<String>,
    /// The view at the bottom of the stack.
    pub root_view_id: Option<String>,
    /// What was entered. Slack leaves it out of views that were never shown.
    #[serde(default, deserialize_with = "nullable")]
    pub state: ViewState,
}

/// A form that was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ViewSubmission {
    team: Option<TeamReference>,
    /// Who submitted it.
    pub user: UserReference,
    /// Opens one modal within 3 seconds; new for each submission.
    #[serde(default, deserialize_with = "nullable")]
    pub trigger_id: String,
    /// The form.
    pub view: SubmittedView,
}

impl ViewSubmission {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }
}

/// A form that was closed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ViewClosed {
    team: Option<TeamReference>,
    /// Who closed it.
    pub user: UserReference,
    /// The form.
    pub view: SubmittedView,
    /// Whether the whole stack was closed.
    #[serde(default, deserialize_with = "nullable")]
    pub is_cleared: bool,
}

impl ViewClosed {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }
}

/// A menu that asks for its options.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Suggestion {
    team: Option<TeamReference>,
    /// Who is choosing.
    pub user: UserReference,
    /// Our name for the menu.
    pub action_id: String,
    /// Our name for its block.
    #[serde(default, deserialize_with = "nullable")]
    pub block_id: String,
    /// What was typed so far.
    #[serde(default, deserialize_with = "nullable")]
    pub value: String,
    /// The modal.
    pub view: Option<SubmittedView>,
}

impl Suggestion {
    /// The workspace.
    #[must_use]
    pub fn team_id(&self) -> &str {
        team_of(self.team.as_ref(), &self.user)
    }
}
