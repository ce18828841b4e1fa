//! `GET /api/v1/defects/{id}/verdicts` and `GET /api/v1/suite-runs/{id}/verdicts`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::model::Subject;
use maro_app::{App, rules};

use super::views::VerdictsView;
use crate::api::query;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

/// Why were people told of a defect, or not?
#[utoipa::path(get, path = "/api/v1/defects/{id}/verdicts", tag = "rules",
    params(("id" = String, Path, description = "The defect")),
    responses((status = 200, body = VerdictsView), (status = "4XX", body = Problem)))]
pub(super) async fn defect_verdicts(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(id): Path<String>,
) -> Result<Json<VerdictsView>, Problem> {
    verdicts(&app, Subject::Defect(query::id(&id, "defect")?), "defect").await
}

/// Why were people told of a suite run, or not?
#[utoipa::path(get, path = "/api/v1/suite-runs/{id}/verdicts", tag = "rules",
    params(("id" = String, Path, description = "The suite run")),
    responses((status = 200, body = VerdictsView), (status = "4XX", body = Problem)))]
pub(super) async fn run_verdicts(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(id): Path<String>,
) -> Result<Json<VerdictsView>, Problem> {
    verdicts(
        &app,
        Subject::Run(query::id(&id, "suite run")?),
        "suite run",
    )
    .await
}

async fn verdicts(
    app: &App,
    subject: Subject,
    what: &'static str,
) -> Result<Json<VerdictsView>, Problem> {
    let reasons = rules::why(app, subject).await?;
    let reasons = reasons.ok_or_else(|| Problem::not_found(what))?;
    let items = reasons.into_iter().map(Into::into).collect();
    Ok(Json(VerdictsView { items }))
}
