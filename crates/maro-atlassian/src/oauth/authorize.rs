//! The address where a person consents, with PKCE (RFC 7636, method S256).
//!
//! Atlassian ignores a challenge from apps that have a secret, and checks it where it takes it; sending
//! one is right in both cases.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{OAuthClient, SCOPES};

/// One question to a person.
#[derive(Debug)]
pub struct Authorization<'a> {
    /// Where the answer goes; exactly as the app registered it.
    pub redirect_uri: &'a Url,
    /// A word that comes back with the answer.
    pub state: &'a SecretString,
    /// The verifier that the code will be exchanged with.
    pub verifier: &'a SecretString,
}

impl OAuthClient {
    /// The address to send the person's browser to.
    #[must_use]
    pub fn authorize_url(&self, ask: &Authorization<'_>) -> Url {
        let mut url = self.auth(&["authorize"]);
        url.query_pairs_mut()
            .append_pair("audience", "api.atlassian.com")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("scope", &SCOPES.join(" "))
            .append_pair("redirect_uri", ask.redirect_uri.as_str())
            .append_pair("state", ask.state.expose_secret())
            .append_pair("response_type", "code")
            .append_pair("prompt", "consent")
            .append_pair("code_challenge", &challenge(ask.verifier))
            .append_pair("code_challenge_method", "S256");
        url
    }
}

/// The challenge of a verifier.
#[must_use]
pub fn challenge(verifier: &SecretString) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(verifier.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{CALL_TIMEOUT, OAuthConfig};

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into();
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn the_address_asks_for_consent_and_shows_neither_secret_nor_verifier() {
        let client = OAuthClient::new(OAuthConfig {
            auth_url: Url::parse("https://auth.atlassian.com").unwrap(),
            api_url: Url::parse("https://api.atlassian.com").unwrap(),
            client_id: "the app".into(),
            client_secret: "very-secret".into(),
            timeout: CALL_TIMEOUT,
        })
        .unwrap();
        let url = client.authorize_url(&Authorization {
            redirect_uri: &Url::parse("https://maro.example/callback").unwrap(),
            state: &"state&1".into(),
            verifier: &"a-long-verifier".into(),
        });
        let text = url.as_str();
        let parts = [
            "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=the+app&",
            "offline_access",
            "&redirect_uri=https%3A%2F%2Fmaro.example%2Fcallback&state=state%261&",
            "&response_type=code&prompt=consent&code_challenge=",
        ];
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(
            !text.contains("secret") && !text.contains("verifier"),
            "{text}"
        );
    }
}
