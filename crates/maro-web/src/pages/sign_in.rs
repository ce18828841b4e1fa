//! Signing in with a local account. Every failure reads the same and takes the same time.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maro_app::App;
use maro_app::people::{self, SignInError};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::{PageForm, PageQuery};
use super::{PageError, render};
use crate::auth::{self, Origin};

const FIFTEEN_MINUTES: &str = "900";

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage {
    next: String,
    email: String,
    error: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct SignInQuery {
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// Shows the form, or the way to the set-up, or the page for whom is signed in already.
pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    PageQuery(query): PageQuery<SignInQuery>,
) -> Result<Response, PageError> {
    if people::needs_setup(&app).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let next = safe_next(&query.next.unwrap_or_default());
    if auth::find(&app, &headers).await?.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    Ok(render(&SignInPage {
        next,
        email: String::new(),
        error: None,
    })?
    .into_response())
}

/// Checks the password and begins a session under a new token.
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    origin: Origin,
    PageForm(form): PageForm<SignInForm>,
) -> Result<Response, PageError> {
    let next = safe_next(&form.next);
    let email: String = form.email.chars().take(254).collect();
    let err = match people::sign_in(&app, &email, form.password, &origin.address()).await {
        Ok(person) => {
            let cookie = auth::start(&app, &headers, &person).await?;
            return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response());
        }
        Err(SignInError::Store(err)) => return Err(err.into()),
        Err(err) => err,
    };
    let page = render(&SignInPage {
        next,
        email,
        error: Some(err.to_string()),
    })?;
    Ok(match err {
        SignInError::TooMany => {
            let wait = [(header::RETRY_AFTER, FIFTEEN_MINUTES)];
            (StatusCode::TOO_MANY_REQUESTS, wait, page).into_response()
        }
        _ => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
    })
}

/// Only paths of our own; browsers read `//host` and `/\host` as another site.
fn safe_next(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\n', '\r', '\t'])
        && next.len() <= 500;
    if own { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
impl super::samples::Sample for SignInPage {
    fn samples() -> Vec<Self> {
        let error = "E-mail address or password is wrong.".to_owned();
        vec![
            Self {
                next: "/".to_owned(),
                email: String::new(),
                error: None,
            },
            Self {
                next: "/a?\"b\"".to_owned(),
                email: "<a@b.c>".to_owned(),
                error: Some(error),
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/\t/evil",
        ] {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
        assert_eq!(
            safe_next("/operations?state=unknown"),
            "/operations?state=unknown"
        );
    }
}
