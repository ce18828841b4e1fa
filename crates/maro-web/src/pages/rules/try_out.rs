//! A test notification from the page of a rule.

use axum::extract::State;
use maro_app::rules::TriedOut;
use maro_app::{App, rules};

use super::delete::NameForm;
use super::path;
use super::save::sentence;
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Sends it.
pub(in crate::pages) async fn try_out(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<NameForm>,
) -> Result<Told, PageError> {
    let flash = match rules::try_out(&app, &form.name, &admin.actor()).await {
        Ok(TriedOut::Queued(to)) => Flash::good(format!(
            "A test notification is on its way to {to}. The outbox says if it did not arrive."
        )),
        Ok(TriedOut::NoWay(why)) => Flash::bad(why),
        Err(err) => Flash::bad(sentence(err)?),
    };
    Ok(told(&app, &flash, &path(&form.name)))
}
