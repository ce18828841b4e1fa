//! Data Center's rate limit: a bucket of requests that refills once per interval.
//!
//! Administrators switch it on and choose the numbers, so it is a setting here.
//! <https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html>

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::super::Shared;
use crate::jira::http::reply;
use crate::jira::state::JiraState;
use crate::state::lock;

/// What a request found in the bucket.
struct Level {
    limit: u32,
    interval: u32,
    left: Option<u32>,
    wait: i64,
}

/// Takes from the bucket, or says when there will be more.
pub(super) async fn apply(State(state): State<Shared>, request: Request, next: Next) -> Response {
    let now = state.clock.now();
    let Some(level) = take(&mut lock(&state.jira), now) else {
        return next.run(request).await;
    };
    let mut response = match level.left {
        Some(_) => next.run(request).await,
        None => reply(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({"message": "Rate limit exceeded.", "status-code": 429}),
        ),
    };
    tell(response.headers_mut(), &level);
    response
}

fn take(jira: &mut JiraState, now: DateTime<Utc>) -> Option<Level> {
    let (limit, interval) = (
        jira.settings.server_limit,
        jira.settings.server_limit_seconds,
    );
    if limit == 0 {
        return None;
    }
    let length = TimeDelta::seconds(i64::from(interval));
    let bucket = &mut jira.bucket;
    if bucket.since.is_none_or(|since| now - since >= length) {
        bucket.used = 0;
        bucket.since = Some(now);
    }
    let left = limit.checked_sub(bucket.used + 1);
    bucket.used = limit.min(bucket.used + 1);
    let until = bucket.since.unwrap_or(now) + length;
    let wait = match left {
        Some(_) => 0,
        None => (until - now).num_seconds() + 1,
    };
    Some(Level {
        limit,
        interval,
        left,
        wait,
    })
}

fn tell(headers: &mut HeaderMap, level: &Level) {
    let numbers = [
        ("x-ratelimit-limit", i64::from(level.limit)),
        ("x-ratelimit-remaining", i64::from(level.left.unwrap_or(0))),
        ("x-ratelimit-fillrate", i64::from(level.limit)),
        ("x-ratelimit-interval-seconds", i64::from(level.interval)),
        ("retry-after", level.wait),
    ];
    for (name, number) in numbers {
        headers.insert(name, HeaderValue::from(number));
    }
}
