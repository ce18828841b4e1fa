//! `conversations.list`.

use serde_json::{Value, json};

use super::{
    Call,
    paging::{self, Page},
};
use crate::{slack::error::SlackError, state::lock};

pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let slack = lock(&call.state.slack);
    let page = Page::from_args(call.args, 100, 1000)?;
    let types = call.args.text("types").unwrap_or("public_channel");
    let wanted = |kind: &str| types.split(',').any(|wanted| wanted.trim() == kind);
    let exclude_archived = call.args.flag("exclude_archived");
    let channels: Vec<Value> = slack
        .channels
        .iter()
        .filter(|channel| channel.visible_to_bot() && !(exclude_archived && channel.archived))
        .filter(|channel| match (&channel.im_with, channel.private) {
            (Some(_), _) => wanted("im"),
            (None, true) => wanted("private_channel"),
            (None, false) => wanted("public_channel"),
        })
        .map(|channel| {
            let mut shown = channel.to_json(slack.team);
            shown["num_members"] = channel.members.len().into();
            shown
        })
        .collect();
    let (channels, cursor) = page.of(channels);
    Ok(json!({ "channels": channels, "response_metadata": paging::metadata(&cursor) }))
}
