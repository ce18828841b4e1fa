//! The sentence of a form, carried to the next page in a sealed cookie that lives a minute.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use maro_app::App;

use super::{cookie, seal};
use crate::pages::Flash;

const NAME: &str = "maro_flash";
const SECONDS: i64 = 60;

/// The header that carries the sentence.
pub(crate) fn carry(app: &App, flash: &Flash) -> HeaderValue {
    cookie::set(app, NAME, &seal::seal(app, NAME, flash), SECONDS)
}

/// The sentence in a request.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Option<Flash> {
    seal::open(app, NAME, cookie::read(headers, NAME)?)
}

/// Takes the sentence away once a page has shown it.
pub(crate) async fn show_once(State(app): State<App>, request: Request, next: Next) -> Response {
    let carried =
        request.method() == Method::GET && cookie::read(request.headers(), NAME).is_some();
    let mut response = next.run(request).await;
    if carried && response.status() == StatusCode::OK {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie::set(&app, NAME, "", 0));
    }
    response
}
