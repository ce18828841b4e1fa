//! Reading forms and JSON with errors that name the field.

use maro_core::text::clip;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The largest body that is read. Slack's own payloads stay far below.
pub const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;

const MAX_ID_LENGTH: usize = 255;
const MAX_REASON_LENGTH: usize = 200;

/// Why a payload was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct PayloadError {
    /// The field, like `actions[0].action_id`; `body` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl PayloadError {
    pub(super) fn new(field: &str, reason: &str) -> Self {
        Self {
            field: clip(field, MAX_REASON_LENGTH),
            reason: clip(reason, MAX_REASON_LENGTH),
        }
    }

    fn at<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Self {
        let path = error.path().to_string();
        // The library writes a dot for the whole, and a question mark where it lost its way.
        let path = if path == "." || path == "?" {
            ""
        } else {
            &path
        };
        let reason = error.inner().to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();

        let missing = reason
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next());
        if let Some(name) = missing {
            let dot = if path.is_empty() { "" } else { "." };
            return Self::new(&format!("{path}{dot}{name}"), "is missing");
        }
        let field = if path.is_empty() { "body" } else { path };
        // The names of our types mean nothing to whoever reads this.
        match reason.split_once(", expected struct ") {
            Some((found, _)) => Self::new(field, &format!("{found}, expected an object")),
            None => Self::new(field, reason),
        }
    }
}

/// Reads JSON. Only what fails is read again, with the path to what is wrong.
pub(crate) fn json<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, PayloadError> {
    bounded(body)?;
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| PayloadError::at(&error))?;
    deserializer
        .end()
        .map_err(|error| PayloadError::new("body", &error.to_string()))?;
    Ok(value)
}

/// Whether a body is JSON. No form begins like that: its first byte would be of a field's name.
pub(super) fn is_json(body: &[u8]) -> bool {
    body.first() == Some(&b'{')
}

/// Reads an `application/x-www-form-urlencoded` body. Only what fails is read again, with the name
/// of what is wrong.
pub(super) fn form<T: DeserializeOwned>(body: &[u8]) -> Result<T, PayloadError> {
    bounded(body)?;
    if let Ok(value) = serde_urlencoded::from_bytes(body) {
        return Ok(value);
    }
    let fields = url::form_urlencoded::parse(body);
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(fields))
        .map_err(|error| PayloadError::at(&error))
}

fn bounded(body: &[u8]) -> Result<(), PayloadError> {
    if body.len() > MAX_PAYLOAD_BYTES {
        return Err(PayloadError::new("body", "is larger than 1 MiB"));
    }
    Ok(())
}

/// Checks an id that becomes part of an identity or an address: Slack's alphabet, not empty.
///
/// A colon in particular would make two identities read the same.
pub(super) fn check_id(field: &str, id: &str) -> Result<(), PayloadError> {
    if id.is_empty() {
        return Err(PayloadError::new(field, "is missing"));
    }
    let known = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if !known || id.len() > MAX_ID_LENGTH {
        return Err(PayloadError::new(field, "is not an id of Slack's"));
    }
    Ok(())
}

/// Checks a text that is only compared, like an action id of our own.
pub(super) fn check_bounded(field: &str, text: &str) -> Result<(), PayloadError> {
    if text.is_empty() {
        return Err(PayloadError::new(field, "is missing"));
    }
    if text.len() > 4 * MAX_ID_LENGTH {
        return Err(PayloadError::new(field, "is too long"));
    }
    Ok(())
}
