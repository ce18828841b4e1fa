//! Layers: headers, request ids, traces, counters and the last safety net, around every route.
//!
//! **Invariant:** no body, token or query string reaches a log line or a label.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use url::Url;

use crate::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// No inline script or style anywhere; Swagger's icons are data images.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Wraps every route. One stack, because every layer that a router takes by itself costs each
/// request some allocations; the first is the outermost.
pub(crate) fn around_all(router: Router, public_url: Option<&Url>) -> Router {
    let secured = public_url.is_some_and(|url| url.scheme() == "https");
    let stack = (
        constant(header::CONTENT_SECURITY_POLICY, POLICY),
        constant(header::REFERRER_POLICY, "same-origin"),
        constant(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid),
        PropagateRequestIdLayer::new(REQUEST_ID),
        TraceLayer::new_for_http()
            .make_span_with(span)
            .on_failure(()),
        CatchPanicLayer::custom(panicked),
        middleware::from_fn(count),
    );
    let router = router.layer(stack);
    if secured {
        return router.layer(constant(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        ));
    }
    router
}

/// Refuses requests that another site made a browser send. Behind a proxy that rewrites the host,
/// the public URL is the origin to trust.
pub(crate) fn same_site_only(public_url: Option<&Url>) -> CsrfLayer {
    let layer = CsrfLayer::new();
    match public_url.map(|url| url.origin().ascii_serialization()) {
        Some(origin) => layer.clone().add_trusted_origin(origin).unwrap_or(layer),
        None => layer,
    }
}

fn constant(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

fn span(request: &Request) -> tracing::Span {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .unwrap_or("");
    tracing::debug_span!("http", method = %request.method(), route = route(request), request.id = id)
}

/// The route's pattern, so that ids and keys are not in labels.
fn route(request: &Request) -> &str {
    request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
}

async fn count(request: Request, next: Next) -> Response {
    let route = route(&request).to_owned();
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics::histogram!("maro_http_request_duration_seconds", "route" => route.clone())
        .record(started.elapsed());
    metrics::counter!("maro_http_requests_total", "route" => route, "method" => method, "status" => status)
        .increment(1);
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    let text = text
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = text, "a request handler panicked");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong in Maro. Nothing more is known here; the log has the cause.",
    )
    .into_response()
}
