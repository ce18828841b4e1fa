//! The steps of the ledger, as pure functions: what was learnt → which state comes next, and when.
//!
//! A [`Step`] says what to store. Storage applies it with a compare-and-set on state and epoch.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::{
    Evidence, EvidenceKind, IssueRef, Operation, OperationKind, OperationState as State, Schedule,
};

/// What came of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// It exists, and its id is known.
    Created {
        /// The issue.
        issue: IssueRef,
        /// What Jira holds otherwise than it was sent, one sentence each.
        differences: Vec<String>,
    },
    /// Provably not sent, or refused for now (429, 401).
    NotNow {
        /// The error, for people.
        reason: String,
        /// What Jira asked to wait.
        retry_after: Option<Duration>,
    },
    /// A definite refusal.
    Refused {
        /// The error, for people.
        reason: String,
        /// What Jira says about single fields, by Jira's field id.
        fields: BTreeMap<String, String>,
    },
    /// Nobody knows.
    Unclear(String),
}

/// What a person says of an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The issue exists; it was read back from Jira.
    ItExists(IssueRef),
    /// Send again, knowing that it may make a second issue.
    CreateAnyway,
    /// Do not send again.
    GiveUp,
}

/// A decision that does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody is asked about this operation any more")]
pub struct DecisionRefused;

/// What to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The next state.
    pub state: State,
    /// When there is something to do.
    pub next_at: Option<DateTime<Utc>>,
    /// The issue, when it is known now.
    pub issue: Option<IssueRef>,
    /// The error to show, if any.
    pub error: Option<String>,
    /// What was learnt.
    pub evidence: Evidence,
    /// The attempt from now on.
    pub attempt: i32,
    /// Deferrals from now on.
    pub deferrals: i32,
    /// Searches from now on.
    pub searches: i32,
}

impl Step {
    pub(super) fn to(operation: &Operation, state: State, evidence: Evidence) -> Self {
        Self {
            state,
            next_at: None,
            issue: None,
            error: None,
            evidence,
            attempt: operation.attempt,
            deferrals: operation.deferrals,
            searches: operation.searches,
        }
    }
}

pub(super) fn learnt(now: DateTime<Utc>, kind: EvidenceKind, note: impl Into<String>) -> Evidence {
    Evidence {
        at: now,
        kind,
        note: note.into(),
        issues: Vec::new(),
        fields: BTreeMap::new(),
    }
}

/// After Jira answered, or did not.
#[must_use]
pub fn after_send(
    operation: &Operation,
    outcome: SendOutcome,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    match outcome {
        SendOutcome::Created { issue, differences } => {
            let mut step = after_evidence(operation, EvidenceKind::Answer, &[issue], now);
            if !differences.is_empty() {
                let told = differences.join(" ");
                step.evidence.note = format!("{}. {told}", step.evidence.note);
                step.error = Some(
                    step.error
                        .map_or(told.clone(), |error| format!("{error}. {told}")),
                );
            }
            step
        }
        SendOutcome::NotNow {
            reason,
            retry_after,
        } => {
            // Jira may ask for no pause at all; ours keeps a refusal from becoming a loop.
            let own = schedule.deferral(operation.deferrals);
            let pause = retry_after.map_or(own, |asked| asked.max(own));
            let evidence = learnt(now, EvidenceKind::Answer, format!("not sent: {reason}"));
            Step {
                next_at: Some(now + pause),
                error: Some(reason),
                deferrals: operation.deferrals.saturating_add(1),
                ..Step::to(operation, State::Prepared, evidence)
            }
        }
        SendOutcome::Refused { reason, fields } => {
            let note = format!("refused: {reason}");
            let evidence = Evidence {
                fields,
                ..learnt(now, EvidenceKind::Answer, note)
            };
            Step {
                error: Some(reason),
                ..Step::to(operation, State::Rejected, evidence)
            }
        }
        SendOutcome::Unclear(reason) => unknown(
            operation,
            learnt(now, EvidenceKind::Answer, reason),
            schedule,
            now,
        ),
    }
}

/// After the claim of a send ran out: the process died, or was too slow to say what it saw.
#[must_use]
pub fn after_lease_expired(operation: &Operation, schedule: &Schedule, now: DateTime<Utc>) -> Step {
    let note = "the sender stopped before the outcome was stored";
    unknown(
        operation,
        learnt(now, EvidenceKind::Time, note),
        schedule,
        now,
    )
}

/// After the database was restored from a backup: what it says was not sent may have been sent since.
#[must_use]
pub fn after_restore(operation: &Operation, schedule: &Schedule, now: DateTime<Utc>) -> Step {
    let note = "the database was restored from a backup, so it may have been sent before";
    unknown(
        operation,
        learnt(now, EvidenceKind::Time, note),
        schedule,
        now,
    )
}

