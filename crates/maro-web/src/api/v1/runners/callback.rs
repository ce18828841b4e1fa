//! `POST /api/v1/runners/callback`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use maro_app::App;
use maro_app::model::StartState;
use maro_app::suite_starts::{Heard, RunnerSays, SIGNATURE, TIMESTAMP, runner_says};
use maro_slack::signature::verify;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::body::{self, parse_json};
use crate::problem::Problem;

const LIMIT: usize = 64 * 1024;

/// What a runner says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaysRequest {
    /// The start that Maro asked for.
    start: Uuid,
    /// `running`, `finished` or `failed`.
    #[schema(example = "finished")]
    state: String,
    /// In the runner's words; shown on the card.
    #[serde(default)]
    note: String,
}

/// How the start stands now.
#[derive(Serialize, ToSchema)]
pub(super) struct StandsView {
    start: Uuid,
    #[schema(example = "finished")]
    state: &'static str,
}

/// A body that a runner signed.
pub(super) struct Signed(Bytes);

impl FromRequest<App> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = body::read(body, &parts.headers, LIMIT).await?;
        check(app, &parts.headers, &body)?;
        Ok(Self(body))
    }
}

fn check(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let refused = || {
        let detail = "The request is not signed by a runner.";
        Problem::new(StatusCode::UNAUTHORIZED, "not_signed", detail)
    };
    let secret = app.settings().runner_secret.as_ref().ok_or_else(refused)?;
    verify(
        secret,
        header(TIMESTAMP),
        header(SIGNATURE),
        body,
        app.now(),
    )
    .map_err(|_| refused())
}

/// Say how a suite run goes
///
/// For runners that Maro asked by HTTP. The body is signed with `MARO_RUNNER_SECRET`, as Maro signs its
/// request: `X-Maro-Timestamp` is the time in seconds, `X-Maro-Signature` is `v0=` and the HMAC-SHA256
/// of `v0:{timestamp}:{body}` in hex. What is over stays as it is, so a word may be repeated.
#[utoipa::path(post, path = "/api/v1/runners/callback", tag = "findings",
    security(()), request_body = SaysRequest,
    params(("X-Maro-Timestamp" = Option<String>, Header, description = "When it was signed, in seconds"),
        ("X-Maro-Signature" = Option<String>, Header, description = "The signature")),
    responses((status = 200, body = StandsView), (status = "4XX", body = Problem)))]
pub(super) async fn callback(
    State(app): State<App>,
    signed: Signed,
) -> Result<Json<StandsView>, Problem> {
    let request: SaysRequest = parse_json(&signed.0)?;
    let state = match request.state.as_str() {
        "running" => StartState::Running,
        "finished" => StartState::Finished,
        "failed" => StartState::Failed,
        _ => {
            let wanted = "Say running, finished or failed.";
            return Err(Problem::bad_field("state", wanted));
        }
    };
    let says = RunnerSays {
        start: maro_app::model::StartId(request.start),
        state,
        note: request.note,
    };
    match runner_says(&app, &says).await? {
        Heard::Unknown => Err(Problem::not_found("start")),
        Heard::Stands(state) => Ok(Json(StandsView {
            start: request.start,
            state: state.as_str(),
        })),
    }
}
