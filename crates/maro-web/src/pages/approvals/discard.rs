//! Discarding from the web.

use axum::extract::{Path, State};
use maro_app::drafts::{self, Discard, DiscardError};
use maro_app::{App, Cause};

use super::draft_id;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::{Flash, PageError, Told, told};

/// Discards the draft that was on the page.
pub(in crate::pages) async fn discard(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let draft = draft_id(&id)?;
    let request = Discard {
        draft,
        by: approver.actor(),
    };
    let (flash, next) = match drafts::discard(&app, request, &Cause::direct()).await {
        Ok(_) => (
            Flash::good("Discarded. Nothing was sent to Jira."),
            "/approvals".to_owned(),
        ),
        Err(DiscardError::Store(err)) => return Err(err.into()),
        Err(refusal) => (
            Flash::bad(refusal.to_string()),
            format!("/approvals/{draft}"),
        ),
    };
    Ok(told(&app, &flash, &next))
}
