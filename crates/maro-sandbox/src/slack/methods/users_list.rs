//! `users.list`.

use serde_json::{Value, json};

use super::{
    Call,
    paging::{self, Page},
};
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let with_email = call.has("users:read.email");
    let slack = lock(&call.state.slack);
    let page = Page::from_args(call.args, 1000, 1000)?;
    let (members, cursor) = page.of(slack
        .users
        .iter()
        .map(|user| user.to_json(slack.team, with_email))
        .collect());
    let cache_ts = call.now().timestamp();
    Ok(json!({
        "members": members, "cache_ts": cache_ts, "response_metadata": paging::metadata(&cursor),
    }))
}
