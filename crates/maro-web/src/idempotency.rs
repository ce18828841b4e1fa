//! `Idempotency-Key`: what a repeated request is recognised by.
//!
//! The key is the caller's; beside it we keep a hash over the address and the body, so that a key
//! that is used for something else is noticed.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Uri};
use maro_app::model::{Actor, RequestKey};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::body::{self, JSON_LIMIT};
use crate::problem::Problem;

/// The name of the header.
pub(crate) const HEADER: &str = "Idempotency-Key";
const LONGEST: usize = 255;

/// The key of a request, before we know what it asks.
pub(crate) struct GivenKey {
    key: Option<String>,
    place: String,
}

impl GivenKey {
    /// Reads the header.
    pub(crate) fn read(headers: &HeaderMap, uri: &Uri) -> Result<Self, Problem> {
        let key = headers.get(HEADER).map(|value| {
            let text = value.to_str().unwrap_or_default().trim();
            let is_fine = (1..=LONGEST).contains(&text.len());
            is_fine.then(|| text.to_owned()).ok_or_else(|| {
                let sentence = "An idempotency key has 1 to 255 visible ASCII characters.";
                Problem::bad_field(HEADER, sentence)
            })
        });
        Ok(Self {
            key: key.transpose()?,
            place: uri.to_string(),
        })
    }

    /// The key of a caller who asks with this body.
    pub(crate) fn with(&self, body: &[u8], caller: Actor) -> Option<RequestKey> {
        let key = self.key.clone()?;
        let mut hash = Sha256::new();
        hash.update(self.place.as_bytes());
        hash.update([0]);
        hash.update(body);
        Some(RequestKey {
            caller,
            key,
            request: data_encoding::HEXLOWER.encode(&hash.finalize()),
        })
    }
}

/// A JSON body that may be sent again.
pub(crate) struct Repeatable<T> {
    /// What is asked.
    pub(crate) value: T,
    bytes: Vec<u8>,
    key: GivenKey,
}

impl<T> Repeatable<T> {
    /// The key, if the caller gave one.
    pub(crate) fn key(&self, caller: Actor) -> Option<RequestKey> {
        self.key.with(&self.bytes, caller)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Repeatable<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, stream) = request.into_parts();
        body::must_be_json(&parts.headers)?;
        let key = GivenKey::read(&parts.headers, &parts.uri)?;
        let bytes = body::read(stream, &parts.headers, JSON_LIMIT).await?;
        Ok(Self {
            value: body::parse_json(&bytes)?,
            bytes: bytes.into(),
            key,
        })
    }
}