pub(super) fn unknown(
    operation: &Operation,
    evidence: Evidence,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    let pause = schedule
        .searches
        .first()
        .copied()
        .unwrap_or(schedule.watch_every);
    Step {
        next_at: Some(now + pause),
        error: Some(evidence.note.clone()),
        searches: 0,
        ..Step::to(operation, State::Unknown, evidence)
    }
}

/// After issues were found that carry the marker. `issues` must not be empty.
#[must_use]
pub fn after_evidence(
    operation: &Operation,
    kind: EvidenceKind,
    issues: &[IssueRef],
    now: DateTime<Utc>,
) -> Step {
    let mut all = operation.known_issues();
    for issue in issues {
        if all.iter().all(|known| known.id != issue.id) {
            all.push(issue.clone());
        }
    }
    let keys: Vec<&str> = all.iter().map(|issue| issue.key.as_str()).collect();
    let evidence = Evidence {
        issues: issues.to_vec(),
        ..learnt(now, kind, format!("found {}", keys.join(", ")))
    };
    let (state, error) = if all.len() > 1 {
        (
            State::Duplicate,
            Some(format!(
                "Jira has {} issues for this draft: {}",
                all.len(),
                keys.join(", ")
            )),
        )
    } else {
        (State::Confirmed, None)
    };
    Step {
        issue: all.first().cloned(),
        error,
        ..Step::to(operation, state, evidence)
    }
}

/// After a search that found nothing. A person is asked when the schedule is used up; watching goes on.
#[must_use]
pub fn after_search_without_match(
    operation: &Operation,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    let searches = operation.searches.saturating_add(1);
    let next_pause = usize::try_from(searches)
        .ok()
        .and_then(|done| schedule.searches.get(done));
    let evidence = learnt(now, EvidenceKind::Search, "no issue with the marker found");
    if let (State::Unknown, Some(pause)) = (operation.state, next_pause) {
        return Step {
            next_at: Some(now + *pause),
            error: operation.error_message.clone(),
            searches,
            ..Step::to(operation, State::Unknown, evidence)
        };
    }
    let since = operation.send_started_at.unwrap_or(operation.created_at);
    let next = now + schedule.watch_every;
    Step {
        next_at: (next <= since + schedule.watch_for).then_some(next),
        error: operation.error_message.clone(),
        searches,
        ..Step::to(operation, State::NeedsHuman, evidence)
    }
}

/// After a person decided.
pub fn after_decision(
    operation: &Operation,
    decision: &Decision,
    now: DateTime<Utc>,
) -> Result<Step, DecisionRefused> {
    let asked = matches!(operation.state, State::NeedsHuman | State::Unknown);
    match decision {
        Decision::ItExists(issue) if asked && operation.kind == OperationKind::JiraCreate => {
            Ok(after_evidence(
                operation,
                EvidenceKind::Person,
                std::slice::from_ref(issue),
                now,
            ))
        }
        Decision::CreateAnyway if operation.state == State::NeedsHuman => Ok(Step {
            next_at: Some(now),
            attempt: operation.attempt.saturating_add(1),
            deferrals: 0,
            searches: 0,
            ..Step::to(
                operation,
                State::Prepared,
                learnt(now, EvidenceKind::Person, "create anyway"),
            )
        }),
        Decision::GiveUp
            if operation.state == State::NeedsHuman || operation.state == State::Prepared =>
        {
            Ok(Step {
                error: Some("given up".into()),
                ..Step::to(
                    operation,
                    State::Cancelled,
                    learnt(now, EvidenceKind::Person, "given up"),
                )
            })
        }
        _ => Err(DecisionRefused),
    }
}

impl Operation {
    /// Every issue that is known to carry this operation's marker, the confirmed one first.
    #[must_use]
    pub fn known_issues(&self) -> Vec<IssueRef> {
        let mut all: Vec<IssueRef> = self.known_issue().into_iter().collect();
        for issue in self.evidence.iter().flat_map(|evidence| &evidence.issues) {
            if all.iter().all(|known| known.id != issue.id) {
                all.push(issue.clone());
            }
        }
        all
    }

    /// The issue that is known, if any.
    #[must_use]
    pub fn known_issue(&self) -> Option<IssueRef> {
        match (&self.jira_id, &self.jira_key) {
            (Some(id), Some(key)) => Some(IssueRef {
                id: id.clone(),
                key: key.clone(),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "step_tests.rs"]
mod tests;
