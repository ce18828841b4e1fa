//! Steps: taken once, by whoever holds the claim; evidence from anybody.

use maro_core::operations::{
    EvidenceKind, IssueRef, OperationState, Schedule, SendOutcome, after_evidence,
    after_lease_expired, after_search_without_match, after_send,
};
use maro_store::operations;

use super::{insert, not_now};
use crate::support::{
    RACERS, after, committed, every_backend, now, operation, race, stored_now, tamper,
};

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
        let late = after_send(claims[0].operation(), not_now(), &schedule, after(31));
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

#[tokio::test]
async fn a_later_attempt_that_was_put_off_still_counts_as_sent() {
    for store in every_backend().await {
        insert(&store, 1, "1.1", "h").await;
        tamper(&store, "UPDATE jira_operations SET attempt = 2").await;
        let claims = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        let row = claims[0].operation();
        let step = after_send(row, not_now(), &Schedule::default(), now());
        let tx = store.begin().await.unwrap();
        let applied = operations::apply(&tx, row.id, row.state, Some(1), &step, now()).await;
        assert!(applied.unwrap());
        let waiting = operations::find(&tx, row.id).await.unwrap().unwrap();
        assert_eq!(waiting.send_started_at, Some(stored_now()));
        tx.commit().await.unwrap();
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
