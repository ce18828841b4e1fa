//! Keeping a defect and its issue in step again.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::sync::{self, ResumeError};

use crate::auth::{AtLeast, MemberRole};
use crate::pages::defects::{defect_id, path};
use crate::pages::{Flash, PageError, Told, told};

/// Resumes.
pub(in crate::pages) async fn resume(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let by = member.identity().actor;
    let flash = match sync::resume(&app, id, &by).await {
        Ok(()) => Flash::good("The status is carried over again."),
        Err(ResumeError::Store(err)) => return Err(err.into()),
        Err(refusal) => Flash::bad(refusal.to_string()),
    };
    Ok(told(&app, &flash, &path(id)))
}
