//! The token that dynamic webhooks carry: a JWT in `Authorization`, signed with the OAuth app's secret.
//!
//! See <https://developer.atlassian.com/cloud/jira/platform/webhooks/>. It signs no body, so all it says
//! is that Jira sent something.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use hmac::Mac as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::signature::mac;

/// Jira repeats a delivery for up to half an hour, and nobody says that it makes a new token then.
const LATE: TimeDelta = TimeDelta::hours(1);
const LONGEST: usize = 4_096;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    exp: Option<i64>,
}

/// Whether the value of an `Authorization` header is such a token, compared in constant time.
#[must_use]
pub fn verify_jwt(secret: &SecretString, authorization: &str, now: DateTime<Utc>) -> bool {
    is_signed(secret, authorization, now).unwrap_or(false)
}

fn is_signed(secret: &SecretString, authorization: &str, now: DateTime<Utc>) -> Option<bool> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt");
    if !known || token.len() > LONGEST || secret.expose_secret().is_empty() {
        return None;
    }
    let (content, signature) = token.trim().rsplit_once('.')?;
    let (header, claims) = content.split_once('.')?;
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok();
    mac(secret, content.as_bytes())?
        .verify_slice(&decode(signature)?)
        .ok()?;
    let header: Header = object(&decode(header)?)?;
    let claims: Claims = object(&decode(claims)?)?;
    let is_over = claims
        .exp
        .and_then(|exp| DateTime::from_timestamp(exp, 0))
        .is_some_and(|exp| exp + LATE < now);
    Some(header.alg == "HS256" && !is_over)
}

/// Reads a JSON object; serde alone would take a list for a struct, too.
fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let object: Map<String, Value> = serde_json::from_slice(json).ok()?;
    serde_json::from_value(Value::Object(object)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of jwt.io, which has no `exp`.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
    const SECRET: &str = "your-256-bit-secret";

    fn signed(header: &str, claims: &str) -> String {
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let content = format!("{}.{}", part(header), part(claims));
        let mac = mac(&SECRET.into(), content.as_bytes()).unwrap();
        let signature = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
        format!("Bearer {content}.{signature}")
    }

    #[test]
    fn the_well_known_example_verifies() {
        let now = DateTime::UNIX_EPOCH;
        for scheme in ["Bearer", "bearer", "JWT"] {
            assert!(verify_jwt(
                &SECRET.into(),
                &format!("{scheme} {TOKEN}"),
                now
            ));
        }
        assert!(!verify_jwt(
            &"other".into(),
            &format!("Bearer {TOKEN}"),
            now
        ));
        assert!(!verify_jwt(&"".into(), &format!("Bearer {TOKEN}"), now));
    }

    #[test]
    fn tokens_of_another_kind_or_time_do_not() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let hs256 = r#"{"alg":"HS256"}"#;
        assert!(verify_jwt(
            &SECRET.into(),
            &signed(hs256, r#"{"exp":999000}"#),
            now
        ));
        for token in [
            signed(hs256, r#"{"exp":990000}"#),
            signed(r#"{"alg":"none"}"#, "{}"),
            signed(hs256, "[]"),
            String::new(),
            "Bearer".into(),
            "Bearer a.b.c".into(),
            "Bearer ..".into(),
            format!("Basic {TOKEN}"),
            format!("Bearer {}", &TOKEN[..TOKEN.len() - 2]),
            format!("Bearer {}.x", "a".repeat(5_000)),
        ] {
            assert!(!verify_jwt(&SECRET.into(), &token, now), "{token}");
        }
    }
}
