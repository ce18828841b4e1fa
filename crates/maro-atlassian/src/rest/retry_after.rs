//! How long Jira asks us to wait.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Longer waits are not believed; the caller asks again after this.
const LONGEST: Duration = Duration::from_hours(1);

/// Jira refused because of its rate limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateLimit {
    /// How long to wait, if Jira says so; at most an hour.
    pub retry_after: Option<Duration>,
    /// Which limit it was, for example `jira-burst-based`.
    pub reason: Option<String>,
}

impl RateLimit {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let reason = headers
            .get("ratelimit-reason")
            .and_then(|value| value.to_str().ok());
        Self {
            retry_after: retry_after(headers),
            reason: reason.map(|reason| reason.chars().take(100).collect()),
        }
    }
}

/// Reads `Retry-After`, in seconds or as a date.
///
/// A date is measured against the answer's own `Date`: what matters is the distance on the server's
/// clock, and ours may be wrong. Without that header a date cannot be used.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = text.parse() {
        Duration::from_secs(seconds)
    } else {
        let until = DateTime::parse_from_rfc2822(text).ok()?;
        let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
        (until - now).to_std().unwrap_or_default()
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        let now = "Sat, 21 Nov 2026 07:00:00 GMT";
        let cases = [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sat, 21 Nov 2026 07:00:30 GMT", Some(30)),
            ("Sat, 21 Nov 2026 06:00:00 GMT", Some(0)),
            ("Sun, 22 Nov 2026 07:00:00 GMT", Some(3600)),
            ("999999999999", Some(3600)),
            ("-1", None),
            ("soon", None),
        ];
        for (text, seconds) in cases {
            let wait = retry_after(&headers(&[(RETRY_AFTER, text), (DATE, now)]));
            assert_eq!(wait, seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_date_without_the_servers_clock_says_nothing() {
        let headers = headers(&[(RETRY_AFTER, "Sat, 21 Nov 2026 07:00:30 GMT")]);
        assert_eq!(retry_after(&headers), None);
    }
}
