//! `views.publish`: what Maro shows on its home tab for one user.

use serde_json::{Value, json};

use super::{Call, views_open::view_argument};
use crate::{
    slack::{error::SlackError, view::View},
    state::lock,
};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let content = view_argument(call.args)?;
    if content["type"] != "home" {
        return Err(SlackError::invalid_arguments(
            "must be a home view [json-pointer:/view/type]",
        ));
    }
    let mut slack = lock(&call.state.slack);
    let id = call.args.required("user_id")?;
    let known = slack
        .users
        .iter()
        .find(|user| user.id == id)
        .map(|user| user.id.clone());
    let user = known.ok_or(SlackError::new("user_not_found"))?;
    if let Some(view) = slack.homes.get_mut(&user) {
        if call.args.text("hash").is_some_and(|hash| hash != view.hash) {
            return Err(SlackError::new("hash_conflict"));
        }
        view.update(content)?;
        return Ok(json!({ "view": view.to_json() }));
    }
    let view = View::open(slack.team, &user, content)?;
    let shown = view.to_json();
    slack.homes.insert(user, view);
    Ok(json!({ "view": shown }))
}
