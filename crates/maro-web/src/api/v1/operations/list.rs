//! `GET /api/v1/operations`.

use axum::Json;
use axum::extract::State;
use maro_app::model::{OperationFilter, OperationState, PublicStatus, SessionId};
use maro_app::{App, queries};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::query::{self, ApiQuery, PageQuery};
use crate::api::views::{OperationView, PageView};
use crate::auth::{Read, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only operations with this status: `pending`, `success` or `failed`.
    status: Option<String>,
    /// Only operations in this state of the ledger.
    state: Option<String>,
    /// Only operations of this session.
    session: Option<String>,
}

/// List operations
#[utoipa::path(get, path = "/api/v1/operations", tag = "operations", params(PageQuery, Filter),
    responses((status = 200, body = PageView<OperationView>), (status = "4XX", body = Problem)))]
pub(super) async fn list_operations(
    State(app): State<App>,
    _caller: Scoped<Read>,
    ApiQuery(page): ApiQuery<PageQuery>,
    ApiQuery(filter): ApiQuery<Filter>,
) -> Result<Json<PageView<OperationView>>, Problem> {
    let state = query::word("state", filter.state.as_deref(), OperationState::parse)?;
    let filter = OperationFilter {
        states: state.into_iter().collect(),
        status: query::word("status", filter.status.as_deref(), status)?,
        session: filter.session.map(SessionId),
        text: None,
    };
    Ok(Json(PageView::of(
        queries::operations(&app, &filter, &page.request()?).await?,
    )))
}

fn status(text: &str) -> Option<PublicStatus> {
    match text {
        "pending" => Some(PublicStatus::Pending),
        "success" => Some(PublicStatus::Success),
        "failed" => Some(PublicStatus::Failed),
        _ => None,
    }
}
