//! Trying a connection out from its page, with what is in the form.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maro_app::App;
use maro_app::connections::{check, config};

use super::fields::{Sent, change};
use super::named;
use super::save::refused;
use super::show::{Outcome, page};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{PageError, render};

/// Makes real calls and shows what they found. Nothing is saved.
pub(in crate::pages) async fn try_out(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(name): Path<String>,
    PageForm(sent): PageForm<Sent>,
) -> Result<Response, PageError> {
    let integration = named(&name)?;
    let found = check::check(&app, integration, &change(integration, &sent)).await;
    let (status, outcome) = match found {
        Ok(findings) => {
            let outcome = Outcome {
                typed: Some(sent),
                findings,
                ..Outcome::default()
            };
            (StatusCode::OK, outcome)
        }
        Err(err) => (StatusCode::UNPROCESSABLE_ENTITY, refused(sent, err)?),
    };
    let view = config::show(&app, integration).await?;
    let page = page(&app, admin.session, view, &outcome).await?;
    Ok((status, render(&page)?).into_response())
}
