//! `POST /api/v1/alertmanager`: the webhook of Prometheus' Alertmanager.
//!
//! Its payload: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>. Alertmanager
//! sends a notification again when the answer is 5xx or none comes, and gives it up at any other answer
//! that is not 2xx (`Retrier` in <https://github.com/prometheus/alertmanager/blob/main/notify/util.go>,
//! to which its webhook adds no codes). So what may pass is answered with 5xx, and taking a notification
//! twice must do no harm: an alert that fires is counted once more, one that is over stays over.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use maro_app::App;
use maro_app::findings::{self, Alerts};
use maro_app::model::{FindingKind, Severity, Sighting};
use maro_core::text::{clip, make_visible, one_line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{FindingsWrite, Scoped};
use crate::body::{must_be_json, parse_json, read};
use crate::problem::Problem;

/// Longest notification: Alertmanager sends all alerts of a group at once, unless it is told not to.
const LONGEST: usize = 4 * 1024 * 1024;

/// What Alertmanager sends; what is not read here is passed over.
#[derive(Deserialize, ToSchema)]
pub(super) struct Notification {
    /// The alerts of the group.
    alerts: Vec<Alert>,
}

/// A notification as a body, which may be longer than others.
pub(super) struct Notified(Notification);

impl<S: Send + Sync> FromRequest<S> for Notified {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        must_be_json(&parts.headers)?;
        let bytes = read(body, &parts.headers, LONGEST).await?;
        parse_json(&bytes).map(Self)
    }
}

/// One alert.
#[derive(Deserialize, ToSchema)]
struct Alert {
    /// `firing` or `resolved`.
    status: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    /// Alertmanager's own, made of the labels.
    fingerprint: String,
}

/// What came of a notification.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenView {
    new: usize,
    reopened: usize,
    repeated: usize,
    resolved: usize,
}

/// Take alerts of Alertmanager
///
/// Point `webhook_configs` here, with a token in `http_config.authorization.credentials`.
#[utoipa::path(post, path = "/api/v1/alertmanager", tag = "findings", request_body = Notification,
    responses((status = 200, body = TakenView), (status = "4XX", body = Problem)))]
pub(super) async fn take_alerts(
    State(app): State<App>,
    caller: Scoped<FindingsWrite>,
    Notified(notification): Notified,
) -> Result<Json<TakenView>, Problem> {
    let mut alerts = Alerts::default();
    for alert in notification.alerts {
        let fingerprint = format!("alertmanager:{}", clip(&one_line(&alert.fingerprint), 100));
        match alert.status.as_str() {
            "resolved" => alerts.resolved.push(fingerprint),
            _ => alerts.firing.push(sighting(&alert, fingerprint)),
        }
    }
    let taken = findings::take_alerts(&app, alerts, &caller.actor()).await?;
    Ok(Json(TakenView {
        new: taken.new,
        reopened: taken.reopened,
        repeated: taken.repeated,
        resolved: taken.resolved,
    }))
}

/// What is blank counts as absent, and every text is cut after it was made visible, since that makes
/// it longer: no alert is a reason to refuse the others.
fn sighting(alert: &Alert, fingerprint: String) -> Sighting {
    let annotation = |name: &str| alert.annotations.get(name).map(String::as_str);
    let label = |name: &str| alert.labels.get(name).map(String::as_str);
    let words = |text: Option<&str>| text.map(one_line).filter(|words| !words.is_empty());
    let name = words(label("alertname")).unwrap_or_else(|| "Alert".to_owned());
    let title = words(annotation("summary")).unwrap_or_else(|| name.clone());
    let description = make_visible(annotation("description").unwrap_or_default());
    let labels: Vec<String> = alert
        .labels
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    Sighting {
        kind: FindingKind::Alert,
        fingerprint: Some(fingerprint),
        title: clip(&title, 200),
        severity: severity(label("severity").unwrap_or_default()),
        description: clip(&description, 8_000),
        steps: String::new(),
        expected: String::new(),
        actual: clip(&make_visible(&labels.join("\n")), 4_000),
        source: clip(&name, 100),
        run: None,
    }
}

/// The words that people use in their rules.
fn severity(label: &str) -> Severity {
    match label.to_lowercase().as_str() {
        "critical" | "page" | "emergency" | "disaster" => Severity::Critical,
        "high" | "error" | "major" => Severity::High,
        "low" | "info" | "information" | "none" | "notice" => Severity::Low,
        _ => Severity::Medium,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_alert_is_too_odd() {
        let hostile = "\u{202E}".repeat(8_000);
        for (summary, name, title) in [
            ("Down", "Api", "Down"),
            (" ", "Api", "Api"),
            ("", "\n", "Alert"),
        ] {
            let alert = Alert {
                status: "firing".to_owned(),
                labels: BTreeMap::from([
                    ("alertname".to_owned(), name.to_owned()),
                    ("job".to_owned(), hostile.clone()),
                ]),
                annotations: BTreeMap::from([
                    ("summary".to_owned(), summary.to_owned()),
                    ("description".to_owned(), hostile.clone()),
                ]),
                fingerprint: "f".to_owned(),
            };
            let checked = sighting(&alert, "f".to_owned()).checked();
            assert_eq!(checked.unwrap().title, title);
        }
    }

    #[test]
    fn the_words_of_rules_become_severities() {
        for (label, expected) in [
            ("critical", Severity::Critical),
            ("Page", Severity::Critical),
            ("error", Severity::High),
            ("warning", Severity::Medium),
            ("", Severity::Medium),
            ("info", Severity::Low),
        ] {
            assert_eq!(severity(label), expected, "{label}");
        }
    }
}
