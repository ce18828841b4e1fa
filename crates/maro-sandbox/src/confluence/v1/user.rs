//! `GET /user/current`: who the credentials belong to.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;

use super::Shared;
use crate::confluence::Edition;
use crate::confluence::auth::Caller;
use crate::confluence::error::Outcome;
use crate::confluence::http::ok;
use crate::state::lock;

/// The account that asks.
pub(super) async fn current(
    State(state): State<Shared>,
    Extension(edition): Extension<Edition>,
    Caller(account): Caller,
) -> Outcome<Response> {
    Ok(ok(&lock(&state.confluence).user(edition, account)))
}
