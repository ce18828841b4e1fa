//! The HTTP surface of Maro: the doors for Slack and Jira, the API, the pages.
//!
//! Every handler verifies who asks, parses, calls *one* use case of `maro_app`, and renders. No rule
//! about drafts, approvals or operations lives here, and nothing here talks to Jira or a database.
//!
//! **Invariants:** no GET changes anything; what changes something refuses requests that another
//! site made a browser send; a delivery is verified over its raw bytes before it is parsed.

mod api;
mod assets;
mod auth;
mod body;
mod channel;
mod fix;
mod idempotency;
mod inbound;
mod layers;
mod ops;
mod pages;
mod problem;
mod upload;

use axum::Router;
use axum::routing::get;
use maro_app::App;

pub use api::openapi;

/// All routes of Maro. Must be called inside a Tokio runtime.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: without the caller's
/// address the set-up page always asks for the code, and all sign-ins share one rate limit.
pub fn router(app: App) -> Router {
    let public_url = app.settings().public_url.clone();
    ops::install(&app);
    let browsers = Router::new()
        .merge(pages::routes(&app))
        .merge(api::routes())
        .route("/assets/{version}/{file}", get(assets::serve))
        .layer(layers::same_site_only(public_url.as_ref()));
    let router = Router::new()
        .merge(inbound::routes())
        .merge(ops::routes())
        .merge(browsers)
        .fallback(pages::no_such_page)
        .method_not_allowed_fallback(pages::no_such_method)
        .with_state(app);
    layers::around_all(router, public_url.as_ref())
}
