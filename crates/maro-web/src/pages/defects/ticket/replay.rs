//! Trying a parked ticket again.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::findings::tickets;

use super::super::defect_id;
use super::answered;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::{PageError, Told};

/// Tries the ticket again by the plan that it has.
pub(in crate::pages) async fn replay(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let id = defect_id(&id)?;
    let replayed = tickets::replay(&app, id, None, &approver.identity()).await;
    answered(&app, id, replayed, |_| {
        "The ticket is tried again.".to_owned()
    })
}
