//! `POST /api/v1/defects/{id}/assign`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::findings::DefectDecision;
use maro_app::model::Actor;
use maro_app::{App, Cause, findings};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::DefectView;
use crate::api::query;
use crate::auth::{FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// Who shall take care of a defect.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignRequest {
    /// `slack:TEAM:USER` or `person:ID`; nobody, when it is null or absent.
    #[schema(example = "slack:T1:U1")]
    assignee: Option<String>,
}

/// Assign a defect
///
/// The assignee is shown on the page and on the cards in Slack. The issue in Jira is not assigned.
#[utoipa::path(post, path = "/api/v1/defects/{id}/assign", tag = "findings",
    params(("id" = String, Path, description = "The defect")), request_body = AssignRequest,
    responses((status = 200, body = DefectView), (status = "4XX", body = Problem)))]
pub(super) async fn assign(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<AssignRequest>,
) -> Result<Json<DefectView>, Problem> {
    let id = query::id(&id, "defect")?;
    let assignee = request.assignee.as_deref().map(somebody).transpose()?;
    let decision = DefectDecision::Assign(assignee);
    let by = caller.actor();
    let defect = findings::decide_defect(&app, id, &decision, &by, &Cause::direct()).await?;
    defect
        .map(|defect| Json(defect.into()))
        .ok_or_else(|| Problem::not_found("defect"))
}

/// A person; a program or a rule takes care of nothing.
fn somebody(text: &str) -> Result<Actor, Problem> {
    let known = text.parse().ok();
    known
        .filter(|actor| match actor {
            Actor::Slack { team, user } => [team, user].iter().all(|id| is_id(id)),
            Actor::Person(_) => true,
            _ => false,
        })
        .ok_or_else(|| {
            let wanted = "Name somebody as slack:TEAM:USER or person:ID.";
            Problem::bad_field("assignee", wanted)
        })
}

fn is_id(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    (2..=64).contains(&text.len()) && text.chars().all(is_part)
}
