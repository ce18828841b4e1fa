//! Taking the ticket away from a defect.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::findings::tickets;

use super::super::defect_id;
use super::answered;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::{PageError, Told};

/// Unlinks; the ticket stays in Jira as it is.
pub(in crate::pages) async fn unlink(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let unlinked = tickets::unlink(&app, id, &approver.identity()).await;
    answered(&app, id, unlinked, |link| match link.jira_key {
        Some(key) => format!("Unlinked from {key}, which stays in Jira as it is."),
        None => "The ticket is not wanted any more.".to_owned(),
    })
}
