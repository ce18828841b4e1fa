//! The consent page, which works without JavaScript, and the page that says what is wrong.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;

use super::{scopes, state::Wish};
use crate::{
    consent,
    slack::{Workspace, team::Team, team::is_bot_user},
    state::{SandboxState, lock},
};

#[derive(Template)]
#[template(path = "slack_consent.html")]
struct ConsentPage {
    request: String,
    workspaces: Vec<WorkspaceChoice>,
    scopes: Vec<(String, String)>,
    callback: String,
    needs_channel: bool,
}

/// A workspace and the people who can install the app in it.
struct WorkspaceChoice {
    team: &'static Team,
    people: Vec<(String, String)>,
    channels: Vec<(String, String)>,
}

/// Asks a person to allow the app.
pub(super) fn ask(state: &Arc<SandboxState>, wish: Wish) -> Response {
    let wanted = |one: &Workspace| wish.team.as_deref().is_none_or(|team| team == one.team.id);
    let workspaces = Workspace::all(state)
        .filter(wanted)
        .map(|one| choice(&one))
        .collect();
    let scopes = wish.scopes.iter().chain(&wish.user_scopes);
    let scopes = scopes
        .map(|scope| (scopes::title(scope).to_owned(), scope.clone()))
        .collect();
    let callback = wish.redirect_uri.clone();
    let page = ConsentPage {
        workspaces,
        scopes,
        needs_channel: wish.needs_channel(),
        request: lock(&state.install).ask(wish),
        callback: callback.clone(),
    };
    consent::asking(&page, &callback)
}

fn choice(workspace: &Workspace) -> WorkspaceChoice {
    let slack = lock(&workspace.slack);
    let people = slack.users.iter().filter(|user| !is_bot_user(&user.id));
    WorkspaceChoice {
        team: workspace.team,
        people: people
            .map(|user| (user.id.clone(), user.real_name.clone()))
            .collect(),
        channels: slack
            .channels
            .iter()
            .filter(|channel| channel.im_with.is_none() && !channel.archived)
            .map(|channel| (channel.id.clone(), channel.name.clone()))
            .collect(),
    }
}

/// Says why the question goes no further.
pub(super) fn refused(reason: &str) -> Response {
    consent::refused("Slack", reason)
}
