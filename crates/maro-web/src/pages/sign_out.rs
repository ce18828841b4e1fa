//! Signing out: the session ends here, and the browser forgets its cookie.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Redirect;
use maro_app::App;

use super::{PageError, Told};
use crate::auth;

/// Ends the session. When that fails the cookie stays, so that the person can try again.
pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Told, PageError> {
    let cookie = auth::end(&app, &headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")))
}
