//! What the consent pages of the simulated Slack and Atlassian share: how they are sent, and the
//! page that says why a request goes no further.
//!
//! Who is asked, and for what, is each side's own `page`.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    whose: &'a str,
    reason: &'a str,
}

/// A page with a form whose answer leads to `callback`.
pub(crate) fn asking(page: &impl Template, callback: &str) -> Response {
    rendered(StatusCode::OK, page, &policy(callback))
}

/// Says why a request goes no further. `whose` names the simulated side.
pub(crate) fn refused(whose: &str, reason: &str) -> Response {
    let page = RefusedPage { whose, reason };
    rendered(StatusCode::BAD_REQUEST, &page, &policy(""))
}

/// Browsers hold a form to `form-action` through redirects, so the callback is in it.
fn policy(callback: &str) -> String {
    let origin = Url::parse(callback)
        .ok()
        .map(|url| url.origin().ascii_serialization())
        .filter(|origin| origin != "null")
        .unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'self' {origin}; frame-ancestors 'none'"
    )
}

fn rendered(status: StatusCode, page: &impl Template, policy: &str) -> Response {
    match page.render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
                (header::CACHE_CONTROL, "no-store".to_owned()),
                (header::REFERRER_POLICY, "no-referrer".to_owned()),
            ];
            (status, headers, Html(html)).into_response()
        }
        Err(err) => {
            tracing::error!(error = %err, "the page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
