//! Which limit was reached, for what it holds, and how long we are asked to wait.

use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Longer waits are not believed; the caller asks again after this. Atlassian's quotas begin anew
/// every hour.
const LONGEST: Duration = Duration::from_hours(1);

/// Requests were refused because there were too many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateLimit {
    /// How long to wait, if the answer says so; at most an hour.
    pub retry_after: Option<Duration>,
    /// Which limit it was, for example `jira-burst-based`.
    pub reason: Option<String>,
    /// What the limit holds for.
    pub scope: LimitScope,
}

/// What must pause when a limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LimitScope {
    /// Writes to this one issue.
    Issue,
    /// Calls of this kind.
    Endpoint,
    /// Everything that Maro sends to the site.
    Account {
        /// When the quota begins anew, by the server's clock.
        until: Option<DateTime<Utc>>,
    },
    /// The answer does not say, or names a limit that is not documented.
    #[default]
    Unknown,
}

impl RateLimit {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let reason = text("ratelimit-reason");
        let scope = match reason {
            Some("jira-per-issue-on-write") => LimitScope::Issue,
            Some("jira-burst-based") => LimitScope::Endpoint,
            Some("jira-quota-global-based" | "jira-quota-tenant-based") => LimitScope::Account {
                until: text("x-ratelimit-reset").and_then(moment),
            },
            _ => LimitScope::Unknown,
        };
        Self {
            retry_after: retry_after(headers),
            reason: reason.map(|reason| reason.chars().take(100).collect()),
            scope,
        }
    }

    /// Until when everything must pause, when the limit is the account's: as long as we are asked to
    /// wait, or to the reset, or else to the next full hour in UTC, when quotas begin anew.
    ///
    /// See <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>.
    #[must_use]
    pub fn account_pause(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let LimitScope::Account { until } = self.scope else {
            return None;
        };
        let hour = TimeDelta::hours(1);
        let asked = self
            .retry_after
            .and_then(|wait| TimeDelta::from_std(wait).ok());
        let named = until.filter(|until| *until > now && *until - now <= hour);
        let full_hour = (now + hour).duration_trunc(hour).unwrap_or(now + hour);
        Some(asked.map(|wait| now + wait).max(named).unwrap_or(full_hour))
    }
}

/// A moment as a date or in seconds since 1970; both are in use.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    // Jira writes minutes without seconds: `2026-11-21T13:00Z`.
    let padded = text.strip_suffix('Z').map(|start| format!("{start}:00Z"));
    let date = DateTime::parse_from_rfc3339(text)
        .ok()
        .or_else(|| DateTime::parse_from_rfc3339(padded.as_deref()?).ok());
    date.map(|date| date.to_utc())
        .or_else(|| DateTime::from_timestamp(text.parse().ok()?, 0))
}

/// Reads `Retry-After`, in seconds or as a date.
///
/// A date is measured against the answer's own `Date`: what matters is the distance on the server's
/// clock, and ours may be wrong. Without that header a date cannot be used.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
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

    #[test]
    fn the_reason_decides_what_pauses() {
        let reason = HeaderName::from_static("ratelimit-reason");
        let cases = [
            ("jira-per-issue-on-write", LimitScope::Issue),
            ("jira-burst-based", LimitScope::Endpoint),
            (
                "jira-quota-global-based",
                LimitScope::Account { until: None },
            ),
            (
                "jira-quota-tenant-based",
                LimitScope::Account { until: None },
            ),
            ("something-new", LimitScope::Unknown),
        ];
        for (text, scope) in cases {
            assert_eq!(
                RateLimit::read(&headers(&[(reason.clone(), text)])).scope,
                scope
            );
        }
        assert_eq!(
            RateLimit::read(&HeaderMap::new()).scope,
            LimitScope::Unknown
        );
    }

    #[test]
    fn a_quota_pauses_the_account_until_it_begins_anew() {
        let now = moment("2026-11-21T12:20:30Z").unwrap();
        let reason = (
            HeaderName::from_static("ratelimit-reason"),
            "jira-quota-tenant-based",
        );
        let reset = |text| (HeaderName::from_static("x-ratelimit-reset"), text);
        let cases = [
            (vec![reason.clone()], "2026-11-21T13:00:00Z"),
            (
                vec![reason.clone(), reset("2026-11-21T12:45Z")],
                "2026-11-21T12:45:00Z",
            ),
            (
                vec![reason.clone(), reset("1795264200")],
                "2026-11-21T12:30:00Z",
            ),
            (
                vec![reason.clone(), reset("2027-01-01T00:00Z")],
                "2026-11-21T13:00:00Z",
            ),
            (
                vec![reason.clone(), (RETRY_AFTER, "90")],
                "2026-11-21T12:22:00Z",
            ),
        ];
        for (pairs, until) in cases {
            let limit = RateLimit::read(&headers(&pairs));
            assert_eq!(limit.account_pause(now), moment(until), "{pairs:?}");
        }
        assert_eq!(RateLimit::default().account_pause(now), None);
    }
}
