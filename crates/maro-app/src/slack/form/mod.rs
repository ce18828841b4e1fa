//! The draft form: a modal with the fields of a draft, filled from Jira's create metadata.
//!
//! It must open within three seconds of the click. When Jira is slower than that, a form that says
//! so opens at once and is replaced when Jira has answered.
//!
//! Long texts are split over several inputs, because Slack's inputs hold 3,000 characters.

mod choices;
mod long_text;
mod open;
mod samples;
mod view;

pub(in crate::slack) use choices::fill;
pub(in crate::slack) use long_text::joined;
pub(in crate::slack) use open::open_form;
pub use samples::samples;
pub(in crate::slack) use view::{notice, view};

use maro_core::ids::{DraftId, SessionId};
use serde::{Deserialize, Serialize};

/// The form's name in submissions.
pub(in crate::slack) const FORM: &str = "draft_modal";
/// The action id of the project menu, which reloads the form.
pub(in crate::slack) const PROJECT_ACTION: &str = "form_project";
/// The action id of every other input.
pub(in crate::slack) const VALUE: &str = "value";

/// What the form must remember; it travels in `private_metadata`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::slack) struct FormContext {
    /// The session that is edited; absent for a new one.
    pub(in crate::slack) session: Option<SessionId>,
    /// The version that the person saw when the form opened.
    #[serde(default)]
    pub(in crate::slack) based_on: Option<DraftId>,
    pub(in crate::slack) team: String,
    pub(in crate::slack) channel: String,
    pub(in crate::slack) channel_name: Option<String>,
    pub(in crate::slack) thread_ts: Option<String>,
    pub(in crate::slack) permalink: Option<String>,
}

/// What Jira said last about a field of this draft.
pub(in crate::slack) type FieldError = (&'static str, String);
