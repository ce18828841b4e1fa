//! The button "Create Jira ticket".

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::findings::tickets;

use super::super::defect_id;
use super::answered;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::{PageError, Told};

/// Wants a ticket by the plan of this deployment. A second click finds the first one's.
pub(in crate::pages) async fn create(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let asked = tickets::ask(&app, id, None, &approver.identity()).await;
    answered(&app, id, asked, |asked| {
        if asked.is_new {
            "The ticket is on its way to Jira.".to_owned()
        } else {
            "This finding has a ticket already.".to_owned()
        }
    })
}
