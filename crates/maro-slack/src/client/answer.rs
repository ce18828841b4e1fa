//! Reading Slack's answers: what counts as done, refused, come back later, or unknown.
//!
//! Slack answers most refusals with status 200 and `ok: false`. An answer that says neither yes
//! nor no counts as unknown, never as failed: the message may be in the channel.

use std::time::Duration;

use chrono::DateTime;
use maro_core::text::clip;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::{Deserialize, de::DeserializeOwned};

use super::{SlackError, UnknownCause};

const DEFAULT_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_hours(1);
const MAX_DETAILS: usize = 10;
const MAX_DETAIL_LENGTH: usize = 300;

/// An answer as it came.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The part that every answer of the Web API has.
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    error: Option<String>,
    needed: Option<String>,
    #[serde(default)]
    errors: Vec<serde_json::Value>,
    response_metadata: Option<ResponseMetadata>,
}

#[derive(Deserialize)]
struct ResponseMetadata {
    #[serde(default)]
    messages: Vec<String>,
}

impl Received {
    /// Takes the answer for what it says, and its content as `T` when it says yes.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, SlackError> {
        self.check_transport()?;
        let envelope: Envelope = match read(&self.body) {
            Ok(envelope) => envelope,
            Err(error) if self.status.is_success() => return Err(unreadable(error)),
            Err(_) => return Err(self.plain_refusal()),
        };
        if !envelope.ok {
            return Err(self.refusal(envelope));
        }
        if !self.status.is_success() {
            return Err(self.plain_refusal());
        }
        read(&self.body).map_err(unreadable)
    }

    /// Whether Slack refused because the token has expired.
    pub(super) fn says_token_expired(&self) -> bool {
        read::<Envelope>(&self.body)
            .is_ok_and(|answer| !answer.ok && answer.error.as_deref() == Some("token_expired"))
    }

    /// Fails for 429 and 5xx, whose bodies say nothing reliable.
    pub(crate) fn check_transport(&self) -> Result<(), SlackError> {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(self.rate_limited());
        }
        if self.status.is_server_error() {
            let cause = UnknownCause::ServerError(self.status.as_u16());
            return Err(SlackError::OutcomeUnknown(cause));
        }
        Ok(())
    }

    /// The refusal that only the status tells of.
    pub(crate) fn plain_refusal(&self) -> SlackError {
        let error = format!("http_{}", self.status.as_u16());
        if self.status == StatusCode::UNAUTHORIZED {
            return SlackError::Unauthorized { error };
        }
        SlackError::Api {
            error,
            detail: Vec::new(),
        }
    }

    fn rate_limited(&self) -> SlackError {
        SlackError::RateLimited {
            retry_after: retry_after(&self.headers),
        }
    }

    fn refusal(&self, envelope: Envelope) -> SlackError {
        let detail = details(&envelope);
        let error = envelope.error.unwrap_or_else(|| "unknown_error".to_owned());
        match error.as_str() {
            "ratelimited" | "rate_limited" => self.rate_limited(),
            _ => classify(&clip(&error, 100), detail),
        }
    }
}

/// Sorts one of Slack's error codes.
pub(crate) fn classify(error: &str, detail: Vec<String>) -> SlackError {
    match error {
        // Slack documents that part of the work may be done already.
        "internal_error" | "fatal_error" | "service_unavailable" => {
            SlackError::OutcomeUnknown(UnknownCause::SlackFault(error.to_owned()))
        }
        "invalid_auth"
        | "not_authed"
        | "token_revoked"
        | "token_expired"
        | "account_inactive"
        | "app_uninstalled"
        | "team_access_not_granted"
        | "access_denied"
        | "ekm_access_denied"
        | "org_login_required" => SlackError::Unauthorized {
            error: error.to_owned(),
        },
        _ => SlackError::Api {
            error: error.to_owned(),
            detail,
        },
    }
}

fn details(envelope: &Envelope) -> Vec<String> {
    let messages = envelope
        .response_metadata
        .iter()
        .flat_map(|metadata| metadata.messages.iter());
    let errors = envelope.errors.iter().filter_map(serde_json::Value::as_str);
    let needed = envelope
        .needed
        .iter()
        .map(|scope| format!("needed: {scope}"));
    messages
        .map(String::as_str)
        .chain(errors)
        .map(str::to_owned)
        .chain(needed)
        .take(MAX_DETAILS)
        .map(|text| clip(&text, MAX_DETAIL_LENGTH))
        .collect()
}

/// Slack sends seconds; a proxy in between may send a date, which counts from the answer's own.
fn retry_after(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(value) = text(RETRY_AFTER) else {
        return DEFAULT_WAIT;
    };
    let seconds = value.trim().parse().ok().or_else(|| {
        let until = DateTime::parse_from_rfc2822(value).ok()?;
        let from = DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
        u64::try_from((until - from).num_seconds()).ok()
    });
    seconds
        .map_or(DEFAULT_WAIT, Duration::from_secs)
        .clamp(Duration::from_secs(1), LONGEST_WAIT)
}

fn read<T: DeserializeOwned>(
    body: &[u8],
) -> Result<T, serde_path_to_error::Error<serde_json::Error>> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(body))
}

fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> SlackError {
    SlackError::OutcomeUnknown(UnknownCause::Unreadable(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(retry_after_header: Option<&str>, date: Option<&str>) -> u64 {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after_header {
            headers.insert(RETRY_AFTER, value.parse().unwrap());
        }
        if let Some(value) = date {
            headers.insert(DATE, value.parse().unwrap());
        }
        retry_after(&headers).as_secs()
    }

    #[test]
    fn retry_after_is_read_in_every_form() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(waits(Some("7"), None), 7);
        assert_eq!(waits(Some("0"), None), 1);
        assert_eq!(waits(Some("999999"), None), 3600);
        assert_eq!(waits(None, None), 30);
        assert_eq!(waits(Some("soon"), None), 30);
        assert_eq!(waits(Some("Sun, 06 Nov 1994 08:50:07 GMT"), Some(date)), 30);
        assert_eq!(waits(Some("Sun, 06 Nov 1994 08:49:49 GMT"), Some(date)), 12);
    }
}
