//! Assets: the style sheet, the script, the icons, compiled into the binary.
//!
//! Their addresses carry a hash of all contents, so browsers may keep them for a year.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for name in Assets::iter() {
        if let Some(file) = Assets::get(&name) {
            hash.update(&file.data);
        }
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
});

/// The part of every asset's address that changes with the contents.
pub(crate) fn version() -> &'static str {
    &VERSION
}

/// Answers `/assets/{version}/{file}`.
pub(crate) async fn serve(Path((_version, name)): Path<(String, String)>) -> Response {
    let Some(file) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = file.metadata.mimetype().to_owned();
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, file.data).into_response()
}
