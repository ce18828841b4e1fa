//! Claims: each operation to one worker, and only what is due.

use std::collections::HashSet;

use maro_core::operations::OperationState;
use maro_store::operations;

use super::insert;
use crate::support::{after, every_backend, now, race, stored_now};

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
