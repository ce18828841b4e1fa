//! Uploads: a form with files, or one file as the body, taken in piece by piece.
//!
//! **Invariant:** what arrives is bounded in size, time and number before anything looks at it.

mod form;
mod pieces;

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt as _;
use maro_app::App;
use maro_app::findings::{FilesError, MOST_BYTES, Upload};

use form::take_form;

use crate::idempotency::GivenKey;
use crate::problem::Problem;

/// From one piece to the next.
const PIECE_TIME: Duration = Duration::from_secs(30);
const WHOLE_TIME: Duration = Duration::from_mins(10);
/// What a form has around its files.
const AROUND: u64 = 8 * 1024 * 1024;

/// Files that were uploaded.
pub(crate) struct UploadedFiles {
    /// The files.
    pub(crate) upload: Upload,
    /// The idempotency key.
    pub(crate) key: GivenKey,
}

impl FromRequest<App> for UploadedFiles {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let key = GivenKey::read(&parts.headers, &parts.uri)?;
        let announced = text(&parts.headers, header::CONTENT_LENGTH)
            .parse()
            .unwrap_or(0);
        if announced > MOST_BYTES + AROUND {
            return Err(FilesError::TooLarge.into());
        }
        let _place = tokio::time::timeout(PIECE_TIME, app.upload_places().receive())
            .await
            .map_err(|_| too_many())?;
        let taking = take(&parts.headers, body);
        let upload = tokio::time::timeout(WHOLE_TIME, taking).await;
        Ok(Self {
            upload: upload.map_err(|_| too_slow())??,
            key,
        })
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

async fn take(headers: &HeaderMap, body: Body) -> Result<Upload, Problem> {
    let kind = text(headers, header::CONTENT_TYPE);
    let packing = text(headers, header::CONTENT_ENCODING);
    match multer::parse_boundary(kind) {
        Ok(_) if !packing.is_empty() => Err(unsupported(
            "Pack the files inside the form, not the form itself.",
        )),
        Ok(boundary) => take_form(body, boundary).await,
        Err(_) if !["", "identity", "gzip"].contains(&packing) => {
            Err(unsupported("A body may be packed with gzip only."))
        }
        Err(_) => take_body(body).await,
    }
}

/// A gzip file begins with a mark of its own, so that its packing needs no header.
async fn take_body(body: Body) -> Result<Upload, Problem> {
    let mut upload = Upload::default();
    let mut pieces = body.into_data_stream();
    let mut began = false;
    while let Some(piece) = within(pieces.next()).await? {
        let piece = piece.map_err(|_| cut_off())?;
        if !began {
            upload.begin("the body")?;
            began = true;
        }
        upload.write(&piece)?;
    }
    Ok(upload)
}

async fn within<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    let done = tokio::time::timeout(PIECE_TIME, work).await;
    done.map_err(|_| too_slow())
}

fn cut_off() -> Problem {
    let sentence = "The request's body was cut off.";
    Problem::new(StatusCode::BAD_REQUEST, "cut_off", sentence)
}

fn too_slow() -> Problem {
    let sentence = "The request's body did not arrive in time.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", sentence)
}

fn too_many() -> Problem {
    let sentence = "Too many reports arrive at once. Please try again.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", sentence).retry_after(30)
}

fn unsupported(sentence: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_supported",
        sentence,
    )
}
