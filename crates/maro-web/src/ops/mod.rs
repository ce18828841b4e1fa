//! For operators: is the process alive, can it take work, what has it counted.

mod alive;
mod metrics;
mod ready;
mod roads;
mod series;

use axum::Router;
use axum::routing::get;
use maro_app::App;

pub(crate) use metrics::install;

/// The routes of operators; none needs a sign-in, none tells a secret.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive::healthz))
        .route("/readyz", get(ready::readyz))
        .route("/metrics", get(metrics::metrics))
}
