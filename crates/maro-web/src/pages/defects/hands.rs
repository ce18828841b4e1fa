//! Taking care of a defect, and not hearing of it for a while.

use axum::extract::{Path, State};
use chrono::TimeDelta;
use maro_app::findings::DefectDecision;
use maro_app::{App, Cause, findings};
use serde::Deserialize;

use super::{defect_id, path};
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct HandsForm {
    /// What to do, as the buttons name it.
    act: String,
}

/// What a button of the page means, and what is said when it is done.
fn decision(
    app: &App,
    member: &AtLeast<MemberRole>,
    act: &str,
) -> Option<(DefectDecision, &'static str)> {
    let snooze = |time| DefectDecision::Snooze(Some(app.now() + time));
    Some(match act {
        "take" => {
            let me = member.identity().actor;
            (DefectDecision::Assign(Some(me)), "You take care of it.")
        }
        "leave" => (DefectDecision::Assign(None), "Nobody takes care of it now."),
        "hour" => (snooze(TimeDelta::hours(1)), "It is not told for an hour."),
        "day" => (snooze(TimeDelta::days(1)), "It is not told for a day."),
        "week" => (snooze(TimeDelta::weeks(1)), "It is not told for a week."),
        "wake" => (DefectDecision::Snooze(None), "It is told again."),
        _ => return None,
    })
}

/// Takes, leaves, snoozes or wakes a defect.
pub(in crate::pages) async fn set_hands(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<HandsForm>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let Some((decision, done)) = decision(&app, &member, &form.act) else {
        let flash = Flash::bad("There is no such button.");
        return Ok(told(&app, &flash, &path(id)));
    };
    let by = member.identity().actor;
    let defect = findings::decide_defect(&app, id, &decision, &by, &Cause::direct()).await?;
    defect.ok_or(PageError::NotFound("defect"))?;
    Ok(told(&app, &Flash::good(done), &path(id)))
}
