//! `views.update`: by view id or external id, guarded by a hash if one is given.

use serde_json::{Value, json};

use super::{Call, views_open::view_argument};
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let content = view_argument(call.args)?;
    let mut slack = lock(&call.state.slack);
    let id = match (call.args.text("view_id"), call.args.text("external_id")) {
        (Some(id), _) => slack.view(id).map(|view| view.id.clone()),
        (None, Some(external)) => {
            let mut open = slack.modals.values().flatten();
            open.find(|view| view.text("external_id") == external)
                .map(|view| view.id.clone())
        }
        (None, None) => {
            return Err(SlackError::invalid_arguments(
                "missing required field: view_id",
            ));
        }
    };
    let view = id
        .and_then(|id| slack.view_mut(&id))
        .ok_or(SlackError::new("not_found"))?;
    if call.args.text("hash").is_some_and(|hash| hash != view.hash) {
        return Err(SlackError::new("hash_conflict"));
    }
    view.update(content)?;
    Ok(json!({ "view": view.to_json() }))
}
