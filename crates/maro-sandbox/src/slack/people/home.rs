//! Somebody opens Maro's home tab.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{CannotAct, event, person};
use crate::{
    slack::{Workspace, message::ts_of, view::View},
    state::lock,
};

/// The visit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenHome {
    user: String,
    /// Another Maro than the usual one.
    #[serde(default)]
    to: Option<Url>,
}

/// Delivers `app_home_opened`.
pub(crate) async fn run(state: &Workspace, open: OpenHome) -> Result<Value, CannotAct> {
    let event = {
        let now = state.clock.now();
        let mut slack = lock(&state.slack);
        let user = person(&slack, &open.user)?;
        let channel = slack.direct_message(&user.id);
        let mut event = json!({
            "type": "app_home_opened", "user": user.id, "channel": channel, "tab": "home",
            "event_ts": ts_of(now),
        });
        if let Some(view) = slack.homes.get(&user.id) {
            event["view"] = View::to_json(view);
        }
        event
    };
    if !event::subscribed(state, "app_home_opened") {
        return Ok(json!({ "delivered": false }));
    }
    Ok(json!(event::deliver(state, &event, open.to).await))
}
