//! Finding operations by what they are.

use maro_core::operations::{OperationState, PublicStatus};
use maro_store::PageRequest;
use maro_store::operations::{self, OperationFilter};

use super::insert;
use crate::support::{after, every_backend, id, now, session_id};

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
