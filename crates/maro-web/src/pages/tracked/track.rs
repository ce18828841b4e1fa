//! Tracking an issue from the web.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::tracking::{self, TrackAnswer};

use super::{KeyForm, PATH, channel};
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Tracks an issue in a channel.
pub(in crate::pages) async fn track(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<KeyForm>,
) -> Result<Told, PageError> {
    let channel = channel(&id)?;
    let key = match form.parse() {
        Ok(key) => key,
        Err(flash) => return Ok(told(&app, &flash, PATH)),
    };
    let answer = tracking::track(&app, &channel, &key, &member.actor()).await?;
    let sentence = answer.sentence(str::to_owned);
    let flash = match answer {
        TrackAnswer::Tracked(_) => Flash::good(sentence),
        _ => Flash::bad(sentence),
    };
    Ok(told(&app, &flash, PATH))
}
