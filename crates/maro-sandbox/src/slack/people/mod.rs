//! People acting in the Slack client.
//!
//! Each act checks what the client itself would check, becomes one signed
//! delivery to Maro (or none), and shows the person what Slack would show.

pub(crate) mod arrange;
pub(crate) mod click;
pub(crate) mod close;
pub(crate) mod command;
pub(crate) mod echo;
mod event;
pub(crate) mod farewell;
mod fields;
pub(crate) mod home;
mod notice;
pub(crate) mod probe;
pub(crate) mod say;
pub(crate) mod shortcut;
pub(crate) mod submit;
pub(crate) mod suggest;

use serde_json::{Value, json};

use super::{
    APP, Workspace,
    channel::{Channel, User},
    state::SlackState,
    team::Team,
};

/// Why somebody cannot do what was asked: the client would not offer it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CannotAct(pub(crate) String);

impl CannotAct {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Finds a person by id or name.
fn person(slack: &SlackState, user: &str) -> Result<User, CannotAct> {
    slack
        .user(user)
        .cloned()
        .ok_or_else(|| CannotAct::new(format!("there is no user {user}")))
}

/// Finds a channel that the person is in.
fn channel_of(slack: &SlackState, user: &User, channel: &str) -> Result<Channel, CannotAct> {
    let found = slack.channel(channel);
    let found = found.ok_or_else(|| CannotAct::new(format!("there is no channel {channel}")))?;
    if !found.has(&user.id) {
        return Err(CannotAct::new(format!(
            "{} is not in #{}",
            user.name, found.name
        )));
    }
    if found.archived {
        return Err(CannotAct::new(format!("#{} is archived", found.name)));
    }
    Ok(found.clone())
}

/// The fields that every interaction has.
fn envelope(team: &Team, kind: &str, user: &User) -> Value {
    json!({
        "type": kind,
        "token": "sandbox-verification-token",
        "api_app_id": APP,
        "team": { "id": team.id, "domain": team.domain },
        "enterprise": null,
        "is_enterprise_install": false,
        "user": { "id": user.id, "username": user.name, "name": user.name, "team_id": team.id },
    })
}

/// A channel as interactions name it.
fn channel_reference(channel: &Channel) -> Value {
    json!({ "id": channel.id, "name": shown_name(channel) })
}

/// Slack hides the names of private conversations behind these.
fn shown_name(channel: &Channel) -> &str {
    match (&channel.im_with, channel.private) {
        (Some(_), _) => "directmessage",
        (None, true) => "privategroup",
        (None, false) => &channel.name,
    }
}

/// The address of a response URL.
fn response_url(state: &Workspace, token: &str) -> String {
    let mut url = state.base_url();
    url.set_path(&format!("slack/response/{token}"));
    url.to_string()
}
