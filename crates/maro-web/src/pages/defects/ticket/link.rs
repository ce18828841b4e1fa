//! Linking a defect to a ticket that exists.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::findings::tickets;
use maro_app::model::IssueKey;
use serde::Deserialize;

use super::super::{defect_id, path};
use super::answered;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct LinkForm {
    key: String,
}

/// Links after Jira was asked for the ticket.
pub(in crate::pages) async fn link(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<LinkForm>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let key = match form.key.parse::<IssueKey>() {
        Ok(key) => key,
        Err(err) => return Ok(told(&app, &Flash::bad(err.to_string()), &path(id))),
    };
    let linked = tickets::link_existing(&app, id, &key, &approver.identity()).await;
    answered(&app, id, linked, |_| format!("Linked to {key}."))
}
