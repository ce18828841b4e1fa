//! The steps of a move of an issue. Setting a status again is harmless, so an unclear outcome does
//! not end with a person: Jira is asked where the issue is, and that decides.
//!
//! **Invariant:** a move is made again only after the issue was read and nobody had moved it on; see
//! [`crate::sync::ready`].

use chrono::{DateTime, Duration, Utc};

use super::step::{learnt, unknown};
use super::{Evidence, EvidenceKind, Operation, OperationState as State, Schedule, Step};
use crate::sync::{MoveRequest, Moved, Reading};

/// The name under which evidence keeps who moved the issue, beside Jira's own fields.
const BY: &str = "moved_by";
const US: &str = "maro";

/// What came of making a move, or of looking what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveOutcome {
    /// The issue is where it was to go.
    There {
        /// What Jira says of it.
        read: Reading,
        /// Whether our write brought it there.
        by_us: bool,
    },
    /// The issue was found where it had been: the write did not arrive, and is made again.
    Again,
    /// Provably not sent, or refused for now.
    NotNow {
        /// The error, for people.
        reason: String,
        /// What Jira asked to wait.
        retry_after: Option<Duration>,
    },
    /// A definite refusal.
    Refused(String),
    /// It is not wanted any more.
    Unwanted(String),
    /// Somebody moved the issue since it was planned; that stands.
    Overtaken(Reading),
    /// Nobody knows.
    Unclear(String),
}

/// The step that an outcome leads to.
#[must_use]
pub fn after_move(
    operation: &Operation,
    outcome: MoveOutcome,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    let was_unclear = operation.state == State::Unknown;
    let kind = if was_unclear {
        EvidenceKind::Search
    } else {
        EvidenceKind::Answer
    };
    let end = |state, reason: String| Step {
        error: Some(reason.clone()),
        ..Step::to(operation, state, learnt(now, kind, reason))
    };
    match outcome {
        MoveOutcome::There { read, by_us } => {
            let is = if by_us { "is now" } else { "was already" };
            let note = format!("{} {is} {}", read.issue.key, read.status);
            Step {
                issue: Some(read.issue.clone()),
                ..Step::to(
                    operation,
                    State::Confirmed,
                    seen(kind, &read, by_us, note, now),
                )
            }
        }
        MoveOutcome::Overtaken(read) => {
            let note = format!(
                "somebody moved {} to {} meanwhile",
                read.issue.key, read.status
            );
            Step {
                error: Some(note.clone()),
                ..Step::to(
                    operation,
                    State::Cancelled,
                    seen(kind, &read, false, note, now),
                )
            }
        }
        MoveOutcome::Again => {
            let note = "the issue is where it was; it is moved again".to_owned();
            Step {
                error: None,
                searches: 0,
                ..put_off(operation, note, None, schedule, now)
            }
        }
        MoveOutcome::NotNow { reason, .. } | MoveOutcome::Unclear(reason) if was_unclear => {
            still_unclear(operation, reason, schedule, now)
        }
        MoveOutcome::NotNow {
            reason,
            retry_after,
        } => put_off(operation, reason, retry_after, schedule, now),
        MoveOutcome::Refused(reason) => end(State::Rejected, reason),
        MoveOutcome::Unwanted(reason) => end(State::Cancelled, reason),
        MoveOutcome::Unclear(reason) => {
            unknown(operation, learnt(now, kind, reason), schedule, now)
        }
    }
}

/// Where a move that came to its end left the issue, from the evidence that ended it. `None` when
/// Jira was not asked.
#[must_use]
pub fn moved(operation: &Operation, evidence: &Evidence) -> Option<Moved> {
    let request: MoveRequest = serde_json::from_value(operation.request.clone()).ok()?;
    let issue = evidence.issues.first()?.clone();
    Some(Moved {
        wish: request.wish(),
        by_us: evidence.fields.get(BY).is_some_and(|by| by == US),
        read: Reading::from_fields(issue, &evidence.fields)?,
    })
}

fn seen(
    kind: EvidenceKind,
    read: &Reading,
    by_us: bool,
    note: String,
    now: DateTime<Utc>,
) -> Evidence {
    let mut fields = read.to_fields();
    let by = if by_us { US } else { "others" };
    fields.insert(BY.to_owned(), by.to_owned());
    Evidence {
        issues: vec![read.issue.clone()],
        fields,
        ..learnt(now, kind, note)
    }
}

fn put_off(
    operation: &Operation,
    reason: String,
    retry_after: Option<Duration>,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    let own = schedule.deferral(operation.deferrals);
    let pause = retry_after.map_or(own, |asked| asked.max(own));
    let kind = match operation.state {
        State::Unknown => EvidenceKind::Search,
        _ => EvidenceKind::Answer,
    };
    let note = format!("not moved: {reason}");
    Step {
        next_at: Some(now + pause),
        error: Some(reason),
        deferrals: operation.deferrals.saturating_add(1),
        ..Step::to(operation, State::Prepared, learnt(now, kind, note))
    }
}

