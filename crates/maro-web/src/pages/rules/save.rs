//! Saving a rule from its page.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maro_app::rules::RuleError;
use maro_app::{App, rules};
use serde::Deserialize;

use super::path;
use super::show::{Outcome, typed};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, told};

#[derive(Deserialize)]
pub(in crate::pages) struct TextForm {
    pub(super) text: String,
}

/// Saves what was typed, or shows it again with what is wrong.
pub(in crate::pages) async fn save(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<TextForm>,
) -> Result<Response, PageError> {
    let error = match rules::read(&form.text) {
        Err(err) => err.to_string(),
        Ok(rule) => match rules::save(&app, rule, &admin.actor()).await {
            Ok(saved) => {
                let flash = Flash::good("Saved. The rule counts from now on.");
                return Ok(told(&app, &flash, &path(&saved.rule.rule.name)).into_response());
            }
            Err(err) => sentence(err)?,
        },
    };
    let outcome = Outcome {
        text: form.text,
        error: Some(error),
        rehearsal: None,
    };
    let shown = typed(&app, admin, outcome).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

/// What the page says about a rule that was not taken.
pub(super) fn sentence(err: RuleError) -> Result<String, PageError> {
    match err {
        RuleError::Store(err) => Err(err.into()),
        RuleError::NotFound => Err(PageError::NotFound("rule")),
        RuleError::Faults(faults) => {
            let faults = faults.into_iter();
            let said: Vec<String> = faults
                .map(|fault| format!("{}: {}", fault.field, fault.message))
                .collect();
            Ok(said.join(" "))
        }
        err @ RuleError::InFile => Ok(err.to_string()),
    }
}
