//! A row that this Maro cannot read is set aside; the rest of its queue goes on.

use maro_core::inbox::InboxKind;
use maro_store::inbox::{self, InboxWriter, NewDelivery};
use maro_store::operations::OperationFilter;
use maro_store::{PageRequest, Store, operations, outbox};
use tokio_util::task::TaskTracker;

use crate::support::{after, committed, every_backend, id, now, operation, post, tamper};

async fn insert_operations(store: &Store) {
    for n in [1, 2] {
        let row = operation(n, &n.to_string(), "h");
        committed(store, async |tx| {
            operations::insert(tx, &row).await.unwrap()
        })
        .await;
    }
}

#[tokio::test]
async fn an_operation_from_the_future_stops_no_other() {
    for store in every_backend().await {
        insert_operations(&store).await;
        tamper(
            &store,
            "UPDATE jira_operations SET operation = 'jira_dream' WHERE session_id = 'T1:C1:1'",
        )
        .await;
        let claimed = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1, "{}", store.backend_name());
        assert_eq!(claimed[0].operation().id.0, id(2));
        let next = operations::next_due(&store).await.unwrap().unwrap();
        assert!(next <= after(30), "only the claim that is on: {next}");
        for at in [1, 3_500] {
            let none = operations::claim_to_send(&store, "w", after(at), after(9_000), 5).await;
            assert!(none.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn an_unreadable_row_takes_no_page_with_it() {
    for store in every_backend().await {
        insert_operations(&store).await;
        let text =
            "UPDATE jira_operations SET operation = 'jira_dream' WHERE session_id = 'T1:C1:2'";
        tamper(&store, text).await;
        let all = OperationFilter::default();
        let first = PageRequest::first(1);
        let page = operations::page(&store, &all, &first).await.unwrap();
        assert_eq!(page.items, [], "{}", store.backend_name());
        let second = PageRequest {
            after: page.next,
            limit: 1,
        };
        let page = operations::page(&store, &all, &second).await.unwrap();
        assert_eq!(page.items[0].id.0, id(1));
    }
}

#[tokio::test]
async fn an_unreadable_search_or_expired_send_stops_no_other() {
    for store in every_backend().await {
        insert_operations(&store).await;
        let sent = operations::claim_to_send(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        assert_eq!(sent.len(), 2);
        tamper(
            &store,
            "UPDATE jira_operations SET request = '{' WHERE session_id = 'T1:C1:1'",
        )
        .await;
        for at in [31, 32] {
            let expired = operations::expired_sends(&store, after(at), 5)
                .await
                .unwrap();
            assert_eq!(expired.len(), 1, "{}", store.backend_name());
            assert_eq!(expired[0].id.0, id(2));
        }
        let alone = operations::expired_sends(&store, after(33), 1)
            .await
            .unwrap();
        assert_eq!(alone.len(), 1, "the unreadable one takes no place");

        tamper(
            &store,
            "UPDATE jira_operations SET state = 'unknown', lease_until = NULL",
        )
        .await;
        let claimed = operations::claim_to_search(&store, "w", after(40), after(60), 5).await;
        assert_eq!(claimed.unwrap().len(), 1);
        let next = operations::next_due(&store).await.unwrap().unwrap();
        assert!(next <= after(60));
    }
}

#[tokio::test]
async fn a_message_from_the_future_stops_no_other() {
    for store in every_backend().await {
        committed(&store, async |tx| {
            for message in [post(1, "C1", "a"), post(2, "C1", "b"), post(3, "C2", "c")] {
                outbox::enqueue(tx, &message).await.unwrap();
            }
        })
        .await;
        tamper(
            &store,
            "UPDATE outbox SET message = '{\"kind\":\"slack_dream\"}' WHERE subject = 'a'",
        )
        .await;
        let first = outbox::claim_due(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        assert_eq!(first.len(), 1, "{}", store.backend_name());
        let second = outbox::claim_due(&store, "w", now(), after(30), 5)
            .await
            .unwrap();
        assert_eq!(second[0].id.0, id(2), "its channel is not held up");
        for at in [1, 29] {
            let none = outbox::claim_due(&store, "w", after(at), after(60), 5)
                .await
                .unwrap();
            assert!(none.is_empty());
        }
    }
}

#[tokio::test]
async fn a_delivery_from_the_future_stops_no_other() {
    for store in every_backend().await {
        let tasks = TaskTracker::new();
        let writer = InboxWriter::start(Store::clone(&store), &tasks);
        for name in ["Ev1", "Ev2"] {
            let delivery = NewDelivery {
                id: name.into(),
                kind: InboxKind::SlackEvent,
                payload: "{}".into(),
                received_at: now(),
                done: false,
                owner: "w".into(),
                lease_until: after(30),
            };
            writer.store(delivery).await.unwrap();
        }
        tamper(
            &store,
            "UPDATE inbox SET kind = 'slack_dream' WHERE id = 'Ev1'",
        )
        .await;
        let claimed = inbox::claim_due(&store, "v", after(31), after(60), 5)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1, "{}", store.backend_name());
        assert_eq!(claimed[0].id, "Ev2");
        let next = inbox::next_due(&store).await.unwrap().unwrap();
        assert!(next > after(59), "the unreadable one rests: {next}");
        assert_eq!(
            inbox::count_open(&store).await.unwrap(),
            2,
            "and is not lost"
        );
    }
}
