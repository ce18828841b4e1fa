//! `auth.revoke` and `apps.uninstall`, and what a workspace tells the app about it.

use serde_json::{Value, json};

use super::client::Client;
use crate::{
    slack::{Workspace, args::Args, error::SlackError, people::farewell},
    state::lock,
};

/// `auth.revoke`: one token ends. <https://docs.slack.dev/reference/methods/auth.revoke>
pub(crate) fn revoke_token(workspace: &Workspace, token: &str, args: &Args) -> Value {
    if args.flag("test") {
        return json!({ "revoked": false });
    }
    if let Some(installation) = lock(&workspace.install).in_team(workspace.team.id) {
        installation.end(token, "token_revoked");
    }
    farewell::in_background(
        workspace,
        vec![tokens_revoked(&[], &[workspace.team.bot_user])],
    );
    json!({ "revoked": true })
}

/// `apps.uninstall`: the app goes. <https://docs.slack.dev/reference/methods/apps.uninstall>
pub(crate) fn uninstall_app(workspace: &Workspace, client: &Client) -> Result<Value, SlackError> {
    client.check(&workspace.options)?;
    let events = remove(workspace);
    farewell::in_background(workspace, events);
    Ok(json!({}))
}

/// Removes the app and says which events follow from it.
pub(super) fn remove(workspace: &Workspace) -> Vec<Value> {
    let people: Vec<String> = {
        let mut install = lock(&workspace.install);
        let Some(installation) = install.in_team(workspace.team.id) else {
            return Vec::new();
        };
        let people = installation.people.iter().map(|(user, _)| user.clone());
        let people = people.collect();
        installation.remove();
        install.forget_webhooks(workspace.team);
        people
    };
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    vec![
        tokens_revoked(&people, &[workspace.team.bot_user]),
        json!({ "type": "app_uninstalled" }),
    ]
}

/// <https://docs.slack.dev/reference/events/tokens_revoked>
pub(super) fn tokens_revoked(people: &[&str], bots: &[&str]) -> Value {
    json!({ "type": "tokens_revoked", "tokens": { "oauth": people, "bot": bots } })
}
