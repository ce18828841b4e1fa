//! The API: JSON over HTTP for programs, described by OpenAPI, problems by RFC 9457.
//!
//! A handler names the scope it needs in its arguments, parses, calls one use case and renders.
//! Wire types are in [`views`]; errors of use cases become problems in [`errors`].

mod errors;
mod query;
mod v1;
mod views;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use maro_app::App;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::body::JSON_LIMIT;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Maro",
        description = "The gate between everything that wants to write to Jira, and Jira.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    modifiers(&BearerToken),
    security(("token" = [])),
)]
struct Description;

struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("token", scheme);
    }
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi()).merge(v1::routes())
}

/// The description of the API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().split_for_parts().1
}

/// The routes of the API, its description and the page that shows it.
pub(crate) fn routes() -> Router<App> {
    let (router, description) = described().split_for_parts();
    router
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", description))
}
