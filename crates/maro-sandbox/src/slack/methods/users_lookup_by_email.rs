//! `users.lookupByEmail`.

use serde_json::{Value, json};

use super::Call;
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let wanted = call.args.required("email")?;
    let has = |email: &String| email.eq_ignore_ascii_case(wanted);
    let user = slack
        .users
        .iter()
        .find(|user| user.email.as_ref().is_some_and(has));
    let user = user.ok_or(SlackError::new("users_not_found"))?;
    Ok(json!({ "user": user.to_json(slack.team, true) }))
}
