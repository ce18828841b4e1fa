//! The marker: a deterministic word in the issue, by which an unclear create is found again.

use data_encoding::{Encoding, Specification};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt;
use std::sync::LazyLock;

use super::{Operation, OperationKind};
use crate::ids::SessionId;

/// Every marker begins with this; drafts may not use such labels.
pub const MARKER_PREFIX: &str = "maro-";
/// The key of the issue property that carries operation, hash and attempt.
pub const PROPERTY_KEY: &str = "maro.operation";
const LENGTH: usize = 26;

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("abcdefghijklmnopqrstuvwxyz234567");
    specification
        .encoding()
        .expect("32 distinct symbols make an encoding")
});

/// `maro-` and 26 characters of base32(HMAC-SHA256(deployment key, session ‖ kind)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marker(String);

impl Marker {
    /// Computes the marker of a session's operation.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    #[must_use]
    pub fn new(deployment_key: &[u8], session: &SessionId, kind: OperationKind) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(deployment_key).expect("any length is a key");
        mac.update(session.0.as_bytes());
        mac.update(b"\0");
        mac.update(kind.as_str().as_bytes());
        let word = BASE32.encode(&mac.finalize().into_bytes());
        Self(format!("{MARKER_PREFIX}{}", &word[..LENGTH]))
    }

    /// Reads a marker from a label. Returns `None` for other labels.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        let word = label.strip_prefix(MARKER_PREFIX)?;
        let valid = word.len() == LENGTH
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
        valid.then(|| Self(label.to_owned()))
    }

    /// The marker as a label.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The approved body with the marker in it: as a label where the project has labels, and as an issue
/// property always. Both travel in the same POST.
#[must_use]
pub fn body_with_marker(operation: &Operation, with_label: bool) -> Value {
    let mut body = operation.request.clone();
    if with_label && let Some(fields) = body.get_mut("fields").and_then(Value::as_object_mut) {
        let labels = fields.entry("labels").or_insert_with(|| json!([]));
        if let Some(labels) = labels.as_array_mut() {
            labels.push(json!(operation.marker));
        }
    }
    if let Some(body) = body.as_object_mut() {
        let value = json!({
            "operation": operation.id,
            "draft_hash": operation.draft_hash,
            "attempt": operation.attempt,
        });
        body.insert(
            "properties".into(),
            json!([{ "key": PROPERTY_KEY, "value": value }]),
        );
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_depend_on_key_session_and_kind_alone() {
        let session = SessionId::new("T1", "C1", "1.2");
        let marker = Marker::new(b"key", &session, OperationKind::JiraCreate);
        assert_eq!(
            marker,
            Marker::new(b"key", &session, OperationKind::JiraCreate)
        );
        assert_ne!(
            marker,
            Marker::new(b"other", &session, OperationKind::JiraCreate)
        );
        let other = SessionId::new("T1", "C1", "1.3");
        assert_ne!(
            marker,
            Marker::new(b"key", &other, OperationKind::JiraCreate)
        );
        assert_eq!(marker.as_str().len(), 31);
    }

    #[test]
    fn a_marker_is_read_back_from_its_label() {
        let session = SessionId::new("T1", "C1", "1.2");
        let marker = Marker::new(b"key", &session, OperationKind::JiraCreate);
        assert_eq!(Marker::from_label(marker.as_str()), Some(marker));
        for label in [
            "maro-",
            "maro-short",
            "backend",
            "maro-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ] {
            assert_eq!(Marker::from_label(label), None, "{label}");
        }
    }
}
