//! The consent page, which works without JavaScript, and the page that says what is wrong.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

use super::scopes;
use super::sites::Site;
use super::state::Wish;
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

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage {
    reason: &'static str,
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
    rendered(StatusCode::OK, &page, &policy(&callback))
}

/// Says why the request goes no further.
pub(super) fn refused(reason: &'static str) -> Response {
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
