//! News of findings is read in its order and taken once.

use chrono::DateTime;
use maro_core::findings::{News, Subject, What};
use maro_core::ids::{DefectId, RunId};
use maro_store::news;
use uuid::Uuid;

use crate::support::every_backend;

fn piece(number: u128) -> News {
    News {
        id: Uuid::from_u128(number),
        subject: Subject::Defect(DefectId(Uuid::from_u128(number))),
        what: What::Repeated,
        run: Some(RunId(Uuid::from_u128(9))),
        at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

#[tokio::test]
async fn news_is_read_in_order_and_taken_by_one() {
    for store in every_backend().await {
        let all: Vec<News> = (1..=1_200).map(piece).collect();
        let tx = store.begin().await.unwrap();
        news::append(&tx, &[]).await.unwrap();
        news::append(&tx, &all).await.unwrap();
        tx.commit().await.unwrap();
        let first = news::oldest(&*store, 500).await.unwrap();
        assert_eq!(first, all[..500]);

        let ids: Vec<Uuid> = first.iter().map(|one| one.id).collect();
        let tx = store.begin().await.unwrap();
        assert_eq!(news::take(&tx, &ids).await.unwrap(), 500);
        tx.commit().await.unwrap();
        let tx = store.begin().await.unwrap();
        assert_eq!(news::take(&tx, &ids[499..]).await.unwrap(), 0);
        drop(tx);
        let next = news::oldest(&*store, 1_000).await.unwrap();
        assert_eq!(next, all[500..]);
    }
}

#[tokio::test]
async fn the_order_is_that_of_storing_whatever_the_clocks_say() {
    for store in every_backend().await {
        for number in [9, 5, 7] {
            let tx = store.begin().await.unwrap();
            news::append(&tx, &[piece(number)]).await.unwrap();
            tx.commit().await.unwrap();
        }
        let all = news::oldest(&*store, 10).await.unwrap();
        let order: Vec<u128> = all.iter().map(|one| one.id.as_u128()).collect();
        assert_eq!(order, [9, 5, 7], "{}", store.backend_name());
    }
}
