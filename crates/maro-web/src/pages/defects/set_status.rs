//! A person's decision about a defect.

use axum::extract::{Path, State};
use maro_app::model::DefectStatus;
use maro_app::{App, findings};
use serde::Deserialize;

use super::{defect_id, path, word};
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct StatusForm {
    status: String,
    #[serde(default)]
    note: String,
}

/// Sets the status.
pub(in crate::pages) async fn set_status(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<StatusForm>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let Some(status) = DefectStatus::parse(&form.status) else {
        return Ok(told(
            &app,
            &Flash::bad("There is no such status."),
            &path(id),
        ));
    };
    let by = member.identity().actor;
    let defect = findings::set_defect_status(&app, id, status, &form.note, &by).await?;
    defect.ok_or(PageError::NotFound("defect"))?;
    let flash = Flash::good(format!("The defect is now: {}.", word(status)));
    Ok(told(&app, &flash, &path(id)))
}
