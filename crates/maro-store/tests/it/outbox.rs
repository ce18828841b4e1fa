//! The outbox: order, pace, collapse, leases and dead letters.

use std::collections::HashSet;

use maro_core::ids::OutboxId;
use maro_core::outbox::{NewMessage, OutboxMessage, OutboxState};
use maro_store::outbox::{self, OutboxFilter};
use maro_store::{PageRequest, Store};

use crate::support::{after, committed, edit, every_backend, id, now, post, race};

async fn enqueue(store: &Store, messages: &[NewMessage]) {
    let tx = store.begin().await.unwrap();
    for message in messages {
        outbox::enqueue(&tx, message).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn claim(store: &Store, seconds: i64) -> Vec<OutboxMessage> {
    outbox::claim_due(store, "w", after(seconds), after(seconds + 30), 100)
        .await
        .unwrap()
}

async fn deliver(store: &Store, message: &OutboxMessage) -> bool {
    committed(store, async |tx| {
        outbox::settle_delivered(tx, message.id, message.lease_epoch, Some("1.1"), now())
            .await
            .unwrap()
    })
    .await
}

fn numbers(messages: &[OutboxMessage]) -> Vec<u128> {
    messages
        .iter()
        .map(|message| message.id.0.as_u128())
        .collect()
}

#[tokio::test]
async fn messages_of_one_subject_keep_their_order() {
    for store in every_backend().await {
        enqueue(&store, &[post(1, "C1", "a"), edit(2, "a"), edit(3, "b")]).await;
        let first = claim(&store, 0).await;
        assert_eq!(
            numbers(&first),
            [1, 3],
            "2 waits for 1 on {}",
            store.backend_name()
        );
        assert!(claim(&store, 5).await.is_empty());
        assert!(deliver(&store, &first[0]).await);
        assert!(!deliver(&store, &first[0]).await, "settled once");
        assert_eq!(numbers(&claim(&store, 5).await), [2]);
    }
}

/// Ids come from clocks, and those of two instances differ.
#[tokio::test]
async fn the_order_is_that_of_storing_whatever_the_clocks_say() {
    for store in every_backend().await {
        for number in [9, 5, 7] {
            enqueue(&store, &[edit_of_its_own(number, "a")]).await;
        }
        for (at, number) in [(0, 9), (1, 5), (2, 7)] {
            let claimed = claim(&store, at).await;
            assert_eq!(numbers(&claimed), [number], "{}", store.backend_name());
            deliver(&store, &claimed[0]).await;
        }
        let last = outbox::last_of(&*store, "a").await.unwrap().unwrap();
        assert_eq!(last.id.0, id(7));
    }
}

/// Of one subject and not paced, and nothing makes it needless.
fn edit_of_its_own(number: u128, subject: &str) -> NewMessage {
    NewMessage {
        subject: subject.into(),
        ..edit(number, &format!("s{number}"))
    }
}

#[tokio::test]
async fn many_new_channels_get_their_rows_and_keep_them() {
    for store in every_backend().await {
        let posts: Vec<_> = (0..300)
            .map(|n| post(n, &format!("C{n:03}"), &format!("s{n}")))
            .collect();
        enqueue(&store, &posts).await;
        let mut claimed = 0;
        for _ in 0..2 {
            let due = outbox::claim_due(&store, "w", after(0), after(30), 1_000).await;
            claimed += due.unwrap().len();
        }
        assert_eq!(claimed, 300, "{}", store.backend_name());
        enqueue(&store, &[post(301, "C007", "again")]).await;
        assert!(claim(&store, 0).await.is_empty(), "its channel is paced");
        assert_eq!(numbers(&claim(&store, 1).await), [301]);
    }
}

#[tokio::test]
async fn a_dead_letter_can_be_made_needless_and_a_message_can_be_kept_with_it() {
    for store in every_backend().await {
        enqueue(&store, &[post(1, "C1", "a"), post(2, "C1", "a")]).await;
        for number in [1, 2] {
            let claimed = claim(&store, i64::from(number) * 2).await;
            let (id, epoch) = (claimed[0].id, claimed[0].lease_epoch);
            committed(&store, async |tx| {
                if number == 1 {
                    outbox::settle_dead(tx, id, epoch, "archived", false).await
                } else {
                    outbox::settle_collapsed(tx, id, epoch, "archived").await
                }
                .unwrap()
            })
            .await;
        }
        let dead = committed(&store, async |tx| {
            let dead = outbox::dead_of_subject(tx, "a").await.unwrap();
            let ids: Vec<_> = dead.iter().map(|letter| letter.id).collect();
            outbox::collapse_dead(tx, &ids).await.unwrap();
            assert!(outbox::dead_of_subject(tx, "a").await.unwrap().is_empty());
            dead
        })
        .await;
        assert_eq!(numbers(&dead), [1], "{}", store.backend_name());
        let counts = outbox::count_by_state(&store).await.unwrap();
        assert_eq!(counts, [(OutboxState::Collapsed, 2)]);
    }
}

#[tokio::test]
async fn a_channel_gets_one_message_per_second() {
    for store in every_backend().await {
        enqueue(
            &store,
            &[post(1, "C1", "a"), post(2, "C1", "b"), post(3, "C2", "c")],
        )
        .await;
        assert_eq!(numbers(&claim(&store, 0).await), [1, 3]);
        assert!(claim(&store, 0).await.is_empty());
        let due = outbox::next_due(&store).await.unwrap().unwrap();
        assert!(
            due > now() && due <= after(1),
            "{due} on {}",
            store.backend_name()
        );
        assert_eq!(numbers(&claim(&store, 1).await), [2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_goes_to_two_workers_and_no_channel_is_crowded() {
    for store in every_backend().await {
        let mut messages: Vec<_> = (0..30)
            .map(|n| post(n, &format!("C{}", n % 3), &format!("s{n}")))
            .collect();
        messages.extend((100..130).map(|n| edit(n, &format!("e{n}"))));
        enqueue(&store, &messages).await;
        let claims = race(&store, async |store, n| {
            let owner = n.to_string();
            let mut claimed = Vec::new();
            for _ in 0..4 {
                let now = after(0);
                claimed.extend(
                    outbox::claim_due(&store, &owner, now, after(30), 10)
                        .await
                        .unwrap(),
                );
            }
            claimed
        })
        .await;
        let mut claimed: Vec<_> = claims.into_iter().flatten().collect();
        // Who finds a destination held passes it over, so a race may leave some to the next look.
        loop {
            let left = outbox::claim_due(&store, "last", after(0), after(30), 10);
            let left = left.await.unwrap();
            if left.is_empty() {
                break;
            }
            claimed.extend(left);
        }
        let ids: HashSet<_> = claimed.iter().map(|message| message.id).collect();
        assert_eq!(ids.len(), claimed.len(), "{}", store.backend_name());
        let posts = claimed
            .iter()
            .filter(|m| m.destination.contains(":post:"))
            .count();
        assert_eq!(posts, 3, "one for each channel");
        assert_eq!(claimed.len() - posts, 30, "edits are not paced");
    }
}

#[tokio::test]
async fn pending_edits_of_one_message_collapse_into_the_last() {
    for store in every_backend().await {
        enqueue(&store, &[edit(1, "a"), edit(2, "a"), edit(3, "b")]).await;
        let claimed = claim(&store, 0).await;
        assert_eq!(numbers(&claimed), [2, 3], "{}", store.backend_name());
        let first = outbox::find(&*store, OutboxId(id(1)))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(first.state, OutboxState::Collapsed);

        enqueue(&store, &[edit(4, "a")]).await;
        assert!(
            claim(&store, 1).await.is_empty(),
            "what is on its way is not collapsed"
        );
        deliver(&store, &claimed[0]).await;
        assert_eq!(numbers(&claim(&store, 1).await), [4]);
    }
}

#[tokio::test]
async fn a_claim_that_ran_out_leaves_the_message_unclear() {
    for store in every_backend().await {
        enqueue(&store, &[post(1, "C1", "a")]).await;
        let first = claim(&store, 0).await;
        assert_eq!((first[0].attempts, first[0].unclear), (1, false));
        assert!(claim(&store, 29).await.is_empty());
        let second = claim(&store, 30).await;
        assert_eq!((second[0].attempts, second[0].unclear), (2, true));
        assert!(
            !deliver(&store, &first[0]).await,
            "the late worker is refused"
        );
        assert!(deliver(&store, &second[0]).await);
        let found = outbox::find(&*store, first[0].id).await.unwrap().unwrap();
        assert_eq!(found.state, OutboxState::Delivered);
        assert!(found.delivered_at.is_some());
    }
}

#[tokio::test]
async fn failures_wait_then_die_and_can_be_replayed() {
    for store in every_backend().await {
        enqueue(&store, &[post(1, "C1", "a"), post(2, "C1", "a")]).await;
        let message = &claim(&store, 0).await[0];
        let (id, epoch) = (message.id, message.lease_epoch);
        let settled = committed(&store, async |tx| {
            outbox::settle_retry(tx, id, epoch, after(8), "ratelimited", false)
                .await
                .unwrap()
        })
        .await;
        assert!(settled);
        assert!(
            claim(&store, 7).await.is_empty(),
            "2 keeps waiting behind 1"
        );
        let message = &claim(&store, 8).await[0];
        assert_eq!(
            (message.id, message.last_error.as_deref()),
            (id, Some("ratelimited"))
        );
        let epoch = message.lease_epoch;
        let dead = committed(&store, async |tx| {
            outbox::settle_dead(tx, id, epoch, "channel_not_found", false)
                .await
                .unwrap()
        });
        assert!(dead.await);
        assert_eq!(
            numbers(&claim(&store, 20).await),
            [2],
            "a dead letter holds nobody up"
        );

        let filter = OutboxFilter {
            state: Some(OutboxState::Dead),
        };
        let page = outbox::page(&store, &filter, &PageRequest::default())
            .await
            .unwrap();
        assert_eq!(
            page.items[0].last_error.as_deref(),
            Some("channel_not_found")
        );
        let replayed = committed(&store, async |tx| {
            let first = outbox::replay(tx, id, after(20)).await.unwrap();
            (first, outbox::replay(tx, id, after(20)).await.unwrap())
        });
        assert_eq!(replayed.await, (true, false));
        assert_eq!(numbers(&claim(&store, 60).await), [1]);
    }
}

#[tokio::test]
async fn a_message_for_later_holds_up_no_other() {
    for store in every_backend().await {
        let later = NewMessage {
            not_before: after(60),
            ..post(1, "C1", "a")
        };
        enqueue(&store, &[later, post(2, "C1", "b")]).await;
        let claimed = claim(&store, 0).await;
        assert_eq!(numbers(&claimed), [2], "{}", store.backend_name());
        assert!(deliver(&store, &claimed[0]).await);
        assert_eq!(numbers(&claim(&store, 60).await), [1]);
    }
}

#[tokio::test]
async fn a_paused_destination_rests_and_old_messages_are_deleted() {
    for store in every_backend().await {
        enqueue(&store, &[edit(1, "a"), post(2, "C1", "b")]).await;
        let early = after(0) - chrono::Duration::seconds(1);
        let none = outbox::claim_due(&store, "w", early, after(9), 9).await;
        assert!(none.unwrap().is_empty());
        committed(&store, async |tx| {
            outbox::pause(tx, "slack:T1:update", after(40), "429")
                .await
                .unwrap();
            outbox::pause(tx, "slack:T1:update", after(10), "429")
                .await
                .unwrap();
        })
        .await;
        let claimed = claim(&store, 20).await;
        assert_eq!(numbers(&claimed), [2], "{}", store.backend_name());
        assert_eq!(numbers(&claim(&store, 40).await), [1]);

        deliver(&store, &claimed[0]).await;
        assert_eq!(
            outbox::delete_settled_before(&store, after(1), 10)
                .await
                .unwrap(),
            1
        );
        let counts = outbox::count_by_state(&store).await.unwrap();
        assert_eq!(counts, [(OutboxState::Sending, 1)]);
    }
}
