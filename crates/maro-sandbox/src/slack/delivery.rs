//! Deliveries to Maro: signed, timed, recorded, and broken on demand.
//!
//! They go by HTTP, or all of them by `socket` while Socket Mode is on.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::header;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::time::sleep;
use url::Url;

use super::{Workspace, sign::signature, socket};
use crate::{
    settings::{DeliveryFaults, Settings},
    state::lock,
};

/// How many deliveries are kept.
const KEPT: usize = 5_000;
/// How much of an answer is kept.
const ANSWER_LIMIT: usize = 512 * 1024;

/// One delivery, as tests see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) at: DateTime<Utc>,
    /// `command`, `interaction`, `event` or `options`.
    pub(crate) kind: &'static str,
    pub(crate) url: String,
    /// 0 for the first attempt.
    pub(crate) attempt: u32,
    pub(crate) request: String,
    #[serde(flatten)]
    pub(crate) answer: Answer,
}

/// What Maro answered.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Answer {
    /// Absent when there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) body: String,
    pub(crate) content_type: String,
    pub(crate) elapsed_ms: u64,
    /// Slack's name for what went wrong.
    pub(crate) error: Option<&'static str>,
    /// Whether `x-slack-no-retry: 1` came with it.
    #[serde(skip)]
    pub(crate) no_retry: bool,
    /// Why an event is sent again.
    #[serde(skip)]
    pub(crate) retry_reason: &'static str,
}

impl Answer {
    /// Whether Maro answered with a 2xx in time.
    pub(crate) fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// The body as JSON, if it says that it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        let is_json = self.content_type.starts_with("application/json");
        is_json
            .then(|| serde_json::from_str(&self.body).ok())
            .flatten()
    }

    /// An answer that is not bad in any way yet.
    pub(super) fn in_time(started: Instant) -> Self {
        Self {
            elapsed_ms: millis(started),
            ..Self::default()
        }
    }

    /// No answer, or a late one.
    pub(super) fn failed(
        error: &'static str,
        retry_reason: &'static str,
        started: Instant,
    ) -> Self {
        Self {
            error: Some(error),
            retry_reason,
            ..Self::in_time(started)
        }
    }
}

/// A request that is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) kind: &'static str,
    /// The last part of `/api/v1/webhooks/slack/…`.
    pub(crate) path: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    /// The same as JSON, for a socket.
    pub(crate) payload: Value,
    pub(crate) attempt: u32,
    /// Whether it goes out although the app is not installed.
    pub(crate) farewell: bool,
    /// Why it is sent again, if it is.
    pub(crate) retry_reason: Option<&'static str>,
}

impl Outgoing {
    /// A form with one field `payload`, as interactions are sent.
    pub(crate) fn payload(kind: &'static str, path: &'static str, json: &Value) -> Self {
        let text = json.to_string();
        Self {
            payload: json.clone(),
            ..Self::form(kind, path, &[("payload", &text)])
        }
    }

    /// A form.
    pub(crate) fn form(kind: &'static str, path: &'static str, fields: &[(&str, &str)]) -> Self {
        let payload: Map<String, Value> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        Self {
            kind,
            path,
            content_type: "application/x-www-form-urlencoded",
            body: serde_urlencoded::to_string(fields).unwrap_or_default(),
            payload: payload.into(),
            attempt: 0,
            farewell: false,
            retry_reason: None,
        }
    }

    /// A JSON body.
    pub(crate) fn json(kind: &'static str, path: &'static str, json: &Value) -> Self {
        Self {
            kind,
            path,
            content_type: "application/json",
            body: json.to_string(),
            payload: json.clone(),
            attempt: 0,
            farewell: false,
            retry_reason: None,
        }
    }
}

