//! Work that kills its worker each time ends as a dead letter, not in an endless loop.

use maro_core::inbox::InboxKind;
use maro_store::inbox::{self, InboxWriter, NewDelivery};
use maro_store::{PageRequest, Store, outbox};
use tokio_util::task::TaskTracker;

use crate::support::{after, committed, every_backend, now, post, stored_now};

async fn store_delivery(store: &Store) {
    let delivery = NewDelivery {
        id: "Ev1".into(),
        kind: InboxKind::SlackEvent,
        payload: "{}".into(),
        received_at: now(),
        done: false,
        owner: "w".into(),
        lease_until: after(0),
    };
    let tasks = TaskTracker::new();
    InboxWriter::start(store.clone(), &tasks)
        .store(delivery)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_delivery_that_is_never_finished_dies() {
    for store in every_backend().await {
        store_delivery(&store).await;
        let mut begun = 1;
        for at in 1.. {
            let claimed = inbox::claim_due(&store, "w", after(at), after(at), 5)
                .await
                .unwrap();
            let Some(delivery) = claimed.first() else {
                break;
            };
            begun += 1;
            assert_eq!(delivery.attempts, begun);
            assert!(
                begun <= maro_core::inbox::MAX_ATTEMPTS,
                "{}",
                store.backend_name()
            );
        }
        assert_eq!(begun, maro_core::inbox::MAX_ATTEMPTS);
        let dead = inbox::page(&store, &PageRequest::default())
            .await
            .unwrap()
            .items;
        assert_eq!(
            dead[0].last_error.as_deref(),
            Some("handling never finished 8 times")
        );
        let late = committed(&store, async |tx| {
            inbox::settle(tx, "Ev1", 8).await.unwrap()
        });
        assert!(!late.await, "its last worker is too late");
    }
}

#[tokio::test]
async fn a_delivery_that_waits_for_its_last_try_gets_it() {
    for store in every_backend().await {
        store_delivery(&store).await;
        for n in 1..maro_core::inbox::MAX_ATTEMPTS {
            let at = i64::from(n);
            let claimed = inbox::claim_due(&store, "w", after(at), after(at), 5)
                .await
                .unwrap();
            assert_eq!(claimed[0].attempts, n + 1);
        }
        let retried = inbox::fail(&store, "Ev1", 8, "busy", Some(after(60)))
            .await
            .unwrap();
        assert!(retried, "{}", store.backend_name());
        let claimed = inbox::claim_due(&store, "w", after(60), after(90), 5)
            .await
            .unwrap();
        assert_eq!(claimed[0].attempts, 9);
    }
}

#[tokio::test]
async fn a_message_that_is_never_finished_is_claimed_as_endless() {
    for store in every_backend().await {
        let (first, second) = (post(1, "C1", "a"), post(2, "C1", "a"));
        committed(&store, async |tx| {
            outbox::enqueue(tx, &first).await.unwrap();
            outbox::enqueue(tx, &second).await.unwrap();
        })
        .await;
        let mut at = 0;
        for attempt in 1..=maro_core::outbox::MAX_ATTEMPTS {
            let claimed = outbox::claim_due(&store, "w", after(at), after(at + 2), 5).await;
            let claimed = claimed.unwrap();
            assert_eq!(claimed[0].attempts, attempt, "{}", store.backend_name());
            assert!(!claimed[0].is_endless());
            at += 2;
        }
        let claimed = outbox::claim_due(&store, "w", after(at), after(at + 2), 5).await;
        let endless = claimed.unwrap().remove(0);
        assert!(endless.is_endless() && endless.unclear);
        let (id, epoch) = (endless.id, endless.lease_epoch);
        let buried = committed(&store, async |tx| {
            outbox::settle_dead(tx, id, epoch, "it never finished", true).await
        });
        assert!(buried.await.unwrap());
        let next = outbox::claim_due(&store, "w", after(at + 1), after(at + 2), 5)
            .await
            .unwrap();
        assert_eq!(next[0].id, second.id, "the next of its subject may go out");
    }
}

#[tokio::test]
async fn a_message_that_fails_for_hours_may_lose_a_worker() {
    for store in every_backend().await {
        let message = post(1, "C1", "a");
        committed(&store, async |tx| {
            outbox::enqueue(tx, &message).await.unwrap();
        })
        .await;
        let claim = async |at| {
            let claimed = outbox::claim_due(&store, "w", after(at), after(at + 2), 5).await;
            claimed.unwrap().remove(0)
        };
        let failures = i64::from(maro_core::outbox::MAX_ATTEMPTS) + 5;
        for at in 0..failures {
            let claimed = claim(10 * at).await;
            committed(&store, async |tx| {
                let next = after(10 * at + 5);
                let (id, epoch) = (claimed.id, claimed.lease_epoch);
                outbox::settle_retry(tx, id, epoch, next, "away", false)
                    .await
                    .unwrap();
            })
            .await;
        }
        claim(10 * failures).await;
        let again = claim(10 * failures + 5).await;
        assert_eq!(
            i64::from(again.attempts),
            failures + 2,
            "{}",
            store.backend_name()
        );
    }
}

#[tokio::test]
async fn a_dead_delivery_loses_its_content_when_it_is_old() {
    for store in every_backend().await {
        store_delivery(&store).await;
        assert!(inbox::fail(&store, "Ev1", 1, "boom", None).await.unwrap());
        let days = |days| stored_now() + chrono::Duration::days(days);
        for (before, kept) in [(27, true), (28, false)] {
            inbox::delete_done_before(&store, days(before), 10)
                .await
                .unwrap();
            let replayed = async {
                let tx = store.begin().await.unwrap();
                let replayed = inbox::replay(&tx, "Ev1", days(before)).await.unwrap();
                tx.rollback().await.unwrap();
                replayed
            };
            assert_eq!(replayed.await, kept, "{before} on {}", store.backend_name());
        }
        let dead = inbox::page(&store, &PageRequest::default())
            .await
            .unwrap()
            .items;
        assert_eq!(
            dead[0].last_error.as_deref(),
            Some("boom (its content was deleted, so it cannot be tried anew)")
        );
    }
}
