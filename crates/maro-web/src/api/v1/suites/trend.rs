//! `GET /api/v1/suites/{suite}/trend` and `GET /api/v1/trend`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::{App, findings};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::TrendView;
use crate::api::query::ApiQuery;
use crate::auth::{FindingsRead, Scoped};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Window {
    /// How many days up to today, 1 to 400; 30 by default.
    #[param(minimum = 1, maximum = 400)]
    days: Option<u32>,
}

impl Window {
    fn days(&self) -> Result<u32, Problem> {
        let days = self.days.unwrap_or(30);
        if (1..=400).contains(&days) {
            return Ok(days);
        }
        Err(Problem::bad_field(
            "days",
            "This is a number from 1 to 400.",
        ))
    }
}

/// Show the trend of a suite
///
/// Day by day in UTC. A run counts for the day on which it began.
#[utoipa::path(get, path = "/api/v1/suites/{suite}/trend", tag = "findings",
    params(("suite" = String, Path, description = "The name of the suite"), Window),
    responses((status = 200, body = TrendView), (status = "4XX", body = Problem)))]
pub(super) async fn trend_of_suite(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    Path(name): Path<String>,
    ApiQuery(window): ApiQuery<Window>,
) -> Result<Json<TrendView>, Problem> {
    let days = window.days()?;
    if findings::suite(&app, &name).await?.is_none() {
        return Err(Problem::not_found("suite"));
    }
    let trend = findings::trend(&app, Some(&name), days).await?;
    Ok(Json(trend.into()))
}

/// Show the trend of everything
///
/// All suites together, and how many defects were open at the end of each day.
#[utoipa::path(get, path = "/api/v1/trend", tag = "findings", params(Window),
    responses((status = 200, body = TrendView), (status = "4XX", body = Problem)))]
pub(super) async fn trend_of_all(
    State(app): State<App>,
    _caller: Scoped<FindingsRead>,
    ApiQuery(window): ApiQuery<Window>,
) -> Result<Json<TrendView>, Problem> {
    let trend = findings::trend(&app, None, window.days()?).await?;
    Ok(Json(trend.into()))
}
