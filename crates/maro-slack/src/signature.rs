//! Slack's request signatures, version 0.
//!
//! Slack signs `v0:{timestamp}:{raw body}` with the signing secret of the *app* (not of a
//! workspace). The check runs over the raw bytes, before anything is parsed, and in constant time.
//! No error carries the right signature: whoever sees it could forge requests.
//!
//! See <https://docs.slack.dev/authentication/verifying-requests-from-slack>.

use chrono::{DateTime, Utc};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// The header with the time at which Slack signed.
pub const TIMESTAMP_HEADER: &str = "x-slack-request-timestamp";
/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "x-slack-signature";
/// How far the signed time may be from ours, in seconds, in either direction, inclusive.
pub const MAX_SKEW_SECONDS: u64 = 300;

/// Why a request is not taken as Slack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is absent.
    #[error("the request carries no Slack signature")]
    Missing,
    /// A header is there, but not in Slack's form.
    #[error("the Slack signature headers are malformed")]
    Malformed,
    /// The signed time is more than [`MAX_SKEW_SECONDS`] away.
    #[error("the signed time is more than 5 minutes away from this server's clock")]
    Stale,
    /// Somebody else signed, or something else was signed.
    #[error("the Slack signature does not match")]
    Mismatch,
}

/// Checks that `raw_body` was signed with `secret` within five minutes of `now`.
pub fn verify(
    secret: &SecretString,
    timestamp_header: Option<&str>,
    signature_header: Option<&str>,
    raw_body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), SignatureError> {
    let timestamp = timestamp_header.ok_or(SignatureError::Missing)?;
    let signature = signature_header.ok_or(SignatureError::Missing)?;
    let seconds = parse_timestamp(timestamp)?;
    let given = parse_signature(signature)?;

    if now.timestamp().abs_diff(seconds) > MAX_SKEW_SECONDS {
        return Err(SignatureError::Stale);
    }
    // The header's own text is signed, not the number it stands for.
    let expected = digest(secret, timestamp, raw_body);
    if bool::from(expected.ct_eq(&given)) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// Makes the value of the signature header for `raw_body`.
#[must_use]
pub fn sign(secret: &SecretString, timestamp: i64, raw_body: &[u8]) -> String {
    format!(
        "v0={}",
        HEXLOWER.encode(&digest(secret, &timestamp.to_string(), raw_body))
    )
}

fn parse_timestamp(text: &str) -> Result<i64, SignatureError> {
    if text.is_empty() || text.len() > 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SignatureError::Malformed);
    }
    text.parse().map_err(|_| SignatureError::Malformed)
}

fn parse_signature(text: &str) -> Result<[u8; 32], SignatureError> {
    let hex = text.strip_prefix("v0=").filter(|hex| hex.len() == 64);
    hex.and_then(|hex| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(SignatureError::Malformed)
}

fn digest(secret: &SecretString, timestamp: &str, raw_body: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes a key of any size");
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(raw_body);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The worked example of Slack's documentation.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const TIMESTAMP: &str = "1531420618";
    const BODY: &[u8] = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn secret() -> SecretString {
        SECRET.into()
    }

    fn after(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_531_420_618 + seconds, 0).unwrap()
    }

    #[test]
    fn documented_example_is_signed_and_verified() {
        assert_eq!(sign(&secret(), 1_531_420_618, BODY), SIGNATURE);
        assert_eq!(
            verify(&secret(), Some(TIMESTAMP), Some(SIGNATURE), BODY, after(0)),
            Ok(())
        );
    }

    #[test]
    fn five_minutes_either_way_are_the_limit() {
        for (seconds, expected) in [
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(SignatureError::Stale)),
            (-301, Err(SignatureError::Stale)),
        ] {
            let verdict = verify(
                &secret(),
                Some(TIMESTAMP),
                Some(SIGNATURE),
                BODY,
                after(seconds),
            );
            assert_eq!(verdict, expected, "{seconds} s");
        }
    }

    #[test]
    fn absent_headers_are_told_from_malformed_ones() {
        let cases: [(Option<&str>, Option<&str>, SignatureError); 10] = [
            (None, Some(SIGNATURE), SignatureError::Missing),
            (Some(TIMESTAMP), None, SignatureError::Missing),
            (Some(""), Some(SIGNATURE), SignatureError::Malformed),
            (
                Some("-1531420618"),
                Some(SIGNATURE),
                SignatureError::Malformed,
            ),
            (
                Some("1531420618.0"),
                Some(SIGNATURE),
                SignatureError::Malformed,
            ),
            (
                Some("99999999999999999999"),
                Some(SIGNATURE),
                SignatureError::Malformed,
            ),
            (Some(TIMESTAMP), Some("v0="), SignatureError::Malformed),
            (Some(TIMESTAMP), Some("v1=00"), SignatureError::Malformed),
            (
                Some(TIMESTAMP),
                Some(&SIGNATURE[3..]),
                SignatureError::Malformed,
            ),
            (Some(TIMESTAMP), Some("v0=éé"), SignatureError::Malformed),
        ];
        for (timestamp, signature, expected) in cases {
            let verdict = verify(&secret(), timestamp, signature, BODY, after(0));
            assert_eq!(verdict, Err(expected), "{timestamp:?} {signature:?}");
        }
    }

    #[test]
    fn another_secret_body_or_time_does_not_match() {
        let other: SecretString = "another".into();
        let mismatch = Err(SignatureError::Mismatch);
        assert_eq!(
            verify(&other, Some(TIMESTAMP), Some(SIGNATURE), BODY, after(0)),
            mismatch
        );
        assert_eq!(
            verify(&secret(), Some(TIMESTAMP), Some(SIGNATURE), b"", after(0)),
            mismatch
        );
        assert_eq!(
            verify(
                &secret(),
                Some("1531420619"),
                Some(SIGNATURE),
                BODY,
                after(0)
            ),
            mismatch
        );
        assert_eq!(
            verify(
                &secret(),
                Some("01531420618"),
                Some(SIGNATURE),
                BODY,
                after(0)
            ),
            mismatch
        );
    }
}
