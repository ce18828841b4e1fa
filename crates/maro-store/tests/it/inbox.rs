//! The inbox: group commit, redelivery, claims after a crash, dead letters.

use std::collections::HashSet;

use maro_core::inbox::InboxKind;
use maro_store::inbox::{self, InboxWriter, NewDelivery, Stored};
use maro_store::{PageRequest, Store, StoreError};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

use crate::support::{after, committed, every_backend, now, race, stored_now};

fn delivery(id: &str) -> NewDelivery {
    NewDelivery {
        id: id.into(),
        kind: InboxKind::SlackCommand,
        payload: format!("payload of {id}"),
        received_at: now(),
        done: false,
        owner: "w".into(),
        lease_until: after(30),
    }
}

async fn store_one(store: &Store, id: &str) -> Stored {
    let tasks = TaskTracker::new();
    InboxWriter::start(store.clone(), &tasks)
        .store(delivery(id))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_delivery_is_new_exactly_once_however_often_it_comes() {
    for store in every_backend().await {
        let tasks = TaskTracker::new();
        // Two writers stand for two instances.
        let writers = [
            InboxWriter::start(store.clone(), &tasks),
            InboxWriter::start(store.clone(), &tasks),
        ];
        let mut senders = JoinSet::new();
        for n in 0..1_200 {
            let writer = writers[n % 2].clone();
            let id = format!("Ev{}", n % 400);
            senders.spawn(async move { (writer.store(delivery(&id)).await.unwrap(), id) });
        }
        let mut new = HashSet::new();
        for (stored, id) in senders.join_all().await {
            if let Stored::New(delivery) = stored {
                assert_eq!(delivery.payload, format!("payload of {id}"));
                assert!(new.insert(id), "new twice on {}", store.backend_name());
            }
        }
        assert_eq!(new.len(), 400);
        tasks.close();
        tasks.wait().await;
        assert_eq!(inbox::count_open(&store).await.unwrap(), 400);
    }
}

#[tokio::test]
async fn who_stored_a_delivery_reads_it_back_until_somebody_else_claims_it() {
    for store in every_backend().await {
        for id in ["Ev1", "Ev2", "Ev3"] {
            store_one(&store, id).await;
        }
        let back = async |owner: &str, ids: &[&str], until| {
            let ids = ids.iter().map(|id| (*id).to_owned()).collect();
            let back = inbox::take_back(&store, ids, owner, after(until)).await;
            let back = back.unwrap().into_iter();
            back.map(|delivery| delivery.id).collect::<Vec<_>>()
        };
        assert_eq!(back("w", &["Ev1", "Ev2"], 90).await, ["Ev1", "Ev2"]);
        assert!(back("v", &["Ev3"], 90).await.is_empty(), "another's");
        let due = inbox::claim_due(&store, "v", after(31), after(60), 5).await;
        assert_eq!(due.unwrap().len(), 1, "{}", store.backend_name());
        assert!(back("w", &["Ev3"], 90).await.is_empty(), "claimed since");
        let settled = committed(&store, async |tx| {
            inbox::settle(tx, "Ev1", 1).await.unwrap()
        });
        assert!(settled.await, "its first claim holds on");
        assert!(back("w", &["Ev1"], 90).await.is_empty(), "done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_is_claimed_by_one_worker_each() {
    for store in every_backend().await {
        let tasks = TaskTracker::new();
        let writer = InboxWriter::start(store.clone(), &tasks);
        for n in 0..40 {
            writer.store(delivery(&format!("Ev{n}"))).await.unwrap();
        }
        let early = inbox::claim_due(&store, "v", after(29), after(60), 50)
            .await
            .unwrap();
        assert!(early.is_empty(), "the first claim still holds");
        assert!(inbox::next_due(&store).await.unwrap().unwrap() > after(29));

        let claims = race(&store, async |store, n| {
            inbox::claim_due(&store, &n.to_string(), after(30), after(60), 5)
                .await
                .unwrap()
        })
        .await;
        let ids: Vec<_> = claims
            .iter()
            .flatten()
            .map(|delivery| &delivery.id)
            .collect();
        assert_eq!(ids.len(), 40, "{}", store.backend_name());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 40);
        assert!(
            claims
                .iter()
                .flatten()
                .all(|d| (d.attempts, d.lease_epoch) == (2, 2))
        );
    }
}

#[tokio::test]
async fn a_delivery_is_settled_once_and_only_under_its_claim() {
    for store in every_backend().await {
        let Stored::New(first) = store_one(&store, "Ev1").await else {
            panic!("not new")
        };
        assert_eq!(first.received_at, stored_now());
        let second = inbox::claim_due(&store, "v", after(31), after(60), 5)
            .await
            .unwrap();
        let settled = committed(&store, async |tx| {
            let late = inbox::settle(tx, "Ev1", first.lease_epoch).await.unwrap();
            let now = inbox::settle(tx, "Ev1", second[0].lease_epoch)
                .await
                .unwrap();
            (
                late,
                now,
                inbox::settle(tx, "Ev1", second[0].lease_epoch)
                    .await
                    .unwrap(),
            )
        })
        .await;
        assert_eq!(settled, (false, true, false));
        assert_eq!(store_one(&store, "Ev1").await, Stored::Repeated);
        assert_eq!(inbox::next_due(&store).await.unwrap(), None);
    }
}

#[tokio::test]
async fn failures_are_tried_again_and_then_wait_for_a_person() {
    for store in every_backend().await {
        store_one(&store, "Ev1").await;
        assert!(
            inbox::fail(&store, "Ev1", 1, "boom", Some(after(5)))
                .await
                .unwrap()
        );
        assert!(
            !inbox::fail(&store, "Ev1", 1, "boom", None).await.unwrap(),
            "the claim is over"
        );
        let again = inbox::claim_due(&store, "w", after(5), after(60), 5)
            .await
            .unwrap();
        let epoch = again[0].lease_epoch;
        assert!(
            inbox::fail(&store, "Ev1", epoch, "broken", None)
                .await
                .unwrap()
        );
        assert!(
            inbox::claim_due(&store, "w", after(99), after(200), 5)
                .await
                .unwrap()
                .is_empty()
        );

        let dead = inbox::page(&store, &PageRequest::default())
            .await
            .unwrap()
            .items;
        assert_eq!(dead[0].last_error.as_deref(), Some("broken"));
        assert_eq!(inbox::count_dead(&store).await.unwrap(), 1);
        let replayed = committed(&store, async |tx| {
            let first = inbox::replay(tx, "Ev1", after(100)).await.unwrap();
            (first, inbox::replay(tx, "Ev1", after(100)).await.unwrap())
        })
        .await;
        assert_eq!(replayed, (true, false));
        let claimed = inbox::claim_due(&store, "w", after(100), after(200), 5)
            .await
            .unwrap();
        assert_eq!(
            (claimed[0].attempts, claimed[0].payload.as_str()),
            (1, "payload of Ev1")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_nothing_is_settled_in_batches() {
    for store in every_backend().await {
        let tasks = TaskTracker::new();
        let writer = InboxWriter::start(store.clone(), &tasks);
        let mut answers = Vec::new();
        for n in 0..20 {
            let id = format!("Ev{n}");
            writer.store(delivery(&id)).await.unwrap();
            answers.push(writer.mark_done(id, 1));
        }
        for answer in answers {
            assert!(answer.await.unwrap(), "{}", store.backend_name());
        }
        assert!(
            !writer.mark_done("Ev0".into(), 1).await.unwrap(),
            "it was settled before"
        );
        let done = NewDelivery {
            done: true,
            ..delivery("Ev99")
        };
        assert!(matches!(
            writer.store(done.clone()).await.unwrap(),
            Stored::New(_)
        ));
        assert_eq!(writer.store(done).await.unwrap(), Stored::Repeated);
        assert_eq!(inbox::count_open(&store).await.unwrap(), 0);

        assert_eq!(
            inbox::delete_done_before(&store, now(), 100).await.unwrap(),
            0
        );
        assert_eq!(
            inbox::delete_done_before(&store, after(1), 15)
                .await
                .unwrap(),
            15
        );
        assert_eq!(
            inbox::delete_done_before(&store, after(1), 15)
                .await
                .unwrap(),
            6
        );
    }
}

#[tokio::test]
async fn a_zero_byte_is_refused_before_it_can_spoil_a_batch() {
    for store in every_backend().await {
        let tasks = TaskTracker::new();
        let writer = InboxWriter::start(store.clone(), &tasks);
        let bad = NewDelivery {
            payload: "a\0b".into(),
            ..delivery("Ev1")
        };
        assert!(matches!(writer.store(bad).await, Err(StoreError::ZeroByte)));
    }
}
