//! Saving a connection from its page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maro_app::App;
use maro_app::connections::config::{self, ConfigError};

use super::fields::{Sent, change};
use super::show::{Outcome, page};
use super::{named, path_of};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, render, told};

/// Saves the form, or shows it again with what must be corrected.
pub(in crate::pages) async fn save(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(name): Path<String>,
    PageForm(sent): PageForm<Sent>,
) -> Result<Response, PageError> {
    let integration = named(&name)?;
    let change = change(integration, &sent);
    let outcome = match config::save(&app, integration, &change, &admin.actor()).await {
        Ok(_) => {
            let flash =
                Flash::good("Saved. It counts from now on. Try it out to see that it works.");
            return Ok(told(&app, &flash, &path_of(integration)).into_response());
        }
        Err(err) => refused(sent, err)?,
    };
    let view = config::show(&app, integration).await?;
    let page = page(&app, admin.session, view, &outcome).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

/// What the page says about a form that was not taken.
pub(super) fn refused(sent: Sent, err: ConfigError) -> Result<Outcome, PageError> {
    let base = Outcome {
        typed: Some(sent),
        ..Outcome::default()
    };
    match err {
        ConfigError::Store(err) => Err(err.into()),
        ConfigError::Problems(problems) => Ok(Outcome {
            problems,
            error: Some("Nothing was saved. Please correct what is marked.".to_owned()),
            ..base
        }),
        err => Ok(Outcome {
            error: Some(err.to_string()),
            ..base
        }),
    }
}
