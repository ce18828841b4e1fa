//! The pages: server-rendered, one use case per form, everything works without JavaScript.
//!
//! Each page is a struct with a template, filled from what `maro_app` reads. Forms POST, tell their
//! outcome on the next page, and no GET changes anything.
//!
//! **Invariants:** text from outside is escaped by the template or by [`parts`]; a status is never
//! shown by colour alone; a handler names the role it needs in its arguments.

mod activity;
mod adf;
mod approvals;
mod atlassian;
mod audit;
mod connections;
mod dashboard;
mod defects;
mod error;
mod events;
mod form;
mod frame;
mod lists;
mod not_found;
mod operations;
mod outbox;
mod parts;
mod people;
mod preview;
mod rules;
mod runs;
mod sessions;
mod setup;
mod sign_in;
mod sign_out;
mod tracked;
mod trends;
mod words;

#[cfg(test)]
mod samples;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use maro_app::App;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::auth;

pub(crate) use atlassian::PATH as ATLASSIAN_PAGE;
pub(crate) use error::PageError;
pub(crate) use frame::Flash;
pub(crate) use not_found::{no_such_method, no_such_page};

/// The answer to a form: go to a page that tells what came of it.
pub(crate) type Told = ([(HeaderName, HeaderValue); 1], Redirect);

const FORM_LIMIT: usize = 64 * 1024;

/// The routes of all pages.
pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(dashboard::dashboard))
        .route("/setup", get(setup::show).post(setup::create))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_out::sign_out))
        .route("/approvals", get(approvals::list))
        .route("/approvals/{draft}", get(approvals::show))
        .route("/approvals/{draft}/approve", post(approvals::approve))
        .route("/approvals/{draft}/discard", post(approvals::discard))
        .route("/operations", get(operations::list))
        .route("/operations/{id}", get(operations::show))
        .route("/operations/{id}/decision", post(operations::decide))
        .route("/sessions", get(sessions::list))
        .route("/sessions/{id}", get(sessions::show))
        .route("/tracked", get(tracked::list))
        .route("/tracked/{channel}/track", post(tracked::track))
        .route("/tracked/{channel}/untrack", post(tracked::untrack))
        .route("/suite-runs", get(runs::list))
        .route("/suite-runs/{id}", get(runs::show))
        .route("/trends", get(trends::show))
        .route("/trends/expectation", post(trends::expect))
        .route("/defects", get(defects::list))
        .route("/defects/status-map", get(defects::status_map))
        .route("/defects/{id}", get(defects::show))
        .route("/defects/{id}/resume", post(defects::resume))
        .route("/defects/{id}/status", post(defects::set_status))
        .route("/defects/{id}/hands", post(defects::set_hands))
        .route("/defects/{id}/ticket", post(defects::ticket::create))
        .route("/defects/{id}/ticket/link", post(defects::ticket::link))
        .route("/defects/{id}/ticket/replay", post(defects::ticket::replay))
        .route("/defects/{id}/ticket/unlink", post(defects::ticket::unlink))
        .route("/outbox", get(outbox::list))
        .route("/outbox/inbox/replay", post(outbox::replay_delivery))
        .route("/outbox/{id}/replay", post(outbox::replay))
        .route("/activity", get(activity::list))
        .route("/settings/connections", get(connections::list))
        .route(
            "/settings/connections/{name}",
            get(connections::show).post(connections::save),
        )
        .route(
            "/settings/connections/{name}/test",
            post(connections::try_out),
        )
        .route(
            "/settings/connections/{name}/forget",
            post(connections::forget),
        )
        .route(
            "/settings/connections/slack/workspaces/{team}/disconnect",
            post(connections::disconnect),
        )
        .route("/audit", get(audit::list))
        .route("/audit/verify", post(audit::verify))
        .merge(people::routes())
        .merge(rules::routes())
        .merge(atlassian::routes())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(from_fn_with_state(app.clone(), auth::show_once))
        .layer(
            CompressionLayer::new().compress_when(SizeAbove::new(1024).and(NotForContentType::SSE)),
        )
        .route("/events", get(events::events))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
}

/// Renders a page.
fn render(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}

/// Tells the outcome of a form on the next page.
pub(crate) fn told(app: &App, flash: &Flash, next: &str) -> Told {
    (
        [(header::SET_COOKIE, auth::carry(app, flash))],
        Redirect::to(next),
    )
}
