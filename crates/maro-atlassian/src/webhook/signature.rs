//! The signature of an admin webhook: `X-Hub-Signature: sha256=<hex HMAC of the raw body>`.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature";

/// Whether `header` signs `raw_body` with `secret`, compared in constant time.
///
/// An empty secret verifies nothing: everybody can sign with it.
#[must_use]
pub fn verify(secret: &SecretString, header: &str, raw_body: &[u8]) -> bool {
    let Some(hex) = header.trim().strip_prefix("sha256=") else {
        return false;
    };
    let Ok(signature) = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()) else {
        return false;
    };
    !secret.expose_secret().is_empty()
        && mac(secret, raw_body).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
}

/// Signs a body as Jira does, for a test delivery to ourselves.
#[must_use]
pub fn sign(secret: &SecretString, raw_body: &[u8]) -> Option<String> {
    let mac = mac(secret, raw_body)?;
    Some(format!(
        "sha256={}",
        HEXLOWER.encode(&mac.finalize().into_bytes())
    ))
}

pub(super) fn mac(secret: &SecretString, raw_body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(raw_body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of Atlassian's documentation on securing admin webhooks.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello World!";
    const SIGNATURE: &str =
        "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

    #[test]
    fn the_documented_example_verifies() {
        assert!(verify(&SECRET.into(), SIGNATURE, BODY));
        assert_eq!(sign(&SECRET.into(), BODY).as_deref(), Some(SIGNATURE));
    }

    #[test]
    fn anything_else_does_not() {
        let upper = SIGNATURE.replace("sha256", "SHA256");
        for header in [
            "",
            "sha256=",
            "sha256=zz",
            &SIGNATURE[..20],
            &upper,
            &SIGNATURE[7..],
            "sha1=00",
        ] {
            assert!(!verify(&SECRET.into(), header, BODY), "{header}");
        }
        assert!(!verify(&SECRET.into(), SIGNATURE, b"Hello World?"));
        assert!(!verify(&"other".into(), SIGNATURE, BODY));
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        let empty = SecretString::from("");
        let header = sign(&empty, BODY).unwrap();
        assert!(!verify(&empty, &header, BODY));
    }
}
