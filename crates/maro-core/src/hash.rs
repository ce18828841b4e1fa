//! Canonical JSON and the hashes made of it.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Serialises in the canonical form of RFC 8785 (sorted keys, no white space).
///
/// # Panics
/// Never for a [`Value`]: it has string keys and no number that JSON cannot hold.
#[must_use]
pub fn canonical(value: &Value) -> String {
    serde_jcs::to_string(value).expect("a JSON value always has a canonical form")
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}
