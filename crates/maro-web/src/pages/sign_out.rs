//! Signing out: the browser forgets the session.

use axum::extract::State;
use axum::http::header;
use axum::response::Redirect;
use maro_app::App;

use super::Told;
use crate::auth;

/// Ends the session.
pub(super) async fn sign_out(State(app): State<App>) -> Told {
    (
        [(header::SET_COOKIE, auth::end(&app))],
        Redirect::to("/sign-in"),
    )
}
