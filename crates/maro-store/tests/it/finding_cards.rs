//! Cards of findings: one per subject and place, however many tell at once.

use maro_core::findings::{CardSubject, Place};
use maro_core::ids::{CardId, RunId};
use maro_store::{Store, finding_cards};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::{every_backend, stored_now};

fn place(channel: &str) -> Place {
    Place::Channel {
        team: "T1".into(),
        channel: channel.into(),
    }
}

fn subject() -> CardSubject {
    CardSubject::Episode {
        suite: "a: <b>".into(),
        began: RunId(Uuid::from_u128(1)),
    }
}

async fn tell(store: Store, id: u128, channel: &'static str) -> (CardId, bool) {
    let tx = store.begin().await.unwrap();
    let (id, now) = (CardId(Uuid::from_u128(id)), stored_now());
    let (subject, place) = (subject(), place(channel));
    let told = finding_cards::find_or_make(&tx, id, &subject, &place, now);
    let (card, is_new) = told.await.unwrap();
    tx.commit().await.unwrap();
    (card.id, is_new)
}

#[tokio::test]
async fn one_card_is_made_by_all_who_tell_at_once() {
    for store in every_backend().await {
        let mut tellers = JoinSet::new();
        for id in 1..=8 {
            tellers.spawn(tell(store.clone(), id, "C1"));
        }
        let told = tellers.join_all().await;
        assert_eq!(told.iter().filter(|(_, is_new)| *is_new).count(), 1);
        assert!(told.iter().all(|(id, _)| *id == told[0].0), "{told:?}");
        let (other, is_new) = tell(store.clone(), 9, "C2").await;
        assert!(is_new && other != told[0].0);
        let cards = finding_cards::of_subject(&*store, &subject())
            .await
            .unwrap();
        assert_eq!(cards.len(), 2);
    }
}

#[tokio::test]
async fn a_card_knows_where_it_is_until_it_is_forgotten() {
    for store in every_backend().await {
        let (id, _) = tell(store.clone(), 1, "C1").await;
        let tx = store.begin().await.unwrap();
        finding_cards::set_posted(&tx, id, "C1", "1.2")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let card = finding_cards::find(&*store, id).await.unwrap().unwrap();
        assert_eq!(card.posted, Some(("C1".into(), "1.2".into())));
        assert_eq!((card.subject, card.place), (subject(), place("C1")));

        let tx = store.begin().await.unwrap();
        finding_cards::forget(&tx, id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(finding_cards::find(&*store, id).await.unwrap(), None);
    }
}
