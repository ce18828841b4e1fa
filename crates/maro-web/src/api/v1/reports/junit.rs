//! `POST /api/v1/reports/junit`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maro_app::App;
use maro_app::findings::{self, ReportedFiles};
use maro_app::model::RunContext;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::query::ApiQuery;
use crate::api::v1::suite_runs::views::RunView;
use crate::auth::{FindingsWrite, Scoped};
use crate::problem::Problem;
use crate::upload::UploadedFiles;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// The suite. Without it the report names itself, or its file does.
    suite: Option<String>,
    /// The branch.
    branch: Option<String>,
    /// The commit.
    revision: Option<String>,
    /// The environment, for example `staging`.
    environment: Option<String>,
    /// The build, as a web address.
    url: Option<String>,
}

/// Report JUnit files
///
/// All files of a request are one suite run, at most 100 MB unpacked. Send them as a form
/// (`multipart/form-data`), or one as the body; each may be packed with gzip. If one of them cannot
/// be read, nothing is kept, and the problem names the file and the place.
#[utoipa::path(post, path = "/api/v1/reports/junit", tag = "findings",
    params(About, ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, once per run")),
    request_body(content((String = "multipart/form-data"), (String = "application/xml"), (String = "application/gzip"))),
    responses((status = 201, body = RunView), (status = "4XX", body = Problem)))]
pub(super) async fn report_junit(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    ApiQuery(about): ApiQuery<About>,
    files: UploadedFiles,
) -> Result<(StatusCode, Json<RunView>), Problem> {
    let by = caller.actor();
    let key = files.key.with(&files.upload.hash(), by.clone());
    let files = ReportedFiles {
        upload: files.upload,
        suite: about.suite,
        context: RunContext {
            branch: about.branch,
            revision: about.revision,
            environment: about.environment,
            url: about.url,
        },
    };
    let run = findings::report_files(&app, files, &by, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(run.into())))
}
