//! `POST /api/v1/alertmanager`: the webhook of Prometheus' Alertmanager.
//!
//! Its payload: <https://prometheus.io/docs/alerting/latest/configuration/#webhook_config>. It is
//! sent again until it is answered with 2xx, so that taking it twice must do no harm: an alert that
//! fires is counted once more, one that is over stays over.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use maro_app::App;
use maro_app::findings::{self, Alerts};
use maro_app::model::{FindingKind, Severity, Sighting};
use maro_core::text::{clip, one_line};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{FindingsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// What Alertmanager sends; what is not read here is passed over.
#[derive(Deserialize, ToSchema)]
pub(super) struct Notification {
    /// The alerts of the group.
    alerts: Vec<Alert>,
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
    JsonBody(notification): JsonBody<Notification>,
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

fn sighting(alert: &Alert, fingerprint: String) -> Sighting {
    let annotation = |name: &str| alert.annotations.get(name).map(String::as_str);
    let label = |name: &str| alert.labels.get(name).map(String::as_str);
    let name = label("alertname").unwrap_or("Alert");
    let title = annotation("summary").unwrap_or(name);
    let labels: Vec<String> = alert
        .labels
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    Sighting {
        kind: FindingKind::Alert,
        fingerprint: Some(fingerprint),
        title: clip(&one_line(title), 200),
        severity: severity(label("severity").unwrap_or_default()),
        description: clip(annotation("description").unwrap_or_default(), 8_000),
        steps: String::new(),
        expected: String::new(),
        actual: clip(&labels.join("\n"), 4_000),
        source: clip(&one_line(name), 100),
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
