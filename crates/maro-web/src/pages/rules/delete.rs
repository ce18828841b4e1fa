//! Deleting a rule from its page.

use axum::extract::State;
use maro_app::{App, rules};
use serde::Deserialize;

use super::save::sentence;
use super::{PATH, path};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct NameForm {
    pub(super) name: String,
}

/// Deletes the rule.
pub(in crate::pages) async fn delete(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<NameForm>,
) -> Result<Told, PageError> {
    match rules::delete(&app, &form.name, &admin.actor()).await {
        Ok(()) => Ok(told(&app, &Flash::good("The rule is deleted."), PATH)),
        Err(err) => {
            let flash = Flash::bad(sentence(err)?);
            Ok(told(&app, &flash, &path(&form.name)))
        }
    }
}
