//! A dry run from the page of a rule, with what is typed there.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maro_app::{App, rules};

use super::save::{TextForm, sentence};
use super::show::{Outcome, page};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageForm;
use crate::pages::{PageError, render};

/// Findings that the rule is tried on.
const FINDINGS: u64 = 50;

/// Shows what the rule would have done. Nothing is saved, and nobody is told.
pub(in crate::pages) async fn dry_run(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageForm(form): PageForm<TextForm>,
) -> Result<Response, PageError> {
    let mut outcome = Outcome {
        text: form.text,
        ..Outcome::default()
    };
    let read = rules::read(&outcome.text);
    let mut stored = None;
    match read {
        Err(err) => outcome.error = Some(err.to_string()),
        Ok(rule) => {
            stored = rules::one(&app, &rule.name).await?;
            match rules::dry_run(&app, &rule, FINDINGS).await {
                Ok(done) => outcome.rehearsal = Some(done),
                Err(err) => outcome.error = Some(sentence(err)?),
            }
        }
    }
    let status = match outcome.error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = render(&page(&app, viewer.session, stored, outcome).await?)?;
    Ok((status, shown).into_response())
}
