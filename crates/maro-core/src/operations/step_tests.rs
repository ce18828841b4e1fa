//! Tests of the ledger's steps.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::drafts::Target;
use crate::ids::{OperationId, SessionId};
use crate::operations::{ApprovedWrite, OperationKind};

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn issue(id: &str) -> IssueRef {
    IssueRef {
        id: id.into(),
        key: format!("SCRUM-{id}"),
    }
}

fn operation(state: State) -> Operation {
    let write = ApprovedWrite {
        session: SessionId::new("T1", "C1", "1.2"),
        kind: OperationKind::JiraCreate,
        draft_hash: "hash".into(),
        request: json!({}),
        target: Target {
            site: "s".into(),
            project: "SCRUM".into(),
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

fn created(differences: &[&str]) -> SendOutcome {
    SendOutcome::Created {
        issue: issue("1"),
        differences: differences.iter().map(|text| (*text).to_owned()).collect(),
    }
}

#[test]
fn what_jira_holds_otherwise_is_told_with_the_new_issue() {
    let outcome = created(&["The priority did not arrive."]);
    let step = after_send(
        &operation(State::Sending),
        outcome,
        &Schedule::default(),
        now(),
    );
    assert_eq!(step.state, State::Confirmed);
    assert_eq!(step.error.as_deref(), Some("The priority did not arrive."));
}

#[test]
fn the_outcome_of_a_send_decides_the_state() {
    let not_now = SendOutcome::NotNow {
        reason: "no route".into(),
        retry_after: None,
    };
    let cases = [
        (created(&[]), State::Confirmed, None),
        (not_now, State::Prepared, Some(2)),
        (
            SendOutcome::Refused {
                reason: "bad field".into(),
                fields: BTreeMap::new(),
            },
            State::Rejected,
            None,
        ),
        (
            SendOutcome::Unclear("time-out".into()),
            State::Unknown,
            Some(2),
        ),
    ];
    for (outcome, state, seconds) in cases {
        let step = after_send(
            &operation(State::Sending),
            outcome,
            &Schedule::default(),
            now(),
        );
        assert_eq!(step.state, state);
        assert_eq!(step.next_at, seconds.map(|s| now() + Duration::seconds(s)));
    }
}

#[test]
fn jiras_own_pause_is_honoured() {
    let outcome = SendOutcome::NotNow {
        reason: "429".into(),
        retry_after: Some(Duration::seconds(77)),
    };
    let step = after_send(
        &operation(State::Sending),
        outcome,
        &Schedule::default(),
        now(),
    );
    assert_eq!(step.next_at, Some(now() + Duration::seconds(77)));
}

#[test]
fn searches_follow_the_schedule_and_then_a_person_is_asked() {
    let schedule = Schedule::default();
    let mut op = operation(State::Sending);
    let mut at = now();
    let first = after_lease_expired(&op, &schedule, at);
    let mut pauses = vec![];
    let mut step = first;
    while step.state == State::Unknown {
        let next = step.next_at.unwrap();
        pauses.push((next - at).num_seconds());
        at = next;
        op.state = step.state;
        op.searches = step.searches;
        step = after_search_without_match(&op, &schedule, at);
    }
    assert_eq!(pauses, [2, 5, 10, 30, 60, 120, 300, 600, 900]);
    assert_eq!(step.state, State::NeedsHuman);
    assert!(step.next_at.is_some(), "watching goes on");
}

#[test]
fn watching_ends_after_a_day() {
    let op = Operation {
        searches: 100,
        ..operation(State::NeedsHuman)
    };
    let step = after_search_without_match(&op, &Schedule::default(), now() + Duration::hours(24));
    assert_eq!((step.state, step.next_at), (State::NeedsHuman, None));
}

#[test]
fn evidence_confirms_from_every_state() {
    for state in State::ALL {
        let step = after_evidence(
            &operation(state),
            EvidenceKind::Webhook,
            &[issue("1")],
            now(),
        );
        assert_eq!(
            (step.state, step.issue),
            (State::Confirmed, Some(issue("1"))),
            "{state:?}"
        );
    }
}

#[test]
fn a_second_id_is_a_duplicate_and_the_first_stays() {
    let confirmed = Operation {
        jira_id: Some("1".into()),
        jira_key: Some("SCRUM-1".into()),
        ..operation(State::Confirmed)
    };
    let same = after_evidence(&confirmed, EvidenceKind::Webhook, &[issue("1")], now());
    assert_eq!(same.state, State::Confirmed);
    let other = after_evidence(&confirmed, EvidenceKind::Webhook, &[issue("2")], now());
    assert_eq!(
        (other.state, other.issue),
        (State::Duplicate, Some(issue("1")))
    );
}

#[test]
fn two_matches_at_once_are_a_duplicate() {
    let step = after_evidence(
        &operation(State::Unknown),
        EvidenceKind::Search,
        &[issue("1"), issue("2")],
        now(),
    );
    assert_eq!(step.state, State::Duplicate);
}

#[test]
fn no_step_leads_from_unknown_to_prepared_without_a_person() {
    let schedule = Schedule::default();
    let op = operation(State::Unknown);
    let machine_steps = [
        after_lease_expired(&op, &schedule, now()),
        after_restore(&op, &schedule, now()),
        after_search_without_match(&op, &schedule, now()),
        after_evidence(&op, EvidenceKind::Search, &[issue("1")], now()),
    ];
    assert!(
        machine_steps
            .iter()
            .all(|step| step.state != State::Prepared)
    );
    assert_eq!(
        after_decision(&op, &Decision::CreateAnyway, now()),
        Err(DecisionRefused)
    );
}

#[test]
fn a_person_decides_only_when_asked() {
    for state in State::ALL {
        let create_anyway = after_decision(&operation(state), &Decision::CreateAnyway, now());
        assert_eq!(
            create_anyway.is_ok(),
            state == State::NeedsHuman,
            "{state:?}"
        );
        let give_up = after_decision(&operation(state), &Decision::GiveUp, now());
        assert_eq!(
            give_up.is_ok(),
            matches!(state, State::NeedsHuman | State::Prepared),
            "{state:?}"
        );
    }
}

#[test]
fn create_anyway_is_a_new_attempt_with_the_same_marker() {
    let step = after_decision(
        &operation(State::NeedsHuman),
        &Decision::CreateAnyway,
        now(),
    )
    .unwrap();
    assert_eq!((step.state, step.attempt), (State::Prepared, 2));
}

#[test]
fn a_pause_of_nothing_is_no_loop() {
    for asked in [0, -5] {
        let outcome = SendOutcome::NotNow {
            reason: "429".into(),
            retry_after: Some(Duration::seconds(asked)),
        };
        let step = after_send(
            &operation(State::Sending),
            outcome,
            &Schedule::default(),
            now(),
        );
        assert_eq!(step.next_at, Some(now() + Duration::seconds(2)));
    }
}

#[test]
fn a_duplicate_stays_one_when_its_issues_are_seen_again() {
    let both = [issue("1"), issue("2")];
    let found = after_evidence(
        &operation(State::Unknown),
        EvidenceKind::Search,
        &both,
        now(),
    );
    let duplicate = Operation {
        jira_id: Some("1".into()),
        jira_key: Some("SCRUM-1".into()),
        evidence: vec![found.evidence],
        ..operation(State::Duplicate)
    };
    for seen in both {
        let step = after_evidence(&duplicate, EvidenceKind::Webhook, &[seen], now());
        assert_eq!(step.state, State::Duplicate);
    }
}
