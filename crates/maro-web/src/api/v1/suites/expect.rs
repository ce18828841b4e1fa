//! `PUT /api/v1/suites/{suite}`.

use axum::Json;
use axum::extract::{Path, State};
use maro_app::findings::RecordError;
use maro_app::model::Expectation;
use maro_app::{App, findings};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::SuiteView;
use crate::auth::{FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// When a suite is expected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectationRequest {
    /// How often it reports, for example `30m`, `24h` or `7d`; null: nothing is expected.
    #[schema(example = "24h")]
    every: Option<String>,
    /// How much later is no reason to worry; a tenth when it is absent.
    #[schema(example = "2h")]
    grace: Option<String>,
}

/// Expect a suite
///
/// A suite that does not report in time is a finding: an alert, which is over when it reports again.
/// It need not have run before.
#[utoipa::path(put, path = "/api/v1/suites/{suite}", tag = "findings",
    params(("suite" = String, Path, description = "The name of the suite")),
    request_body = ExpectationRequest,
    responses((status = 200, body = SuiteView), (status = "4XX", body = Problem)))]
pub(super) async fn expect_suite(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Path(name): Path<String>,
    JsonBody(request): JsonBody<ExpectationRequest>,
) -> Result<Json<SuiteView>, Problem> {
    let every = request.every.as_deref();
    let expectation = every
        .map(|every| Expectation::parse(every, request.grace.as_deref()))
        .transpose()
        .map_err(|fault| RecordError::Faults(vec![fault]))?;
    let suite = findings::expect_suite(&app, &name, expectation, &caller.actor()).await?;
    Ok(Json(suite.into()))
}
