//! The outbox under load: those who enqueue and those who claim never stand in each other's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use maro_core::outbox::OutboxState;
use maro_store::outbox::{self, OutboxFilter};
use maro_store::{PageRequest, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{after, edit, every_backend, post};

const ENQUEUERS: u64 = 16;
const ROUNDS: u64 = 10;
const CLAIMERS: u64 = 6;

/// Time and ids that all workers share, so that every claim finds its destinations free again.
#[derive(Default)]
struct Shared {
    ids: AtomicU64,
    seconds: AtomicI64,
    all_enqueued: AtomicBool,
}

impl Shared {
    fn id(&self) -> u128 {
        u128::from(self.ids.fetch_add(1, Ordering::Relaxed))
    }
}

/// Three messages in one transaction, in an order that changes with the round: two edits that make
/// others needless, and a paced post.
async fn enqueue(store: &Store, shared: &Shared, number: u64) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    let channel = format!("C{}", number % 2);
    let (a, b) = (format!("s{}", number % 3), format!("s{}", (number + 1) % 3));
    let post = |id| post(id, &channel, &format!("p{id}"));
    let messages = match number % 4 {
        0 => [
            edit(shared.id(), &a),
            post(shared.id()),
            edit(shared.id(), &b),
        ],
        1 => [
            post(shared.id()),
            edit(shared.id(), &b),
            edit(shared.id(), &a),
        ],
        2 => [
            edit(shared.id(), &b),
            edit(shared.id(), &a),
            post(shared.id()),
        ],
        _ => [
            edit(shared.id(), &a),
            edit(shared.id(), &a),
            post(shared.id()),
        ],
    };
    for message in &messages {
        outbox::enqueue(&tx, message).await?;
    }
    tx.commit().await
}

/// Claims and settles until everything is out. Returns how many messages it delivered.
async fn work(store: &Store, shared: &Shared, owner: u64) -> Result<u64, StoreError> {
    let mut delivered = 0;
    loop {
        let done = shared.all_enqueued.load(Ordering::Acquire);
        let now = after(shared.seconds.fetch_add(2, Ordering::Relaxed));
        let claimed =
            outbox::claim_due(store, &owner.to_string(), now, after(9_000_000), 4).await?;
        if claimed.is_empty() && done && outbox::next_due(store).await?.is_none() {
            return Ok(delivered);
        }
        for (n, message) in claimed.iter().enumerate() {
            let tx = store.begin().await?;
            let (id, epoch) = (message.id, message.lease_epoch);
            if n == 0 && message.attempts == 1 {
                outbox::pause(&tx, &message.destination, now, "429").await?;
                assert!(outbox::settle_retry(&tx, id, epoch, now, "429", false).await?);
            } else {
                assert!(outbox::settle_delivered(&tx, id, epoch, None, now).await?);
                delivered += 1;
            }
            tx.commit().await?;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn enqueuing_and_claiming_never_deadlock() {
    for store in every_backend().await {
        let shared = Arc::new(Shared::default());
        let mut claimers = JoinSet::new();
        for owner in 0..CLAIMERS {
            let (store, shared) = (Store::clone(&store), Arc::clone(&shared));
            claimers.spawn(async move { work(&store, &shared, owner).await.unwrap() });
        }
        let mut enqueuers = JoinSet::new();
        for number in 0..ENQUEUERS {
            let (store, shared) = (Store::clone(&store), Arc::clone(&shared));
            enqueuers.spawn(async move {
                for round in 0..ROUNDS {
                    enqueue(&store, &shared, number + round).await.unwrap();
                }
            });
        }
        enqueuers.join_all().await;
        shared.all_enqueued.store(true, Ordering::Release);
        let delivered: u64 = claimers.join_all().await.into_iter().sum();

        let mut counts = outbox::count_by_state(&store).await.unwrap();
        counts.sort_by_key(|(state, _)| state.as_str());
        let total: i64 = counts.iter().map(|(_, count)| count).sum();
        assert_eq!(total, i64::try_from(ENQUEUERS * ROUNDS * 3).unwrap());
        let [(OutboxState::Collapsed, _), (OutboxState::Delivered, out)] = counts[..] else {
            panic!("{counts:?} on {}", store.backend_name());
        };
        assert_eq!(u64::try_from(out).unwrap(), delivered, "each went out once");
        assert!(delivered >= ENQUEUERS * ROUNDS, "no post was lost");
        assert_the_last_edits_went_out(&store).await;
    }
}

async fn assert_the_last_edits_went_out(store: &Store) {
    let filter = OutboxFilter {
        state: Some(OutboxState::Delivered),
    };
    let page = outbox::page(store, &filter, &PageRequest::first(200))
        .await
        .unwrap();
    for session in ["s0", "s1", "s2"] {
        assert!(
            page.items.iter().any(|message| message.subject == session),
            "{session} on {}",
            store.backend_name()
        );
    }
}
