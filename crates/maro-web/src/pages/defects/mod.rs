//! Defects on the web: what is wrong, how often it was seen, and what became of it.

mod hands;
mod list;
mod set_status;
mod show;
mod sync;
pub(super) mod ticket;

pub(super) use hands::set_hands;
#[cfg(test)]
pub(super) use list::DefectsPage;
pub(super) use list::list;
pub(super) use set_status::set_status;
#[cfg(test)]
pub(super) use show::DefectPage;
pub(super) use show::show;
#[cfg(test)]
pub(super) use sync::StatusMapPage;
pub(super) use sync::{resume, status_map};

use maro_app::model::{DefectId, DefectStatus, FindingKind, Severity};

use super::PageError;
use super::parts::{Markup, badge};

/// Where defects are.
pub(super) const PATH: &str = "/defects";

/// The address of a defect.
pub(super) fn path(id: DefectId) -> String {
    format!("{PATH}/{id}")
}

fn defect_id(text: &str) -> Result<DefectId, PageError> {
    text.parse().map_err(|_| PageError::NotFound("defect"))
}

/// The word for a status.
fn word(status: DefectStatus) -> &'static str {
    match status {
        DefectStatus::Open => "Open",
        DefectStatus::Acknowledged => "Acknowledged",
        DefectStatus::Fixed => "Fixed",
        DefectStatus::WontFix => "Won't fix",
        DefectStatus::Duplicate => "Duplicate",
        DefectStatus::FalsePositive => "No defect",
    }
}

/// Where a defect stands.
fn status(status: DefectStatus) -> Markup {
    let (tone, symbol) = match status {
        DefectStatus::Open => ("bad", "warn"),
        DefectStatus::Acknowledged => ("info", "busy"),
        DefectStatus::Fixed => ("good", "good"),
        DefectStatus::WontFix | DefectStatus::Duplicate | DefectStatus::FalsePositive => {
            ("calm", "off")
        }
    };
    badge(tone, symbol, word(status))
}

/// The word for a kind.
fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Defect => "Defect",
        FindingKind::Alert => "Alert",
        FindingKind::EdgeCase => "Edge case",
    }
}

/// How bad it is.
fn severity(severity: Severity) -> Markup {
    match severity {
        Severity::Critical => badge("bad", "bad", "Critical"),
        Severity::High => badge("bad", "warn", "High"),
        Severity::Medium => badge("warn", "warn", "Medium"),
        Severity::Low => badge("calm", "info", "Low"),
    }
}

/// That its case passes and fails without a reason.
fn flaky() -> Markup {
    badge("warn", "warn", "Flaky")
}

#[cfg(test)]
fn sample_defect() -> maro_app::model::Defect {
    use chrono::DateTime;
    maro_app::model::Defect {
        id: DefectId(uuid::Uuid::nil()),
        kind: FindingKind::Defect,
        fingerprint: "f".repeat(64),
        title: "Cart.pays: card <refused>".to_owned(),
        severity: Severity::High,
        status: DefectStatus::Open,
        status_since: DateTime::UNIX_EPOCH,
        description: "It <b>fails</b>.\n".repeat(50),
        steps: "1. Pay".to_owned(),
        expected: String::new(),
        actual: "refused & gone".to_owned(),
        source: "checkout".to_owned(),
        count: 8,
        regressions: 1,
        first_seen: DateTime::UNIX_EPOCH,
        last_seen: DateTime::UNIX_EPOCH,
        last_run: Some(maro_app::model::RunId(uuid::Uuid::nil())),
        case_key: None,
        flaky: true,
        reporter: maro_app::model::Actor::Operator,
        jira_issue_key: None,
        jira_issue_url: None,
        jira_status: None,
        assignee: Some(maro_app::model::Actor::Operator),
        snoozed_until: Some(DateTime::UNIX_EPOCH),
    }
}
