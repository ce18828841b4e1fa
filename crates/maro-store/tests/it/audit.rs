//! The audit log: one chain under concurrency, and tampering that shows.

use maro_core::actor::Actor;
use maro_core::audit::BrokenChain;
use maro_store::audit::{self, AuditFilter, NewAudit, VerifyError};
use maro_store::{PageRequest, Store};
use serde_json::json;

use crate::support::{RACERS, TestStore, committed, every_backend, now, race, tamper};

async fn append(store: &Store, subject: &str) -> i64 {
    let entry = NewAudit {
        at: now(),
        actor: Actor::System,
        action: "test".into(),
        subject: subject.into(),
        details: json!({"amount": 1.5, "text": "ü"}),
    };
    committed(store, async |tx| audit::append(tx, &entry).await.unwrap()).await
}

async fn five_entries() -> Vec<TestStore> {
    let stores = every_backend().await;
    for store in &stores {
        for n in 1..=5 {
            assert_eq!(append(store, &format!("s{n}")).await, n);
        }
        assert_eq!(
            audit::verify(store).await.unwrap().0,
            5,
            "{}",
            store.backend_name()
        );
    }
    stores
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_make_one_chain() {
    for store in every_backend().await {
        assert_eq!(
            audit::verify(&store).await.unwrap().0,
            0,
            "an empty log is fine"
        );
        race(&store, async |store, _| {
            for _ in 0..5 {
                append(&store, "s").await;
            }
        })
        .await;
        let (last, hash) = audit::verify(&store).await.unwrap();
        assert_eq!(
            (last, hash.len()),
            (i64::from(RACERS) * 5, 64),
            "{}",
            store.backend_name()
        );
    }
}

#[tokio::test]
async fn an_entry_that_was_rolled_back_leaves_no_gap() {
    for store in five_entries().await {
        let tx = store.begin().await.unwrap();
        let entry = NewAudit {
            at: now(),
            actor: Actor::System,
            action: "test".into(),
            subject: "s6".into(),
            details: json!({}),
        };
        audit::append(&tx, &entry).await.unwrap();
        drop(tx);
        assert_eq!(append(&store, "s6").await, 6);
        assert_eq!(audit::verify(&store).await.unwrap().0, 6);
    }
}

#[tokio::test]
async fn tampering_shows() {
    let changed = "UPDATE audit_log SET subject = 'x' WHERE seq = 3";
    let removed = "DELETE FROM audit_log WHERE seq = 3";
    let rehashed = "UPDATE audit_log SET hash = 'x' WHERE seq = 3";
    let cut = "DELETE FROM audit_log WHERE seq >= 4";
    let emptied = "DELETE FROM audit_log";
    let rewound =
        "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_log WHERE seq = 3)";
    for text in [changed, removed, rehashed, cut, emptied, rewound] {
        for store in five_entries().await {
            tamper(&store, text).await;
            let found = audit::verify(&store).await.unwrap_err();
            let expected = match text {
                t if t == changed || t == rehashed => {
                    matches!(found, VerifyError::Broken(BrokenChain::Changed(3)))
                }
                t if t == removed => {
                    let gap = BrokenChain::Gap { after: 2, found: 4 };
                    matches!(&found, VerifyError::Broken(broken) if *broken == gap)
                }
                t if t == cut => matches!(
                    found,
                    VerifyError::WrongEnd {
                        expected: 5,
                        found: 3
                    }
                ),
                t if t == emptied => {
                    matches!(
                        found,
                        VerifyError::WrongEnd {
                            expected: 5,
                            found: 0
                        }
                    )
                }
                _ => matches!(
                    found,
                    VerifyError::WrongEnd {
                        expected: 3,
                        found: 5
                    }
                ),
            };
            assert!(expected, "{text}: {found} on {}", store.backend_name());
        }
    }
}

#[tokio::test]
async fn entries_are_found_by_subject_actor_and_action() {
    for store in five_entries().await {
        let of_subject = audit::of_subject(&*store, "s2").await.unwrap();
        assert_eq!(of_subject.len(), 1);
        assert_eq!(of_subject[0].details, json!({"amount": 1.5, "text": "ü"}));
        let cases = [
            (AuditFilter::default(), 5),
            (
                AuditFilter {
                    subject: Some("s1".into()),
                    ..Default::default()
                },
                1,
            ),
            (
                AuditFilter {
                    actor: Some("system".into()),
                    ..Default::default()
                },
                5,
            ),
            (
                AuditFilter {
                    action: Some("other".into()),
                    ..Default::default()
                },
                0,
            ),
        ];
        for (filter, expected) in cases {
            let page = audit::page(&store, &filter, &PageRequest::default())
                .await
                .unwrap();
            assert_eq!(page.items.len(), expected, "{filter:?}");
        }
        let page = audit::page(&store, &AuditFilter::default(), &PageRequest::first(4)).await;
        let page = page.unwrap();
        assert_eq!((page.items[0].seq, page.next.as_deref()), (5, Some("2")));
    }
}
