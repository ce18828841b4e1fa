//! Web sessions in the browser: a cookie that holds a token and nothing else.
//!
//! Whom the token stands for, and for how long, `maro_app::people` knows.
//!
//! **Invariants:** each sign-in sets a token that nobody has seen, and ends the session that the
//! browser had before. After sign-out no copy of the cookie is of use.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use maro_app::App;
use maro_app::model::{Actor, Person, StoreError};
use maro_app::oauth::Caller;
use maro_app::people;
use secrecy::ExposeSecret as _;

use super::{cookie, flash};
use crate::pages::Flash;

const NAME: &str = "maro_session";
/// Browsers take this name only with `Secure`, without `Domain` and from this very host, so no
/// neighbouring host can plant a session.
const SECURE_NAME: &str = "__Host-maro_session";

/// The session of a signed-in person.
#[derive(Clone)]
pub(crate) struct WebSession {
    /// Who signed in.
    pub(crate) person: Person,
    /// What the last form wants to tell.
    pub(crate) flash: Option<Flash>,
}

/// Begins a session in place of the one that the request had; the header sets its cookie.
pub(crate) async fn start(
    app: &App,
    headers: &HeaderMap,
    person: &Person,
) -> Result<HeaderValue, StoreError> {
    if let Some(old) = token(app, headers) {
        people::end_web_session(app, old).await?;
    }
    let token = people::start_web_session(app, person).await?;
    let seconds = people::WEB_SESSION_LIFETIME.num_seconds();
    let mut header = cookie::set(app, name(app), token.expose_secret(), seconds);
    header.set_sensitive(true);
    Ok(header)
}

/// Finds the session of a request.
pub(crate) async fn find(app: &App, headers: &HeaderMap) -> Result<Option<WebSession>, StoreError> {
    let Some(token) = token(app, headers) else {
        return Ok(None);
    };
    let person = people::find_web_session(app, token).await?;
    Ok(person.map(|person| WebSession {
        person,
        flash: flash::read(app, headers),
    }))
}

/// Ends the session of a request; the header takes the cookie away.
pub(crate) async fn end(app: &App, headers: &HeaderMap) -> Result<HeaderValue, StoreError> {
    if let Some(token) = token(app, headers) {
        people::end_web_session(app, token).await?;
    }
    Ok(cookie::set(app, name(app), "", 0))
}

/// Who asks for a step of the OAuth flow: this very browser, or a holder of an API token.
pub(crate) fn oauth_caller(app: &App, headers: &HeaderMap, actor: Actor) -> Caller {
    match token(app, headers) {
        Some(token) if !headers.contains_key(AUTHORIZATION) => Caller::by_web_session(actor, token),
        _ => Caller::by_api(actor),
    }
}

fn token<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    cookie::read(headers, name(app))
}

fn name(app: &App) -> &'static str {
    if cookie::is_secure(app) {
        SECURE_NAME
    } else {
        NAME
    }
}
