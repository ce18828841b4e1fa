//! Which limit was reached, for what it holds, and how long we are asked to wait.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Longer waits are not believed; the caller asks again after this. Atlassian's quotas begin anew
/// every hour.
const LONGEST: Duration = Duration::from_hours(1);
/// The pause after a quota whose end cannot be told: shorter would be rude, longer perhaps idle.
const UNTOLD: Duration = Duration::from_mins(1);

/// Requests were refused because there were too many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateLimit {
    /// How long to wait, if the answer says so or the limit has a known end; at most an hour.
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
    /// Reads the headers of a 429.
    ///
    /// A quota pauses as long as we are asked to wait, or to the reset that is named, or else to the
    /// next full hour in UTC, when quotas begin anew.
    ///
    /// See <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let reason = text(headers, "ratelimit-reason");
        let kind = reason.and_then(|reason| {
            let own = reason.strip_prefix("jira-");
            own.or_else(|| reason.strip_prefix("confluence-"))
        });
        let mut limit = Self {
            retry_after: retry_after(headers),
            reason: reason.map(|reason| reason.chars().take(100).collect()),
            scope: LimitScope::Unknown,
        };
        match kind {
            Some("per-issue-on-write") => limit.scope = LimitScope::Issue,
            Some("burst-based") => limit.scope = LimitScope::Endpoint,
            Some("quota-global-based" | "quota-tenant-based") => limit.pause_the_account(headers),
            _ => {}
        }
        limit
    }

    fn pause_the_account(&mut self, headers: &HeaderMap) {
        let now = server_time(headers);
        let left = || {
            let (now, hour) = (now?, TimeDelta::hours(1));
            let named = text(headers, "x-ratelimit-reset").and_then(moment);
            let named = named.filter(|until| *until > now && *until - now <= hour);
            let until = named.or_else(|| (now + hour).duration_trunc(hour).ok())?;
            (until - now).to_std().ok()
        };
        let wait = self.retry_after.or_else(left).unwrap_or(UNTOLD);
        self.retry_after = Some(wait);
        self.scope = LimitScope::Account {
            until: now.map(|now| now + wait),
        };
    }
}

impl fmt::Display for RateLimit {
    /// What follows "Jira" or "Confluence" in a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            LimitScope::Account { until: Some(until) } => {
                let until = until.format("%H:%M");
                write!(
                    f,
                    "takes no more requests until {until} UTC, because the quota is used up"
                )
            }
            LimitScope::Account { until: None } => {
                f.write_str("takes no more requests for now, because the quota is used up")
            }
            _ => f.write_str("is limiting the rate of requests"),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The time on the server's clock; ours may be wrong.
fn server_time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some(date.to_utc())
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
        let until = DateTime::parse_from_rfc2822(text).ok()?.to_utc();
        (until - server_time(headers)?).to_std().unwrap_or_default()
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
            let limit = RateLimit::read(&headers(&[(reason.clone(), text)]));
            assert_eq!(limit.scope, scope);
            let is_quota = text.contains("quota");
            assert_eq!(limit.retry_after, is_quota.then_some(UNTOLD));
        }
        let silent = RateLimit::read(&HeaderMap::new());
        assert_eq!(silent, RateLimit::default());
    }

    #[test]
    fn a_quota_pauses_the_account_until_it_begins_anew() {
        let reason = (
            HeaderName::from_static("ratelimit-reason"),
            "jira-quota-tenant-based",
        );
        let date = (DATE, "Sat, 21 Nov 2026 12:20:30 GMT");
        let reset = |text| (HeaderName::from_static("x-ratelimit-reset"), text);
        let cases = [
            (vec![], "2026-11-21T13:00:00Z"),
            (vec![reset("2026-11-21T12:45Z")], "2026-11-21T12:45:00Z"),
            (vec![reset("1795263900")], "2026-11-21T12:25:00Z"),
            (vec![reset("2027-01-01T00:00Z")], "2026-11-21T13:00:00Z"),
            (vec![(RETRY_AFTER, "90")], "2026-11-21T12:22:00Z"),
        ];
        let now = moment("2026-11-21T12:20:30Z").unwrap();
        for (mut pairs, until) in cases {
            pairs.extend([reason.clone(), date.clone()]);
            let limit = RateLimit::read(&headers(&pairs));
            let until = moment(until);
            assert_eq!(limit.scope, LimitScope::Account { until }, "{pairs:?}");
            let wait = limit.retry_after.unwrap();
            assert_eq!(Some(now + wait), until);
        }
    }

    #[test]
    fn people_are_told_until_when() {
        let until = moment("2026-11-21T13:00:00Z");
        let limit = RateLimit {
            scope: LimitScope::Account { until },
            ..RateLimit::default()
        };
        insta::assert_snapshot!(limit, @"takes no more requests until 13:00 UTC, because the quota is used up");
    }
}
