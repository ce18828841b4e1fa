//! Slack's request signature, version 0: made for the load, checked by the ceiling.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The header with the time.
pub(super) const TIMESTAMP: &str = "x-slack-request-timestamp";
/// The header with the signature.
pub(super) const SIGNATURE: &str = "x-slack-signature";

/// Signs a body.
pub(super) fn sign(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let digest = mac(secret, timestamp, body).finalize().into_bytes();
    format!("v0={}", HEXLOWER.encode(&digest))
}

/// Checks a signature in constant time.
pub(super) fn is_signed(secret: &str, timestamp: &str, signature: &str, body: &[u8]) -> bool {
    signature
        .strip_prefix("v0=")
        .and_then(|digits| HEXLOWER.decode(digits.as_bytes()).ok())
        .is_some_and(|digest| mac(secret, timestamp, body).verify_slice(&digest).is_ok())
}

fn mac(secret: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!());
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    mac
}
