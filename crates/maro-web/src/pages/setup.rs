//! First-run set-up: the first administrator.
//!
//! Somebody at this very machine needs nothing; from elsewhere the code from the terminal is asked.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maro_app::App;
use maro_app::people::{self, NewAdmin, SetupError};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::PageForm;
use super::{PageError, render};
use crate::auth::{self, Origin};

/// The set-up page.
#[derive(Template, Default)]
#[template(path = "setup.html")]
pub(super) struct SetupPage {
    code_needed: bool,
    name: String,
    email: String,
    problem: Option<(&'static str, String)>,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SetupForm {
    #[serde(default)]
    code: String,
    name: String,
    email: String,
    password: SecretString,
}

impl SetupPage {
    fn problem(&self, field: &str) -> Option<&str> {
        self.problem
            .as_ref()
            .filter(|(found, _)| *found == field)
            .map(|(_, message)| message.as_str())
    }
}

/// Shows the form, as long as nobody can sign in.
pub(super) async fn show(State(app): State<App>, origin: Origin) -> Result<Response, PageError> {
    if !people::needs_setup(&app).await? {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let page = SetupPage {
        code_needed: !origin.is_local(),
        ..SetupPage::default()
    };
    Ok(render(&page)?.into_response())
}

/// Creates the account and signs in.
pub(super) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    origin: Origin,
    PageForm(form): PageForm<SetupForm>,
) -> Result<Response, PageError> {
    let mut page = SetupPage {
        code_needed: !origin.is_local(),
        name: form.name.clone(),
        email: form.email.clone(),
        ..SetupPage::default()
    };
    if page.code_needed && !people::check_setup_code(&app, &form.code) {
        page.problem = Some(("code", "This is not the code from the terminal.".to_owned()));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response());
    }
    let admin = NewAdmin {
        email: form.email,
        name: form.name,
        password: form.password,
    };
    match people::create_first_admin(&app, admin).await {
        Ok(person) => {
            let cookie = auth::start(&app, &headers, &person).await?;
            return Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response());
        }
        Err(SetupError::Invalid(wrong)) => page.problem = Some((wrong.field, wrong.message)),
        Err(err @ (SetupError::AlreadySetUp | SetupError::NotHashed(_))) => {
            page.error = Some(err.to_string());
        }
        Err(SetupError::Store(err)) => return Err(err.into()),
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

#[cfg(test)]
impl super::samples::Sample for SetupPage {
    fn samples() -> Vec<Self> {
        let wrong = Self {
            code_needed: true,
            name: "<Amira>".to_owned(),
            problem: Some(("code", "This is not the code.".to_owned())),
            ..Self::default()
        };
        vec![Self::default(), wrong]
    }
}