/// Looking goes on for as long as it takes: what Jira says will decide, and nobody knows better.
fn still_unclear(
    operation: &Operation,
    reason: String,
    schedule: &Schedule,
    now: DateTime<Utc>,
) -> Step {
    let searches = operation.searches.saturating_add(1);
    let pause = usize::try_from(searches)
        .ok()
        .and_then(|done| schedule.searches.get(done))
        .unwrap_or(&schedule.watch_every);
    Step {
        next_at: Some(now + *pause),
        error: Some(reason.clone()),
        searches,
        ..Step::to(
            operation,
            State::Unknown,
            learnt(now, EvidenceKind::Search, reason),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;
    use crate::drafts::Target;
    use crate::ids::{DefectId, OperationId, SessionId};
    use crate::operations::{ApprovedWrite, Decision, IssueRef, OperationKind, after_decision};
    use crate::sync::{Category, Wish};
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn operation(state: State) -> Operation {
        let request = MoveRequest {
            issue: "1".into(),
            key: "A-1".into(),
            defect: DefectId(Uuid::nil()),
            because: "fixed".into(),
            wish: "done".into(),
            from: vec![Category::New],
            nonce: "n".into(),
        };
        let write = ApprovedWrite {
            session: SessionId::new("", "sync", "1"),
            kind: OperationKind::JiraTransition,
            draft_hash: "hash".into(),
            request: serde_json::to_value(request).unwrap(),
            target: Target {
                site: "s".into(),
                project: "A".into(),
                acting_identity: "a".into(),
            },
            created_by: Actor::System,
            approved_by: Actor::System,
        };
        Operation {
            state,
            lease_epoch: 1,
            send_started_at: Some(now()),
            next_at: None,
            ..Operation::prepared(OperationId(Uuid::nil()), write, b"key", now())
        }
    }

    fn read() -> Reading {
        Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: "Closed".into(),
            category: Some(Category::Done),
            resolution: Some("Done".into()),
            updated: Some(now()),
        }
    }

    fn step(state: State, outcome: MoveOutcome) -> Step {
        after_move(&operation(state), outcome, &Schedule::default(), now())
    }

    #[test]
    fn every_outcome_has_its_state() {
        let (sending, unknown) = (State::Sending, State::Unknown);
        let not_now = || MoveOutcome::NotNow {
            reason: "429".into(),
            retry_after: Some(Duration::seconds(9)),
        };
        let there = || MoveOutcome::There {
            read: read(),
            by_us: true,
        };
        let cases = [
            (sending, there(), State::Confirmed, None),
            (sending, not_now(), State::Prepared, Some(9)),
            (
                sending,
                MoveOutcome::Refused("no".into()),
                State::Rejected,
                None,
            ),
            (
                sending,
                MoveOutcome::Overtaken(read()),
                State::Cancelled,
                None,
            ),
            (
                sending,
                MoveOutcome::Unwanted("open".into()),
                State::Cancelled,
                None,
            ),
            (
                sending,
                MoveOutcome::Unclear("lost".into()),
                State::Unknown,
                Some(2),
            ),
            (unknown, there(), State::Confirmed, None),
            (unknown, MoveOutcome::Again, State::Prepared, Some(2)),
            (unknown, not_now(), State::Unknown, Some(5)),
            (
                unknown,
                MoveOutcome::Unclear("down".into()),
                State::Unknown,
                Some(5),
            ),
            (
                unknown,
                MoveOutcome::Overtaken(read()),
                State::Cancelled,
                None,
            ),
        ];
        for (from, outcome, to, seconds) in cases {
            let step = step(from, outcome.clone());
            assert_eq!(step.state, to, "{outcome:?}");
            let next = seconds.map(|seconds| now() + Duration::seconds(seconds));
            assert_eq!(step.next_at, next, "{outcome:?}");
        }
    }

    #[test]
    fn looking_goes_on_for_as_long_as_jira_is_away() {
        let mut operation = operation(State::Unknown);
        operation.searches = 1_000;
        let schedule = Schedule::default();
        let outcome = MoveOutcome::Unclear("down".into());
        let step = after_move(&operation, outcome, &schedule, now());
        assert_eq!(
            (step.state, step.next_at),
            (State::Unknown, Some(now() + schedule.watch_every))
        );
    }

    #[test]
    fn the_evidence_tells_who_moved_the_issue() {
        for by_us in [true, false] {
            let outcome = MoveOutcome::There {
                read: read(),
                by_us,
            };
            let step = step(State::Sending, outcome);
            let told = moved(&operation(State::Sending), &step.evidence).unwrap();
            let wish = Wish::Category(Category::Done);
            assert_eq!(
                told,
                Moved {
                    wish,
                    by_us,
                    read: read()
                }
            );
        }
    }

    #[test]
    fn nobody_is_asked_whether_a_moved_issue_exists() {
        for state in State::ALL {
            let it_exists = Decision::ItExists(read().issue);
            assert!(after_decision(&operation(state), &it_exists, now()).is_err());
        }
    }
}
