//! Operations that ended without an issue and are approved again.

use maro_core::actor::Actor;
use maro_core::operations::{Operation, OperationState, Schedule, SendOutcome, Step, after_send};
use maro_store::operations::{self, Inserted};

use super::{insert, not_now, refusal};
use crate::support::{after, committed, every_backend, id, now, operation, race};

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
        let row = claims[0].operation();
        let step = after_send(row, not_now(), &Schedule::default(), now());
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
