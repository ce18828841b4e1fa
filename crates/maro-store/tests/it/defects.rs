//! Defects are found by words of their titles, however many there are.

use chrono::DateTime;
use maro_core::actor::Actor;
use maro_core::findings::{Defect, FindingKind, Severity, Sighting};
use maro_store::defects::{self, DefectFilter, MOST_TITLES};
use maro_store::{PageRequest, Store};
use uuid::Uuid;

use crate::support::every_backend;

fn defect(number: usize) -> Defect {
    let title = match number {
        0 => "Die Überweisung scheitert".to_owned(),
        number => format!("Defect {number}"),
    };
    let sighting = Sighting {
        kind: FindingKind::Defect,
        fingerprint: Some(format!("{number:06}")),
        title,
        severity: Severity::Low,
        description: String::new(),
        steps: String::new(),
        expected: String::new(),
        actual: String::new(),
        source: String::new(),
        run: None,
    };
    let id = Uuid::from_u128(number as u128 + 1);
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    sighting.into_defect(id, &Actor::Operator, now)
}

async fn titles(
    store: &Store,
    words: &str,
    after: Option<String>,
) -> (Vec<String>, Option<String>) {
    let filter = DefectFilter {
        words: Some(words.to_owned()),
        ..DefectFilter::default()
    };
    let page = PageRequest { after, limit: 3 };
    let page = defects::page(store, &filter, &page).await.unwrap();
    let titles = page.items.into_iter().map(|defect| defect.title);
    (titles.collect(), page.next)
}

#[tokio::test]
async fn a_search_is_bounded_and_loses_nothing() {
    for store in every_backend().await {
        let all: Vec<Defect> = (0..=MOST_TITLES).map(defect).collect();
        let tx = store.begin().await.unwrap();
        defects::count(&tx, &all).await.unwrap();
        tx.commit().await.unwrap();

        // The oldest is one title too far for the first page.
        let (found, next) = titles(&store, "üBERWEISUNG", None).await;
        assert!(found.is_empty() && next.is_some(), "{found:?}");
        let (found, next) = titles(&store, "üBERWEISUNG", next).await;
        assert_eq!(found, ["Die Überweisung scheitert"]);
        assert_eq!(next, None);

        // A full page ends earlier and is followed without a gap.
        let (found, next) = titles(&store, "defect 9", None).await;
        assert_eq!(found, ["Defect 9999", "Defect 9998", "Defect 9997"]);
        let (found, _) = titles(&store, "defect 9", next).await;
        assert_eq!(found, ["Defect 9996", "Defect 9995", "Defect 9994"]);
        assert!(titles(&store, "%", None).await.0.is_empty());
    }
}
