//! The consent page, which works without JavaScript, and the page that says what is wrong.

use std::sync::Arc;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

use super::{scopes, state::Wish};
use crate::{
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

#[derive(Template)]
#[template(path = "slack_refused.html")]
struct RefusedPage<'r> {
    reason: &'r str,
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
    rendered(StatusCode::OK, &page, &policy(&callback))
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
    rendered(
        StatusCode::BAD_REQUEST,
        &RefusedPage { reason },
        &policy(""),
    )
}

/// Browsers hold a form to `form-action` through redirects, so the callback is in it.
fn policy(callback: &str) -> String {
    let origin = Url::parse(callback)
        .ok()
        .map(|url| url.origin().ascii_serialization())
        .filter(|origin| origin != "null")
        .unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'self' {origin}; frame-ancestors 'none'"
    )
}

fn rendered(status: StatusCode, page: &impl Template, policy: &str) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
                (header::CACHE_CONTROL, "no-store".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
            ];
            (status, headers, Html(html)).into_response()
        }
        Err(err) => {
            tracing::error!(error = %err, "the page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
