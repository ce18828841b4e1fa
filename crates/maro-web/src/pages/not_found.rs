//! Addresses that lead nowhere: a problem for programs, a page for people.

use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::PageError;
use crate::problem::Problem;

/// No route has this path.
pub(crate) async fn no_such_page(uri: Uri) -> Response {
    if is_api(&uri) {
        return Problem::not_found("path; see /docs for those there are").into_response();
    }
    PageError::NotFound("page").into_response()
}

/// A route has this path, but not for this method.
pub(crate) async fn no_such_method(method: Method, uri: Uri) -> Response {
    if is_api(&uri) {
        let detail = format!("This path does not take {method}. See /docs for what it takes.");
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
            .into_response();
    }
    let page = PageError::BadForm(format!("This page does not take {method}.")).into_response();
    (StatusCode::METHOD_NOT_ALLOWED, page).into_response()
}

fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}
