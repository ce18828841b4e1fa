//! How a webhook proves where it comes from.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

/// How the webhooks of apps are signed. Sources disagree, so tests try all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Signing {
    /// Not at all.
    Unsigned,
    /// A token in `Authorization`, as Atlassian documents:
    /// <https://developer.atlassian.com/cloud/jira/platform/webhooks/#webhooks-authentication-for-oauth-2-0-apps>
    Jwt,
    /// `X-Hub-Signature`, like the administrator's.
    Hmac,
}

fn mac(secret: &str, bytes: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return Vec::new();
    };
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// `sha256=` and the hex HMAC of the raw body.
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", HEXLOWER.encode(&mac(secret, body)))
}

/// A token by the app's client id, signed with its secret (RFC 7519, HS256), for three minutes.
pub(super) fn jwt(secret: &str, client_id: &str, now: DateTime<Utc>) -> String {
    let header = json!({"typ": "JWT", "alg": "HS256"});
    let until = now + TimeDelta::minutes(3);
    let claims = json!({"iss": client_id, "iat": now.timestamp(), "exp": until.timestamp()});
    let part = |value: serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let content = format!("{}.{}", part(header), part(claims));
    let signature = BASE64URL_NOPAD.encode(&mac(secret, content.as_bytes()));
    format!("{content}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_the_documented_hmac() {
        // The example of Atlassian's "Secure admin webhooks" page.
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello World!"),
            "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        );
    }
}
