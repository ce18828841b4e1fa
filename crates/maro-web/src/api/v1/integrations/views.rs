//! Wire types of the integrations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maro_app::health::IntegrationHealth;
use maro_app::model::Activity;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fix;

/// How every connection does, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthView {
    #[serde(flatten)]
    integrations: BTreeMap<&'static str, IntegrationView>,
}

/// How one connection does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IntegrationView {
    /// Whether anything is set. It says nothing about health.
    configured: bool,
    /// `healthy`, `degraded`, `error` or `unconfigured`, from real calls and what else is known.
    #[schema(example = "healthy")]
    status: &'static str,
    /// Since when.
    since: Option<DateTime<Utc>>,
    /// What is wrong.
    reason: Option<String>,
    /// What to do about it.
    next_step: Option<String>,
    /// The path of the page of this Maro where to do it.
    #[schema(example = "/settings/connections/jira")]
    fix: Option<String>,
    /// When something was last delivered to people; Slack only.
    last_successful_send: Option<DateTime<Utc>>,
    /// When a call last worked.
    last_successful_call: Option<DateTime<Utc>>,
    /// The last error of the connection, also when it works again.
    last_error: Option<String>,
    last_error_at: Option<DateTime<Utc>>,
}

/// One connection of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamedIntegrationView {
    /// `slack`, `jira`, `confluence` or `mcp`.
    name: &'static str,
    #[serde(flatten)]
    integration: IntegrationView,
}

/// Something that happened on a connection. Equal calls that worked within a second are one entry.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ActivityView {
    id: Uuid,
    #[schema(example = "jira")]
    integration: &'static str,
    at: DateTime<Utc>,
    /// Which call, or which change.
    #[schema(example = "chat.postMessage")]
    kind: String,
    /// `worked`, `failed` or `changed`.
    #[schema(example = "failed")]
    outcome: &'static str,
    /// How many calls.
    calls: i32,
    /// How long the slowest took.
    slowest_ms: Option<i32>,
    /// The true error, or what changed.
    message: Option<String>,
}

impl From<Vec<IntegrationHealth>> for HealthView {
    fn from(all: Vec<IntegrationHealth>) -> Self {
        let integrations = all
            .into_iter()
            .map(|health| (health.integration.as_str(), health.into()))
            .collect();
        Self { integrations }
    }
}

impl From<IntegrationHealth> for IntegrationView {
    fn from(health: IntegrationHealth) -> Self {
        let fix = fix::of(&health).map(|fix| fix.path);
        let failure = health.last_failure;
        Self {
            configured: health.configured,
            status: health.verdict.status.as_str(),
            since: health.since,
            reason: health.verdict.reason,
            next_step: health.verdict.next_step,
            fix,
            last_successful_send: health.last_send,
            last_successful_call: health.last_success,
            last_error_at: failure.as_ref().map(|failure| failure.at),
            last_error: failure.map(|failure| failure.sentence),
        }
    }
}

impl From<IntegrationHealth> for NamedIntegrationView {
    fn from(health: IntegrationHealth) -> Self {
        Self {
            name: health.integration.as_str(),
            integration: health.into(),
        }
    }
}

impl From<Activity> for ActivityView {
    fn from(entry: Activity) -> Self {
        Self {
            id: entry.id,
            integration: entry.integration.as_str(),
            at: entry.at,
            kind: entry.kind,
            outcome: entry.outcome.as_str(),
            calls: entry.calls,
            slowest_ms: entry.slowest_ms,
            message: entry.message,
        }
    }
}
