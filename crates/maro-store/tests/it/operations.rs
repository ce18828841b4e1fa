//! The ledger: both rules of uniqueness, claims, and steps.

use std::collections::HashSet;

use maro_core::actor::Actor;
use maro_core::operations::{
    EvidenceKind, IssueRef, Operation, OperationState, PublicStatus, Schedule, SendOutcome, Step,
    after_evidence, after_lease_expired, after_search_without_match, after_send,
};
use maro_store::operations::{self, Inserted, OperationFilter};
use maro_store::{PageRequest, Store};

use crate::support::{
    RACERS, after, committed, every_backend, id, now, operation, race, session_id, stored_now,
    tamper,
};

async fn insert(store: &Store, number: u128, session: &str, hash: &str) -> Inserted {
    let row = operation(number, session, hash);
    committed(store, async |tx| {
        operations::insert(tx, &row).await.unwrap()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_approvals_of_one_draft_one_becomes_the_operation() {
    for store in every_backend().await {
        let outcomes = race(&store, async |store, n| {
            insert(&store, n.into(), "1.1", "h").await
        });
        let new = outcomes
            .await
            .iter()
            .filter(|o| **o == Inserted::New)
            .count();
        assert_eq!(new, 1, "{}", store.backend_name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_drafts_of_one_session_one_goes_through() {
    for store in every_backend().await {
        let outcomes = race(&store, async |store, n| {
            insert(&store, n.into(), "1.1", &format!("hash {n}")).await
        });
        let new = outcomes
            .await
            .iter()
            .filter(|o| **o == Inserted::New)
            .count();
        assert_eq!(new, 1, "{}", store.backend_name());
        assert_eq!(
            insert(&store, 99, "1.2", "h").await,
            Inserted::New,
            "another session is free"
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way_is_shown_and_the_transaction_goes_on() {
    for store in every_backend().await {
        let first = operation(1, "1.1", "h");
        insert(&store, 1, "1.1", "h").await;
        let tx = store.begin().await.unwrap();
        for hash in ["h", "other"] {
            let outcome = operations::insert(&tx, &operation(2, "1.1", hash))
                .await
                .unwrap();
            assert_eq!(
                outcome,
                Inserted::Existing(Box::new(first.clone())),
                "{hash}"
            );
        }
        let elsewhere = operations::insert(&tx, &operation(3, "1.2", "h"))
            .await
            .unwrap();
        assert_eq!(elsewhere, Inserted::New);
        tx.commit().await.unwrap();

        let found = operations::find_by_marker(&*store, &first.marker)
            .await
            .unwrap();
        assert_eq!(found, Some(first), "it reads back as it was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_hands_each_operation_to_one_worker() {
    for store in every_backend().await {
        for n in 0..40 {
            insert(&store, n, &n.to_string(), "h").await;
        }
        let claims = race(&store, async |store, n| {
            let owner = format!("worker {n}");
            operations::claim_to_send(&store, &owner, now(), after(30), 5)
                .await
                .unwrap()
        })
        .await;
        let ids: Vec<_> = claims
            .iter()
            .flatten()
            .map(|claim| claim.operation().id)
            .collect();
        let distinct: HashSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{}", store.backend_name());
        assert_eq!(ids.len(), 40);
        for claim in claims.iter().flatten() {
            assert_eq!(
                (claim.epoch(), claim.operation().state),
                (1, OperationState::Sending)
            );
            assert_eq!(claim.operation().send_started_at, Some(stored_now()));
        }
    }
}

#[tokio::test]
async fn operations_that_are_not_due_are_left_alone() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        let early = now() - chrono::Duration::seconds(1);
        let none = operations::claim_to_send(&store, "w", early, after(30), 5)
            .await
            .unwrap();
        assert!(none.is_empty());
        assert_eq!(
            operations::next_due(&store).await.unwrap(),
            Some(stored_now())
        );
        let searches = operations::claim_to_search(&store, "w", after(9), after(30), 5).await;
        assert!(searches.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_taken_once() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let claimed = claims[0].operation().clone();
        let won = race(&store, move |store, _| {
            let claimed = claimed.clone();
            async move {
                let outcome = SendOutcome::Created {
                    issue: issue(1),
                    differences: Vec::new(),
                };
                let step = after_send(&claimed, outcome, &Schedule::default(), now());
                let (id, from) = (claimed.id, claimed.state);
                committed(&store, async |tx| {
                    operations::apply(tx, id, from, Some(1), &step, now())
                        .await
                        .unwrap()
                })
                .await
            }
        })
        .await;
        assert_eq!(
            won.iter().filter(|won| **won).count(),
            1,
            "{}",
            store.backend_name()
        );
        assert_eq!(won.len(), usize::from(RACERS));
        let confirmed = operations::find(&*store, claims[0].operation().id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(confirmed.state, OperationState::Confirmed);
        assert_eq!(confirmed.jira_key.as_deref(), Some("SCRUM-1"));
        assert_eq!((confirmed.owner, confirmed.lease_until), (None, None));
        assert_eq!(confirmed.evidence.len(), 1);
        assert_eq!(operations::next_due(&store).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_lost_send_becomes_unknown_and_its_late_worker_is_refused() {
    for store in every_backend().await {
        let schedule = Schedule::default();
        insert(&store, 1, "1.1", "h").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        assert!(
            operations::expired_sends(&store, after(29), 5)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            operations::next_due(&store).await.unwrap(),
            Some(after_stored(30))
        );

        let expired = operations::expired_sends(&store, after(30), 5)
            .await
            .unwrap();
        assert_eq!(expired.len(), 1);
        let lost = &expired[0];
        let unknown = after_lease_expired(lost, &schedule, after(30));
        let late = after_send(
            claims[0].operation(),
            SendOutcome::NotNow {
                reason: "refused".into(),
                retry_after: None,
            },
            &schedule,
            after(31),
        );
        let tx = store.begin().await.unwrap();
        let (id, sending) = (lost.id, OperationState::Sending);
        let epoch = Some(lost.lease_epoch);
        assert!(
            operations::apply(&tx, id, sending, epoch, &unknown, after(30))
                .await
                .unwrap()
        );
        assert!(
            !operations::apply(&tx, id, sending, epoch, &late, after(31))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();

        let searches = operations::claim_to_search(&store, "w", after(40), after(60), 5).await;
        let searches = searches.unwrap();
        assert_eq!(searches[0].epoch(), 2);
        let again = operations::claim_to_search(&store, "v", after(41), after(60), 5).await;
        assert!(again.unwrap().is_empty(), "the search is claimed");
        let nothing = after_search_without_match(searches[0].operation(), &schedule, after(41));
        let unknown = OperationState::Unknown;
        let tx = store.begin().await.unwrap();
        let stale = operations::apply(&tx, id, unknown, Some(1), &nothing, after(41)).await;
        assert!(!stale.unwrap(), "an older epoch is refused");
        let fresh = operations::apply(&tx, id, unknown, Some(2), &nothing, after(41)).await;
        assert!(fresh.unwrap());
        let found = operations::find(&tx, id).await.unwrap().unwrap();
        let evidence = after_evidence(&found, EvidenceKind::Webhook, &[issue(1)], after(42));
        let taken = operations::apply(&tx, id, unknown, None, &evidence, after(42)).await;
        assert!(taken.unwrap(), "evidence is welcome from anybody");
        tx.commit().await.unwrap();
        let found = operations::find(&*store, id).await.unwrap().unwrap();
        assert_eq!(found.state, OperationState::Confirmed);
        assert_eq!(found.evidence.len(), 3);
    }
}

#[tokio::test]
async fn evidence_is_bounded() {
    for store in every_backend().await {
        let row = operation(1, "1.1", "h");
        insert(&store, 1, "1.1", "h").await;
        let tx = store.begin().await.unwrap();
        for n in 0..105 {
            let step = after_evidence(&row, EvidenceKind::Search, &[issue(n)], now());
            let found = operations::find(&tx, row.id).await.unwrap().unwrap();
            operations::apply(&tx, row.id, found.state, None, &step, now())
                .await
                .unwrap();
        }
        let found = operations::find(&tx, row.id).await.unwrap().unwrap();
        assert_eq!(found.evidence.len(), 100);
        assert_eq!(found.evidence[99].issues, [issue(104)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_operation_is_revived_once() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let refused = refusal("summary is required");
        let step = after_send(claims[0].operation(), refused, &Schedule::default(), now());
        let row = claims[0].operation().clone();
        committed(&store, async |tx| {
            operations::apply(tx, row.id, row.state, Some(1), &step, now())
                .await
                .unwrap()
        })
        .await;
        let live = operations::live_of_session(&*store, &row.session, row.kind)
            .await
            .unwrap();
        assert_eq!(live, None);

        let boris = Actor::Slack {
            team: "T1".into(),
            user: "U2".into(),
        };
        let approved = Operation {
            approved_by: boris.clone(),
            ..operation(2, "1.1", "h")
        };
        let won = race(&store, move |store, _| {
            let approved = approved.clone();
            async move {
                committed(&store, async |tx| {
                    let old = maro_core::ids::OperationId(id(1));
                    operations::revive(tx, old, &approved, now()).await.unwrap()
                })
                .await
            }
        })
        .await;
        assert_eq!(
            won.iter().filter(|won| **won).count(),
            1,
            "{}",
            store.backend_name()
        );
        let revived = operations::find(&*store, row.id).await.unwrap().unwrap();
        assert_eq!(
            (revived.state, revived.attempt),
            (OperationState::Prepared, 2)
        );
        assert_eq!((revived.error_message, revived.approved_by), (None, boris));
    }
}

#[tokio::test]
async fn an_operation_that_was_cancelled_unsent_is_revived() {
    for store in every_backend().await {
        let boris = Actor::Slack {
            team: "T1".into(),
            user: "U2".into(),
        };
        insert(&store, 1, "1.1", "h").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let not_now = SendOutcome::NotNow {
            reason: "busy".into(),
            retry_after: None,
        };
        let row = claims[0].operation();
        let step = after_send(row, not_now, &Schedule::default(), now());
        let tx = store.begin().await.unwrap();
        let applied = operations::apply(&tx, row.id, row.state, Some(1), &step, now()).await;
        assert!(applied.unwrap());
        let waiting = operations::lock(&tx, row.id).await.unwrap().unwrap();
        assert_eq!(waiting.send_started_at, None, "nothing has left");

        let cancelled = Step {
            state: OperationState::Cancelled,
            ..step
        };
        let applied = operations::apply(&tx, row.id, waiting.state, None, &cancelled, now()).await;
        assert!(applied.unwrap());
        let approved = Operation {
            created_by: boris.clone(),
            approved_by: boris.clone(),
            ..operation(2, "1.1", "h")
        };
        let other = operation(3, "1.1", "other");
        assert!(
            !operations::revive(&tx, row.id, &other, now())
                .await
                .unwrap()
        );
        assert!(
            operations::revive(&tx, row.id, &approved, now())
                .await
                .unwrap()
        );
        let revived = operations::lock(&tx, row.id).await.unwrap().unwrap();
        assert_eq!(
            (revived.state, revived.attempt),
            (OperationState::Prepared, 2)
        );
        assert_eq!(
            (revived.created_by, revived.approved_by),
            (boris.clone(), boris)
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_operation_that_was_cancelled_after_a_send_stays_so() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let row = claims[0].operation();
        let tx = store.begin().await.unwrap();
        let unclear = SendOutcome::Unclear("timed out".into());
        let unknown = after_send(row, unclear, &Schedule::default(), now());
        for (from, to) in [
            (OperationState::Sending, OperationState::Unknown),
            (OperationState::Unknown, OperationState::Prepared),
            (OperationState::Prepared, OperationState::Cancelled),
        ] {
            let step = Step {
                state: to,
                ..unknown.clone()
            };
            let applied = operations::apply(&tx, row.id, from, None, &step, now()).await;
            assert!(applied.unwrap());
        }
        let approved = operation(2, "1.1", "h");
        assert!(
            !operations::revive(&tx, row.id, &approved, now())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_later_attempt_that_was_put_off_still_counts_as_sent() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        tamper(&store, "UPDATE jira_operations SET attempt = 2").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let row = claims[0].operation();
        let not_now = SendOutcome::NotNow {
            reason: "busy".into(),
            retry_after: None,
        };
        let step = after_send(row, not_now, &Schedule::default(), now());
        let tx = store.begin().await.unwrap();
        let applied = operations::apply(&tx, row.id, row.state, Some(1), &step, now()).await;
        assert!(applied.unwrap());
        let waiting = operations::find(&tx, row.id).await.unwrap().unwrap();
        assert_eq!(waiting.send_started_at, Some(stored_now()));
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_revival_yields_to_a_live_create() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "old").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let refused = refusal("no");
        let step = after_send(claims[0].operation(), refused, &Schedule::default(), now());
        let row = claims[0].operation().clone();
        let tx = store.begin().await.unwrap();
        operations::apply(&tx, row.id, row.state, Some(1), &step, now())
            .await
            .unwrap();
        let new = operations::insert(&tx, &operation(2, "1.1", "new"))
            .await
            .unwrap();
        assert_eq!(new, Inserted::New, "a rejected create is out of the way");
        let again = operation(3, "1.1", "old");
        assert!(
            !operations::revive(&tx, row.id, &again, now())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn operations_are_found_by_state_status_session_and_text() {
    for store in every_backend().await {
        for n in 1..=3 {
            insert(&store, n, &n.to_string(), "h").await;
        }
        operations::claim_to_send(&store, "w", now(), after(30), 1)
            .await
            .unwrap();
        for (filter, expected) in filters() {
            let page = operations::page(&store, &filter, &PageRequest::default())
                .await
                .unwrap();
            assert_eq!(
                page.items.len(),
                expected,
                "{filter:?} on {}",
                store.backend_name()
            );
        }
        let first = PageRequest::first(2);
        let page = operations::page(&store, &OperationFilter::default(), &first)
            .await
            .unwrap();
        assert_eq!(page.items[0].id.0, id(3), "newest first");
        let second = PageRequest {
            after: page.next,
            limit: 2,
        };
        let page = operations::page(&store, &OperationFilter::default(), &second)
            .await
            .unwrap();
        assert_eq!((page.items.len(), page.next), (1, None));
        let mut counts = operations::count_by_state(&store).await.unwrap();
        counts.sort_by_key(|(state, _)| state.as_str());
        assert_eq!(
            counts,
            [(OperationState::Prepared, 2), (OperationState::Sending, 1)]
        );
    }
}

fn issue(number: i32) -> IssueRef {
    IssueRef {
        id: format!("1000{number}"),
        key: format!("SCRUM-{number}"),
    }
}

fn after_stored(seconds: i64) -> chrono::DateTime<chrono::Utc> {
    stored_now() + chrono::Duration::seconds(seconds)
}

fn refusal(reason: &str) -> SendOutcome {
    SendOutcome::Refused {
        reason: reason.into(),
        fields: std::collections::BTreeMap::new(),
    }
}

/// What to look for among three operations, one of them claimed, and how many there are.
fn filters() -> Vec<(OperationFilter, usize)> {
    vec![
        (OperationFilter::default(), 3),
        (
            OperationFilter {
                states: vec![OperationState::Sending],
                ..Default::default()
            },
            1,
        ),
        (
            OperationFilter {
                status: Some(PublicStatus::Pending),
                ..Default::default()
            },
            3,
        ),
        (
            OperationFilter {
                status: Some(PublicStatus::Failed),
                ..Default::default()
            },
            0,
        ),
        (
            OperationFilter {
                session: Some(session_id("2")),
                ..Default::default()
            },
            1,
        ),
        (
            OperationFilter {
                text: Some("Login".into()),
                ..Default::default()
            },
            3,
        ),
        (
            OperationFilter {
                text: Some("100%".into()),
                ..Default::default()
            },
            0,
        ),
    ]
}
