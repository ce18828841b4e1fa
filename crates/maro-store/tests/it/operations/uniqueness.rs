//! One operation per draft, and one live create per session.

use maro_store::operations::{self, Inserted};

use super::insert;
use crate::support::{every_backend, operation, race};

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
