//! Going to Atlassian.
//!
//! By a page that leads on by itself, and not by a redirect: browsers hold the redirects of a form,
//! those of a company's sign-in included, against this site's policy for forms.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use maro_app::{App, oauth};

use super::PATH;
use crate::auth::{self, AdminRole, AtLeast, Origin};
use crate::pages::{Flash, PageError, render, told};

/// The page in between.
#[derive(Template)]
#[template(path = "leaving.html")]
pub(in crate::pages) struct LeavingPage {
    url: String,
}

/// Begins a consent and sends the browser to it.
pub(in crate::pages) async fn authorize(
    State(app): State<App>,
    headers: HeaderMap,
    origin: Origin,
    admin: AtLeast<AdminRole>,
) -> Result<Response, PageError> {
    let caller = auth::oauth_caller(&app, &headers, admin.actor());
    let address = origin.loopback_url();
    Ok(
        match oauth::authorize(&app, &caller, address.as_ref()).await {
            Ok(url) => render(&LeavingPage { url: url.into() })?.into_response(),
            Err(problem) => told(&app, &Flash::bad(problem.sentence()), PATH).into_response(),
        },
    )
}

#[cfg(test)]
impl crate::pages::samples::Sample for LeavingPage {
    fn samples() -> Vec<Self> {
        let url = "https://auth.example/authorize?a=b&c=\"><b>".to_owned();
        vec![Self { url }]
    }
}
