//! A form with files, read part by part.

use axum::body::{Body, Bytes};
use maro_app::findings::{FilesError, MOST_BYTES, Upload};
use multer::{Constraints, Multipart, SizeLimit};

use super::pieces::{Progress, TOO_MUCH_AROUND, one_by_one};
use super::{AROUND, cut_off, within};
use crate::problem::Problem;

/// Takes the files of a form. The form's own parser holds what it cannot tell yet, so it is fed
/// piece by piece.
pub(super) async fn take_form(body: Body, boundary: String) -> Result<Upload, Problem> {
    let limit = SizeLimit::new().whole_stream(MOST_BYTES + AROUND);
    let constraints = Constraints::new().size_limit(limit);
    let progress = Progress::default();
    let pieces = one_by_one(body.into_data_stream(), progress.clone());
    let mut form = Multipart::with_constraints(pieces, boundary, constraints);
    let mut upload = Upload::default();
    while let Some(mut field) = within(form.next_field())
        .await?
        .map_err(|err| refused(&err))?
    {
        progress.made();
        let name = field
            .file_name()
            .or(field.name())
            .unwrap_or("file")
            .to_owned();
        upload.begin(&name)?;
        while let Some(piece) = within(field.chunk()).await?.map_err(|err| refused(&err))? {
            progress.made();
            let piece: Bytes = piece;
            upload.write(&piece)?;
        }
    }
    Ok(upload)
}

fn refused(err: &multer::Error) -> Problem {
    match err {
        multer::Error::StreamSizeExceeded { .. } => FilesError::TooLarge.into(),
        multer::Error::StreamReadFailed(cause) if cause.to_string() == TOO_MUCH_AROUND => {
            Problem::bad_field("body", TOO_MUCH_AROUND.to_owned())
        }
        multer::Error::StreamReadFailed(_) | multer::Error::IncompleteStream => cut_off(),
        err => Problem::bad_field("body", format!("The form cannot be read: {err}.")),
    }
}
