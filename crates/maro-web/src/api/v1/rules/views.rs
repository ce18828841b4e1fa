//! Rules as the API takes and shows them.

use chrono::{DateTime, Utc};
use maro_app::model::Severity;
use maro_app::model::rules::{
    Match, Notify, Rehearsed, Rule, RuleState, StoredRule, TicketRule, rehearsed_id,
};
use maro_app::rules::Reason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{FieldProblem, Problem};

/// A rule, as somebody writes it. Lengths of time are written as `90s`, `10m`, `4h`, `2d`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleRequest {
    /// Its name; the one of the path, if it is given there.
    #[schema(example = "bad-defects")]
    name: Option<String>,
    /// Whether it is applied; yes by default.
    enabled: Option<bool>,
    /// Which findings it is about: `kinds`, `min_severity`, `sources`, `title`, `outcomes`, `branches`,
    /// `include_flaky`.
    #[schema(value_type = Option<Object>, example = json!({ "kinds": ["defect"], "min_severity": "high" }))]
    #[serde(default)]
    when: Match,
    /// Who hears of them: `to`, `state_changes_only`, `in_a_row`, `group_wait`, `interval`, `repeat`,
    /// `quiet_hours`.
    #[schema(value_type = Option<Object>, example = json!({ "to": "#quality", "interval": "10m" }))]
    notify: Option<Notify>,
    /// Which ticket they become: `after`, `per_hour`, `plan`.
    #[schema(value_type = Option<Object>, example = json!({ "after": 2, "plan": { "project": "OPS" } }))]
    ticket: Option<TicketRule>,
}

impl RuleRequest {
    /// The rule with the name of the path.
    pub(super) fn named(self, name: &str) -> Result<Rule, Problem> {
        if self.name.as_deref().is_some_and(|given| given != name) {
            return Err(Problem::invalid(vec![FieldProblem {
                field: "name".to_owned(),
                message: "The path has another name. Save it there, then delete this one."
                    .to_owned(),
            }]));
        }
        Ok(self.with_name(name.to_owned()))
    }

    /// The rule, which may have no name yet.
    pub(super) fn nameless(mut self) -> Rule {
        let name = self.name.take();
        self.with_name(name.unwrap_or_else(|| "dry-run".to_owned()))
    }

    fn with_name(self, name: String) -> Rule {
        Rule {
            name,
            enabled: self.enabled.unwrap_or(true),
            when: self.when,
            notify: self.notify,
            ticket: self.ticket,
        }
    }
}

/// A rule, as it is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleView {
    #[schema(example = "bad-defects")]
    name: String,
    enabled: bool,
    /// Who keeps it: `file` or `here`.
    #[schema(example = "here")]
    origin: &'static str,
    /// `healthy`, or `needs_attention` with the reason.
    #[schema(example = "healthy")]
    state: &'static str,
    /// What somebody has to put right.
    reason: Option<String>,
    updated_by: String,
    updated_at: DateTime<Utc>,
    /// The rule; it can be sent back as it is.
    #[schema(value_type = Object)]
    rule: Rule,
}

impl From<StoredRule> for RuleView {
    fn from(stored: StoredRule) -> Self {
        Self {
            name: stored.rule.name.clone(),
            enabled: stored.rule.enabled,
            origin: stored.origin.as_str(),
            state: stored.state.as_str(),
            reason: (stored.state != RuleState::Healthy).then_some(stored.reason),
            updated_by: stored.updated_by.to_string(),
            updated_at: stored.updated_at,
            rule: stored.rule,
        }
    }
}

/// All rules.
#[derive(Serialize, ToSchema)]
pub(super) struct RulesView {
    pub(super) items: Vec<RuleView>,
}

/// What a rule would have done to a finding.
#[derive(Serialize, ToSchema)]
pub(super) struct RehearsedView {
    /// The defect or the run.
    id: Uuid,
    /// `defect`, `alert`, `edge_case` or `suite_run`.
    #[schema(value_type = String, example = "defect")]
    kind: maro_app::model::rules::Kind,
    title: String,
    #[schema(example = "high")]
    severity: Option<&'static str>,
    at: DateTime<Utc>,
    /// `message`, `update`, `digest` or `nothing`.
    #[schema(example = "message")]
    would: &'static str,
    /// Whether it would have become a ticket.
    ticket: bool,
    why: String,
}

impl From<Rehearsed> for RehearsedView {
    fn from(one: Rehearsed) -> Self {
        Self {
            id: rehearsed_id(&one),
            kind: one.finding.kind,
            severity: one.finding.severity.map(Severity::as_str),
            title: one.finding.title,
            at: one.at,
            would: one.would.as_str(),
            ticket: one.ticket,
            why: one.why,
        }
    }
}

/// A dry run, the newest finding first.
#[derive(Serialize, ToSchema)]
pub(super) struct DryRunView {
    pub(super) items: Vec<RehearsedView>,
}

/// The answer of one rule to "why?".
#[derive(Serialize, ToSchema)]
pub(super) struct VerdictView {
    rule: String,
    /// `told`, `held`, `in_digest`, `counting`, `not_told`, `not_about`, `not_heard` or `off`.
    #[schema(example = "in_digest")]
    verdict: &'static str,
    why: String,
    at: Option<DateTime<Utc>>,
}

impl From<Reason> for VerdictView {
    fn from(reason: Reason) -> Self {
        Self {
            rule: reason.rule,
            verdict: reason.verdict,
            why: reason.why,
            at: reason.at,
        }
    }
}

/// The answers of all rules.
#[derive(Serialize, ToSchema)]
pub(super) struct VerdictsView {
    pub(super) items: Vec<VerdictView>,
}