/// Sends a request, several times if the settings say so, and gives the first answer.
pub(crate) async fn send(state: &Workspace, out: &Outgoing, to: Option<&Url>) -> Answer {
    if !out.farewell && !lock(&state.install).is_in(state.team.id) {
        return Answer {
            no_retry: true,
            ..Answer::failed("app_not_installed", "connection_failed", Instant::now())
        };
    }
    let settings = lock(&state.settings).clone();
    if settings.socket.enabled {
        let at = state.clock.now();
        let answer = socket::deliver(state, out, &settings).await;
        record(state, at, out, "socket".to_owned(), &answer);
        return answer;
    }
    let Some(base) = to.cloned().or_else(|| state.maro_url()) else {
        return Answer::failed("dispatch_failed", "connection_failed", Instant::now());
    };
    let once = || send_once(state, out, &base, &settings);
    let copies = settings.delivery.copies.max(1);
    let answers = if settings.delivery.concurrent {
        join_all((0..copies).map(|_| once())).await
    } else {
        let mut answers = Vec::new();
        for _ in 0..copies {
            answers.push(once().await);
        }
        answers
    };
    answers.into_iter().next().unwrap_or_default()
}

async fn send_once(state: &Workspace, out: &Outgoing, base: &Url, settings: &Settings) -> Answer {
    sleep(Duration::from_millis(settings.delivery.delay_ms)).await;
    let path = format!("api/v1/webhooks/slack/{}", out.path);
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    let at = state.clock.now();
    let answer = post(state, out, &url, settings).await;
    record(state, at, out, url.to_string(), &answer);
    answer
}

fn record(state: &Workspace, at: DateTime<Utc>, out: &Outgoing, url: String, answer: &Answer) {
    let mut slack = lock(&state.slack);
    if slack.deliveries.len() == KEPT {
        slack.deliveries.remove(0);
    }
    slack.deliveries.push(Delivery {
        at,
        kind: out.kind,
        url,
        attempt: out.attempt,
        request: out.body.clone(),
        answer: answer.clone(),
    });
    drop(slack);
    state.changed();
}

async fn post(state: &Workspace, out: &Outgoing, url: &Url, settings: &Settings) -> Answer {
    let (timestamp, signature) = signed(state, &out.body, &settings.delivery);
    let mut request = state
        .http
        .post(url.clone())
        .timeout(Duration::from_millis(settings.ack_timeout_ms))
        .header(
            header::USER_AGENT,
            "Slackbot 1.0 (+https://api.slack.com/robots)",
        )
        .header(header::CONTENT_TYPE, out.content_type)
        .header("x-slack-request-timestamp", timestamp)
        .header("x-slack-signature", signature)
        .body(out.body.clone());
    if let Some(reason) = out.retry_reason {
        request = request
            .header("x-slack-retry-num", out.attempt)
            .header("x-slack-retry-reason", reason);
    }
    let started = Instant::now();
    match request.send().await {
        Ok(response) => read(response, started).await,
        Err(err) => lost(&err, started),
    }
}

fn signed(state: &Workspace, body: &str, faults: &DeliveryFaults) -> (i64, String) {
    // The machine's time, not the moved one: Maro's own clock was not moved.
    let at = state.clock.machine_now() - TimeDelta::seconds(faults.stale_seconds);
    let secret = &state.options.slack_signing_secret;
    let secret = if faults.wrong_signature {
        format!("not-{secret}")
    } else {
        secret.clone()
    };
    (at.timestamp(), signature(&secret, at.timestamp(), body))
}

async fn read(response: reqwest::Response, started: Instant) -> Answer {
    let header = |name: &str| {
        let value = response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (content_type, no_retry) = (header("content-type"), header("x-slack-no-retry") == "1");
    let status = response.status();
    let mut body = match response.text().await {
        Ok(body) => body,
        Err(err) => return lost(&err, started),
    };
    body.truncate(body.floor_char_boundary(ANSWER_LIMIT));
    let error = match status.as_u16() {
        200..=299 => None,
        400..=499 => Some("http_client_error"),
        _ => Some("http_service_error"),
    };
    Answer {
        status: Some(status.as_u16()),
        body,
        content_type,
        elapsed_ms: millis(started),
        error,
        no_retry,
        retry_reason: "http_error",
    }
}

fn lost(err: &reqwest::Error, started: Instant) -> Answer {
    if err.is_timeout() {
        return Answer::failed("operation_timeout", "http_timeout", started);
    }
    Answer::failed("dispatch_failed", "connection_failed", started)
}

fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
