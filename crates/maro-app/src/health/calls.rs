//! The results of the last calls to Slack and Jira, and what they say about each connection.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use maro_core::operations::SendOutcome;

use crate::App;

/// The last success and the last failure of one integration.
#[derive(Debug, Clone, Default)]
struct Last {
    success: Option<DateTime<Utc>>,
    failure: Option<(DateTime<Utc>, String)>,
}

/// The last calls of this process.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    slack: Mutex<Last>,
    jira: Mutex<Last>,
}

/// How a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegrationStatus {
    /// Nothing is set.
    Unconfigured,
    /// Set, but no call was made since the start.
    NotCheckedYet,
    /// The last call worked.
    Healthy,
    /// The last call failed.
    Failing,
}

impl IntegrationStatus {
    /// The word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfigured => "not configured",
            Self::NotCheckedYet => "not checked yet",
            Self::Healthy => "healthy",
            Self::Failing => "failing",
        }
    }
}

/// One connection, as pages show it.
#[derive(Debug, Clone)]
pub struct Integration {
    /// `slack` or `jira`.
    pub name: &'static str,
    /// How it does.
    pub status: IntegrationStatus,
    /// When a call last worked.
    pub last_success: Option<DateTime<Utc>>,
    /// When a call last failed, and with which words.
    pub last_failure: Option<(DateTime<Utc>, String)>,
}

impl Calls {
    pub(crate) fn slack_ok(&self, now: DateTime<Utc>) {
        note(&self.slack, now, None);
    }

    pub(crate) fn slack_failed(&self, sentence: &str, now: DateTime<Utc>) {
        note(&self.slack, now, Some(sentence));
    }

    pub(crate) fn jira_ok(&self, now: DateTime<Utc>) {
        note(&self.jira, now, None);
    }

    pub(crate) fn jira_failed(&self, sentence: &str, now: DateTime<Utc>) {
        note(&self.jira, now, Some(sentence));
    }

    /// A refusal is Jira at work; only what kept us from an answer is a failure of the connection.
    pub(crate) fn note_send(&self, outcome: &SendOutcome, now: DateTime<Utc>) {
        match outcome {
            SendOutcome::Created(_) | SendOutcome::Refused { .. } => self.jira_ok(now),
            SendOutcome::NotNow { reason, .. } | SendOutcome::Unclear(reason) => {
                self.jira_failed(reason, now);
            }
        }
    }
}

fn note(last: &Mutex<Last>, now: DateTime<Utc>, failure: Option<&str>) {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    match failure {
        None => last.success = Some(now),
        Some(sentence) => last.failure = Some((now, sentence.to_owned())),
    }
}

/// How each connection does, from the last real calls.
#[must_use]
pub fn integrations(app: &App) -> Vec<Integration> {
    vec![
        describe("slack", app.slack_settings().is_some(), &app.calls().slack),
        describe("jira", app.jira_settings().is_some(), &app.calls().jira),
    ]
}

fn describe(name: &'static str, configured: bool, last: &Mutex<Last>) -> Integration {
    let last = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let failed_at = last.failure.as_ref().map(|(at, _)| *at);
    let status = match (configured, last.success, failed_at) {
        (false, ..) => IntegrationStatus::Unconfigured,
        (true, None, None) => IntegrationStatus::NotCheckedYet,
        (true, success, failure) if failure > success => IntegrationStatus::Failing,
        _ => IntegrationStatus::Healthy,
    };
    Integration {
        name,
        status,
        last_success: last.success,
        last_failure: last.failure,
    }
}
