//! `users.info`.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let with_email = call.has("users:read.email");
    let slack = lock(&call.state.slack);
    let id = call.args.required("user")?;
    let user = slack.users.iter().find(|user| user.id == id);
    let user = user.ok_or(SlackError::new("user_not_found"))?;
    Ok(json!({ "user": user.to_json(slack.team, with_email) }))
}
