//! Approving from the web.

use axum::extract::{Path, State};
use maro_app::drafts::{self, Approve, ApproveError};
use maro_app::{App, Cause};

use super::{SeenDraft, draft_id};
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Approves exactly what was on the page.
pub(in crate::pages) async fn approve(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
    PageForm(seen): PageForm<SeenDraft>,
) -> Result<Told, PageError> {
    let draft = draft_id(&id)?;
    let request = Approve {
        draft,
        nonce: Some(seen.nonce),
        hash: seen.hash,
        by: approver.identity(),
    };
    let (flash, next) = match drafts::approve(&app, request, &Cause::direct()).await {
        Ok(approved) => (
            Flash::good("Approved. The ticket is on its way to Jira."),
            format!("/operations/{}", approved.operation),
        ),
        Err(ApproveError::Store(err)) => return Err(err.into()),
        Err(refusal) => (
            Flash::bad(refusal.to_string()),
            format!("/approvals/{draft}"),
        ),
    };
    Ok(told(&app, &flash, &next))
}
