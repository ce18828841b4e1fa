//! A person's answer to an unknown outcome, from the web.

use axum::extract::{Path, State};
use maro_app::model::IssueKey;
use maro_app::operations::{self, DecideError, DecisionRequest};
use maro_app::{App, Cause};
use serde::Deserialize;

use super::operation_id;
use crate::auth::{ApproverRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

#[derive(Deserialize)]
pub(in crate::pages) struct DecisionForm {
    decision: Choice,
    #[serde(default)]
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    ItExists,
    CreateAnyway,
    GiveUp,
}

/// Takes the answer.
pub(in crate::pages) async fn decide(
    State(app): State<App>,
    approver: AtLeast<ApproverRole>,
    Path(id): Path<String>,
    PageForm(form): PageForm<DecisionForm>,
) -> Result<Told, PageError> {
    let id = operation_id(&id)?;
    let next = format!("/operations/{id}");
    let request = match request(&form) {
        Ok(request) => request,
        Err(flash) => return Ok(told(&app, &flash, &next)),
    };
    let by = approver.identity();
    let flash = match operations::decide(&app, id, &request, &by, &Cause::direct()).await {
        Ok(()) => Flash::good("Thank you. Your answer is recorded."),
        Err(DecideError::Store(err)) => return Err(err.into()),
        Err(refusal) => Flash::bad(refusal.to_string()),
    };
    Ok(told(&app, &flash, &next))
}

fn request(form: &DecisionForm) -> Result<DecisionRequest, Flash> {
    Ok(match form.decision {
        Choice::CreateAnyway => DecisionRequest::CreateAnyway,
        Choice::GiveUp => DecisionRequest::GiveUp,
        Choice::ItExists => {
            let key: IssueKey = form
                .key
                .parse()
                .map_err(|_| Flash::bad("This is not an issue key. A key looks like SCRUM-123."))?;
            DecisionRequest::ItExists(key)
        }
    })
}
