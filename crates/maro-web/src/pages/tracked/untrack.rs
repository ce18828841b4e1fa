//! No longer tracking an issue, from the web.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::tracking;

use super::{KeyForm, PATH, channel};
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Stops tracking an issue in a channel.
pub(in crate::pages) async fn untrack(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<KeyForm>,
) -> Result<Told, PageError> {
    let channel = channel(&id)?;
    let flash = match form.parse() {
        Ok(key) => {
            let answer = tracking::untrack(&app, &channel, &key, &member.actor()).await?;
            Flash::good(answer.sentence())
        }
        Err(flash) => flash,
    };
    Ok(told(&app, &flash, PATH))
}
