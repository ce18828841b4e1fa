//! What goes in and out of a configuration.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use maro_app::connections::check::{Finding, Verdict};
use maro_app::connections::config::{self, ConfigChange, ConfigError, FieldValue};
use maro_app::connections::fields::{self, FieldKind};
use maro_app::model::Integration;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{FieldProblem, Problem};

/// The configuration of an integration.
#[derive(Serialize, ToSchema)]
pub(super) struct ConfigView {
    #[schema(example = "jira")]
    integration: &'static str,
    /// Give it back with a change; 0 when nothing is stored.
    version: i64,
    /// Whether it connects to anything. That it also works is told by its health.
    configured: bool,
    /// Whether a consent by OAuth stands over it: then the consent's site and tokens count.
    overridden_by_oauth: bool,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// The fields that are set.
    config: BTreeMap<&'static str, ShownValue>,
    /// Where each of them comes from: `stored` or `environment`.
    sources: BTreeMap<&'static str, &'static str>,
    updated_at: Option<DateTime<Utc>>,
    updated_by: Option<String>,
}

/// The value of a field.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum ShownValue {
    /// A text.
    Text(String),
    /// A switch.
    Switch(bool),
    /// A secret, which is never shown.
    Secret {
        /// Always true.
        set: bool,
    },
}

impl From<config::ConfigView> for ConfigView {
    fn from(view: config::ConfigView) -> Self {
        let set = || view.fields.iter().filter(|value| value.source.is_some());
        Self {
            integration: view.integration.as_str(),
            version: view.version,
            configured: view.is_configured,
            overridden_by_oauth: view.is_overridden,
            config: set().filter_map(shown).collect(),
            sources: set()
                .filter_map(|value| Some((value.field.name, value.source?.as_str())))
                .collect(),
            problem: view.problem,
            updated_at: view.changed.as_ref().map(|(at, _)| *at),
            updated_by: view.changed.map(|(_, by)| by.to_string()),
        }
    }
}

fn shown(value: &FieldValue) -> Option<(&'static str, ShownValue)> {
    let shown = match (value.field.kind, value.text.as_deref()) {
        (FieldKind::Secret { .. }, _) => ShownValue::Secret { set: true },
        (FieldKind::Switch, Some("true")) => ShownValue::Switch(true),
        (FieldKind::Switch, Some("false")) => ShownValue::Switch(false),
        (_, text) => ShownValue::Text(text?.to_owned()),
    };
    Some((value.field.name, shown))
}

/// A change of a configuration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigRequest {
    /// The version that was seen; without it, the last change wins.
    #[serde(default)]
    version: Option<i64>,
    /// The fields; see the administrator's guide for their names.
    config: BTreeMap<String, GivenValue>,
}

/// The values to try out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TestRequest {
    /// The fields as for a change; without them, what is stored is tried out.
    #[serde(default)]
    config: Option<BTreeMap<String, GivenValue>>,
}

/// The value of a field.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum GivenValue {
    /// `null`: a secret that goes, or a field that is left out.
    Absent,
    /// A switch.
    Switch(bool),
    /// A text or a secret.
    #[schema(value_type = String)]
    Text(SecretString),
    /// A secret that stays, as it was shown.
    Kept {
        /// Always true.
        set: bool,
    },
}

impl ConfigRequest {
    /// The change that is asked for.
    pub(super) fn change(self, integration: Integration) -> Result<ConfigChange, Problem> {
        change(integration, self.version, self.config)
    }
}

impl TestRequest {
    /// The change to try out.
    pub(super) fn change(self, integration: Integration) -> Result<Option<ConfigChange>, Problem> {
        let config = self.config;
        config
            .map(|config| change(integration, None, config))
            .transpose()
    }
}

fn change(
    integration: Integration,
    expected: Option<i64>,
    config: BTreeMap<String, GivenValue>,
) -> Result<ConfigChange, Problem> {
    let mut change = ConfigChange {
        expected,
        ..ConfigChange::default()
    };
    for (name, value) in config {
        let is_secret =
            fields::find(integration, &name).is_some_and(|field| field.kind.is_secret());
        match (is_secret, value) {
            (true, GivenValue::Kept { set: true }) | (false, GivenValue::Absent) => {}
            (true, GivenValue::Text(secret)) => {
                change.secrets.insert(name, Some(secret));
            }
            (true, GivenValue::Absent) => {
                change.secrets.insert(name, None);
            }
            (false, GivenValue::Switch(on)) => {
                change.fields.insert(name, on.to_string());
            }
            (false, GivenValue::Text(text)) => {
                let text = secrecy::ExposeSecret::expose_secret(&text).to_owned();
                change.fields.insert(name, text);
            }
            _ => {
                let detail = "This field takes another kind of value.";
                return Err(Problem::bad_field(format!("config.{name}"), detail));
            }
        }
    }
    Ok(change)
}

/// What an integration was found to do.
#[derive(Serialize, ToSchema)]
pub(super) struct TestView {
    /// Whether nothing failed.
    ok: bool,
    findings: Vec<FindingView>,
}

/// One finding.
#[derive(Serialize, ToSchema)]
struct FindingView {
    /// `ok`, `note` or `failed`.
    verdict: &'static str,
    /// What was found.
    what: String,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Vec<Finding>> for TestView {
    fn from(findings: Vec<Finding>) -> Self {
        Self {
            ok: findings.iter().all(|found| found.verdict != Verdict::Bad),
            findings: findings
                .into_iter()
                .map(|found| FindingView {
                    verdict: found.verdict.as_str(),
                    what: found.what,
                    next: found.next,
                })
                .collect(),
        }
    }
}

/// What the caller sees of an error; each problem names its field.
pub(super) fn problem(integration: Integration, err: ConfigError) -> Problem {
    match err {
        ConfigError::UnknownField(name) => Problem::bad_field(
            format!("config.{name}"),
            format!("{} has no such field.", integration.title()),
        ),
        ConfigError::Problems(problems) => {
            let named = problems.into_iter().map(|problem| {
                let label = fields::find(integration, problem.field).map(|field| field.label);
                FieldProblem {
                    field: format!("config.{}", problem.field),
                    message: problem.sentence(label.unwrap_or(problem.field)),
                }
            });
            Problem::invalid(named.collect())
        }
        ConfigError::Conflict { .. } => {
            Problem::new(StatusCode::CONFLICT, "config_changed", err.to_string())
        }
        ConfigError::Secrets(_) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "secrets_unavailable",
            err.to_string(),
        ),
        ConfigError::Store(err) => err.into(),
    }
}
