//! Saving the rules to start with, where there is none.

use axum::extract::State;
use maro_app::{App, rules};

use super::PATH;
use super::save::sentence;
use crate::auth::{AdminRole, AtLeast};
use crate::pages::{Flash, PageError, Told, told};

/// Saves them, unless somebody was faster.
pub(in crate::pages) async fn starters(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
) -> Result<Told, PageError> {
    if !rules::all(&app).await?.is_empty() {
        return Ok(told(&app, &Flash::bad("There are rules already."), PATH));
    }
    for rule in rules::starters() {
        if let Err(err) = rules::save(&app, rule, &admin.actor()).await {
            return Ok(told(&app, &Flash::bad(sentence(err)?), PATH));
        }
    }
    let flash = Flash::good("Three rules count from now on.");
    Ok(told(&app, &flash, PATH))
}
