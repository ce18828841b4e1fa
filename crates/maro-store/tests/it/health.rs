//! What calls said is merged by time, verdicts change once, and errors outlive floods.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::activity::{Activity, ActivityOutcome};
use maro_core::calls::FailureKind;
use maro_core::health::{HealthStatus, LastFailure};
use maro_core::integrations::Integration;
use maro_store::activity::{self, ActivityFilter};
use maro_store::health::{self, Heard};
use maro_store::{PageRequest, Store};
use uuid::Uuid;

use crate::support::{committed, every_backend, race, stored_now as now};

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

async fn merge(store: &Store, heard: Heard) {
    committed(store, async |tx| {
        health::merge(tx, Integration::Jira, &heard, now())
            .await
            .unwrap();
    })
    .await;
}

fn failed(at: DateTime<Utc>, sentence: &str) -> Heard {
    Heard {
        last_failure: Some(LastFailure {
            at,
            kind: FailureKind::Unreachable,
            sentence: sentence.into(),
        }),
        ..Heard::default()
    }
}

fn succeeded(at: DateTime<Utc>) -> Heard {
    Heard {
        last_success: Some(at),
        ..Heard::default()
    }
}

#[tokio::test]
async fn a_later_moment_is_never_replaced_by_an_earlier_one() {
    for store in every_backend().await {
        assert!(health::list(&*store).await.unwrap().is_empty());
        for heard in [
            succeeded(after(10)),
            failed(after(9), "late"),
            failed(after(8), "early"),
            succeeded(after(3)),
            Heard::default(),
        ] {
            merge(&store, heard).await;
        }
        let known = health::list(&*store).await.unwrap();
        let heard = &known[0].heard;
        assert_eq!(
            heard.last_success,
            Some(after(10)),
            "{}",
            store.backend_name()
        );
        let failure = heard.last_failure.as_ref().unwrap();
        assert_eq!((failure.at, failure.sentence.as_str()), (after(9), "late"));
        assert_eq!(heard.last_send, None);
    }
}

#[tokio::test]
async fn a_verdict_changes_once_for_all_instances() {
    for store in every_backend().await {
        merge(&store, succeeded(now())).await;
        let told = race(&store, |store, _| async move {
            committed(&store, async |tx| {
                health::record_status(tx, Integration::Jira, HealthStatus::Healthy, now())
                    .await
                    .unwrap()
            })
            .await
        });
        let told = told.await.into_iter().filter(|told| *told).count();
        assert_eq!(told, 1, "{}", store.backend_name());
        let known = health::list(&*store).await.unwrap();
        assert_eq!(known[0].status, HealthStatus::Healthy);
    }
}

fn entry(number: u128, outcome: ActivityOutcome) -> Activity {
    Activity {
        id: Uuid::from_u128(number),
        integration: Integration::Slack,
        at: now(),
        kind: "chat.postMessage".into(),
        outcome,
        calls: 1,
        slowest_ms: Some(12),
        message: (outcome == ActivityOutcome::Failed).then(|| "channel_not_found".into()),
    }
}

#[tokio::test]
async fn a_flood_of_successes_does_not_wash_away_an_error() {
    for store in every_backend().await {
        let mut entries = vec![entry(1, ActivityOutcome::Failed)];
        entries.extend((2..100).map(|number| entry(number, ActivityOutcome::Worked)));
        committed(&store, async |tx| {
            activity::insert(tx, &entries).await.unwrap();
        })
        .await;

        assert_eq!(activity::trim(&store, 10).await.unwrap(), 88);
        let failed = ActivityFilter {
            outcome: Some(ActivityOutcome::Failed),
            ..ActivityFilter::default()
        };
        let page = PageRequest::first(5);
        let page = activity::page(&store, &failed, &page);
        assert_eq!(
            page.await.unwrap().items,
            entries[..1],
            "{}",
            store.backend_name()
        );
    }
}

#[tokio::test]
async fn activity_is_paged_and_filtered() {
    for store in every_backend().await {
        let mut entries: Vec<Activity> = (1..=5)
            .map(|number| entry(number, ActivityOutcome::Worked))
            .collect();
        entries[2].integration = Integration::Jira;
        entries[3].kind = "auth.test".into();
        committed(&store, async |tx| {
            activity::insert(tx, &entries).await.unwrap();
        })
        .await;

        let filter = ActivityFilter {
            integration: Some(Integration::Slack),
            kind: Some("chat.postMessage".into()),
            ..ActivityFilter::default()
        };
        let first = activity::page(&store, &filter, &PageRequest::first(2))
            .await
            .unwrap();
        let ids = |items: &[Activity]| -> Vec<u128> {
            items.iter().map(|entry| entry.id.as_u128()).collect()
        };
        assert_eq!(ids(&first.items), [5, 2]);
        let rest = PageRequest {
            after: first.next,
            limit: 2,
        };
        let rest = activity::page(&store, &filter, &rest).await.unwrap();
        assert_eq!((ids(&rest.items), rest.next), (vec![1], None));
    }
}
