//! The consent page, which works without JavaScript, and the page that says what is wrong.

use askama::Template;
use axum::response::Response;

use super::scopes;
use super::sites::Site;
use super::state::Wish;
use crate::consent;
use crate::state::{SandboxState, lock};

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    request: String,
    people: Vec<(&'static str, &'static str)>,
    sites: &'static [Site],
    scopes: Vec<(String, String)>,
    callback: String,
}

/// Asks a person to consent.
pub(super) fn ask(state: &SandboxState, wish: Wish) -> Response {
    let people = lock(&state.jira)
        .accounts
        .iter()
        .map(|account| (account.id, account.name))
        .collect();
    let scopes = wish
        .scopes
        .iter()
        .map(|scope| (scopes::title(scope).to_owned(), scope.clone()))
        .collect();
    let callback = wish.redirect_uri.clone();
    let mut oauth = lock(&state.oauth);
    let page = ConsentPage {
        people,
        sites: oauth.sites(),
        scopes,
        request: oauth.ask(wish),
        callback: callback.clone(),
    };
    consent::asking(&page, &callback)
}

/// Says why the request goes no further.
pub(super) fn refused(reason: &'static str) -> Response {
    consent::refused("Atlassian", reason)
}
