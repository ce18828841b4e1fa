//! `GET /api/v1/audit`.

use axum::Json;
use axum::extract::State;
use maro_app::model::AuditFilter;
use maro_app::{App, queries};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::query::{ApiQuery, PageQuery};
use crate::api::views::{AuditView, PageView};
use crate::auth::{AuditRead, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only entries about this subject.
    subject: Option<String>,
    /// Only entries of this actor.
    actor: Option<String>,
    /// Only entries with this action.
    action: Option<String>,
}

/// List audit entries
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(PageQuery, Filter),
    responses((status = 200, body = PageView<AuditView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_audit(
    State(app): State<App>,
    _caller: Scoped<AuditRead>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<AuditView>>, Problem> {
    let Filter {
        subject,
        actor,
        action,
    } = filter;
    let page = queries::audit(
        &app,
        &AuditFilter {
            subject,
            actor,
            action,
        },
        &page.request()?,
    )
    .await?;
    Ok(Json(PageView::of(page)))
}
