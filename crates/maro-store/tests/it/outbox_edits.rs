//! Edits of one preview: only the newest may ever be seen.

use maro_core::ids::OutboxId;
use maro_core::outbox::{NewMessage, OutboxMessage, OutboxState};
use maro_store::Store;
use maro_store::outbox;

use crate::support::{after, committed, edit, every_backend, id, post};

async fn enqueue(store: &Store, message: &NewMessage) {
    committed(store, async |tx| {
        outbox::enqueue(tx, message).await.unwrap();
    })
    .await;
}

async fn claim(store: &Store, seconds: i64) -> Vec<OutboxMessage> {
    outbox::claim_due(store, "w", after(seconds), after(seconds + 30), 100)
        .await
        .unwrap()
}

async fn state(store: &Store, number: u128) -> OutboxState {
    let found = outbox::find(store, OutboxId(id(number))).await.unwrap();
    found.unwrap().state
}

async fn kill(store: &Store, message: &OutboxMessage, unclear: bool) {
    let dead = committed(store, async |tx| {
        outbox::settle_dead(tx, message.id, message.lease_epoch, "gone", unclear)
            .await
            .unwrap()
    });
    assert!(dead.await);
}

async fn replay(store: &Store, number: u128) -> bool {
    committed(store, async |tx| {
        outbox::replay(tx, OutboxId(id(number)), after(1))
            .await
            .unwrap()
    })
    .await
}

#[tokio::test]
async fn a_dead_edit_is_not_replayed_over_a_newer_one() {
    for store in every_backend().await {
        enqueue(&store, &edit(1, "a")).await;
        let first = claim(&store, 0).await;
        kill(&store, &first[0], false).await;
        enqueue(&store, &edit(2, "a")).await;
        let second = claim(&store, 1).await;
        committed(&store, async |tx| {
            outbox::settle_delivered(tx, second[0].id, 1, None, after(1))
                .await
                .unwrap()
        })
        .await;

        let kept = outbox::delete_settled_before(&store, after(99), 10)
            .await
            .unwrap();
        assert_eq!(kept, 0, "what outdates a dead letter is kept");
        assert!(replay(&store, 1).await, "{}", store.backend_name());
        assert_eq!(state(&store, 1).await, OutboxState::Collapsed);
        assert!(claim(&store, 60).await.is_empty());
        let deleted = outbox::delete_settled_before(&store, after(99), 10)
            .await
            .unwrap();
        assert_eq!(deleted, 2);
    }
}

#[tokio::test]
async fn a_dead_edit_is_replayed_when_the_newer_one_died_too() {
    for store in every_backend().await {
        for number in [1, 2] {
            enqueue(&store, &edit(number, "a")).await;
            let claimed = claim(&store, 0).await;
            kill(&store, &claimed[0], false).await;
        }
        assert!(replay(&store, 1).await);
        assert_eq!(state(&store, 1).await, OutboxState::Pending);
    }
}

#[tokio::test]
async fn a_retried_edit_gives_way_to_a_newer_one() {
    for store in every_backend().await {
        enqueue(&store, &edit(1, "a")).await;
        let first = claim(&store, 0).await;
        enqueue(&store, &edit(2, "a")).await;
        committed(&store, async |tx| {
            outbox::settle_retry(tx, first[0].id, 1, after(600), "busy", false)
                .await
                .unwrap()
        })
        .await;
        assert_eq!(state(&store, 1).await, OutboxState::Collapsed);
        let next = claim(&store, 1).await;
        assert_eq!(next[0].id.0, id(2), "{}", store.backend_name());
    }
}

#[tokio::test]
async fn an_edit_whose_claim_ran_out_gives_way_to_a_newer_one() {
    for store in every_backend().await {
        enqueue(&store, &edit(1, "a")).await;
        assert_eq!(claim(&store, 0).await.len(), 1);
        enqueue(&store, &edit(2, "a")).await;
        assert!(claim(&store, 30).await.is_empty());
        assert_eq!(state(&store, 1).await, OutboxState::Collapsed);
        assert_eq!(claim(&store, 31).await[0].id.0, id(2));
    }
}

/// Two instances whose clocks differ give ids in another order than they commit.
#[tokio::test]
async fn the_edit_that_was_decided_last_is_the_newest() {
    for store in every_backend().await {
        enqueue(&store, &edit(9, "a")).await;
        enqueue(&store, &edit(8, "a")).await;
        assert_eq!(state(&store, 9).await, OutboxState::Collapsed);
        let claimed = claim(&store, 0).await;
        assert_eq!(claimed.len(), 1, "{}", store.backend_name());
        assert_eq!(claimed[0].id.0, id(8));
    }
}

#[tokio::test]
async fn an_unclear_message_stays_unclear() {
    for store in every_backend().await {
        enqueue(&store, &post(1, "C1", "a")).await;
        for (n, unclear) in [(0, true), (10, false)] {
            let claimed = claim(&store, n).await;
            let (id, epoch) = (claimed[0].id, claimed[0].lease_epoch);
            committed(&store, async |tx| {
                outbox::settle_retry(tx, id, epoch, after(n + 10), "lost", unclear)
                    .await
                    .unwrap()
            })
            .await;
        }
        let claimed = claim(&store, 20).await;
        assert!(claimed[0].unclear, "{}", store.backend_name());
        kill(&store, &claimed[0], false).await;
        assert!(replay(&store, 1).await);
        assert!(claim(&store, 30).await[0].unclear, "also after a replay");

        enqueue(&store, &post(2, "C2", "b")).await;
        let claimed = claim(&store, 31).await;
        assert!(!claimed[0].unclear);
        kill(&store, &claimed[0], true).await;
        assert!(replay(&store, 2).await);
        assert!(claim(&store, 40).await[0].unclear);
    }
}
