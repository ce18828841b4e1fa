//! From an answer of Atlassian's accounts to a value or an [`OAuthError`].

use std::time::Duration;

use maro_core::text::{clip, one_line};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::OAuthError;

/// A token is about 2 kB and a person has some sites; more is no answer of Atlassian's.
const LONGEST: usize = 256 * 1024;
const LONGEST_SENTENCE: usize = 200;
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The wait after a 429 that names none. One instance at a time renews, so nobody needs to be spread.
const UNSAID_WAIT: Duration = Duration::from_secs(30);

/// What is asked of whom decides what a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The token endpoint, with the app's credentials.
    ForTokens,
    /// The API, with an access token.
    WithToken,
}

/// Sends a request and reads a JSON answer. `secrets` are cut out of what Atlassian says.
pub(super) async fn json<T: DeserializeOwned>(
    request: RequestBuilder,
    asked: Asked,
    secrets: &[&SecretString],
) -> Result<T, OAuthError> {
    let response = request.send().await.map_err(|err| transport(&err))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = bounded(response).await?;
    if !status.is_success() {
        return Err(refused(status, &headers, &body, asked, secrets));
    }
    // The cause is left out on purpose: it can quote the value it stumbled over.
    serde_json::from_slice(&body)
        .map_err(|_| OAuthError::unavailable("Atlassian's accounts sent an answer that is not one"))
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, OAuthError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|err| transport(&err))? {
        if body.len() + chunk.len() > LONGEST {
            return Err(OAuthError::unavailable(
                "Atlassian's accounts sent an answer that is too long",
            ));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn transport(err: &reqwest::Error) -> OAuthError {
    OAuthError::unavailable(if err.is_connect() || err.is_builder() {
        "Atlassian's accounts could not be reached"
    } else if err.is_timeout() {
        "Atlassian's accounts did not answer in time"
    } else {
        "the connection to Atlassian's accounts broke"
    })
}

#[derive(Debug, Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

fn refused(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    asked: Asked,
    secrets: &[&SecretString],
) -> OAuthError {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let word = refusal.error.clone().unwrap_or_default();
    let said = said(status, refusal, secrets);
    let unsaid = (status == StatusCode::TOO_MANY_REQUESTS).then_some(UNSAID_WAIT);
    let unavailable = |said| OAuthError::Unavailable {
        reason: format!("Atlassian's accounts answered: {said}"),
        retry_after: retry_after(headers).or(unsaid),
    };
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return unavailable(said);
    }
    match (asked, word.as_str(), status) {
        (Asked::ForTokens, "invalid_grant" | "unauthorized_client", _) => OAuthError::Dead { said },
        (Asked::ForTokens, "invalid_client", _)
        | (Asked::ForTokens, "access_denied" | "", StatusCode::UNAUTHORIZED) => {
            OAuthError::BadClient { said }
        }
        (Asked::ForTokens, _, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            OAuthError::Dead { said }
        }
        (Asked::WithToken, _, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            OAuthError::BadToken { said }
        }
        _ => unavailable(said),
    }
}

/// Atlassian's own words, or at least the status.
fn said(status: StatusCode, refusal: Refusal, secrets: &[&SecretString]) -> String {
    let words = [refusal.error_description, refusal.message, refusal.error];
    let words = words.into_iter().flatten().find(|text| !text.is_empty());
    let mut text = words.unwrap_or_else(|| format!("HTTP {}", status.as_u16()));
    for secret in secrets {
        let secret = secret.expose_secret();
        if !secret.is_empty() {
            text = text.replace(secret, "…");
        }
    }
    clip(&one_line(&text), LONGEST_SENTENCE)
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse();
    Some(Duration::from_secs(seconds.ok()?).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str, asked: Asked) -> &'static str {
        let status = StatusCode::from_u16(status).unwrap();
        match refused(status, &HeaderMap::new(), body.as_bytes(), asked, &[]) {
            OAuthError::Dead { .. } => "dead",
            OAuthError::BadClient { .. } => "client",
            OAuthError::BadToken { .. } => "token",
            OAuthError::Unavailable { .. } => "unavailable",
        }
    }

    #[test]
    fn a_dead_grant_a_wrong_app_and_a_bad_moment_are_told_apart() {
        let cases = [
            (403, r#"{"error":"invalid_grant"}"#, "dead"),
            (400, r#"{"error":"invalid_grant"}"#, "dead"),
            (403, r#"{"error":"unauthorized_client"}"#, "dead"),
            (401, r#"{"error":"unauthorized_client"}"#, "dead"),
            (401, r#"{"error":"invalid_grant"}"#, "dead"),
            (403, "<html>", "dead"),
            (401, r#"{"error":"access_denied"}"#, "client"),
            (401, r#"{"error":"invalid_client"}"#, "client"),
            (401, "", "client"),
            (400, r#"{"error":"invalid_request"}"#, "unavailable"),
            (429, r#"{"error":"invalid_grant"}"#, "unavailable"),
            (500, r#"{"error":"invalid_grant"}"#, "unavailable"),
            (302, "", "unavailable"),
        ];
        for (status, body, expected) in cases {
            let kind = kind(status, body, Asked::ForTokens);
            assert_eq!(kind, expected, "{status} {body}");
        }
        assert_eq!(kind(401, r#"{"message":"no"}"#, Asked::WithToken), "token");
    }

    #[test]
    fn a_limit_is_not_asked_again_at_once() {
        let waits = |status| {
            let status = StatusCode::from_u16(status).unwrap();
            match refused(status, &HeaderMap::new(), b"", Asked::ForTokens, &[]) {
                OAuthError::Unavailable { retry_after, .. } => retry_after,
                _ => unreachable!("neither status ends a grant"),
            }
        };
        assert_eq!(waits(429), Some(UNSAID_WAIT));
        assert_eq!(waits(500), None);
    }

    #[test]
    fn what_atlassian_says_is_short_and_without_secrets() {
        let secret = SecretString::from("very-secret");
        let refusal = Refusal {
            error_description: Some(format!("bad token very-secret \u{202e}{}", "x".repeat(999))),
            ..Refusal::default()
        };
        let said = said(StatusCode::FORBIDDEN, refusal, &[&secret]);
        assert!(said.starts_with("bad token … ⟦U+202E⟧xxx"), "{said}");
        assert_eq!(said.chars().count(), LONGEST_SENTENCE);
    }
}
