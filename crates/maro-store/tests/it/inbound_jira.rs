//! What Jira says of tracked issues: late news, moves, issues that are gone, hints and their claims.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::ids::ChannelRef;
use maro_core::tracking::TrackedIssue;
use maro_store::tracked_state::{self, Seen};
use maro_store::{Store, jira_changes, jira_inbound, tracked};

use crate::support::{amira, committed, every_backend, now, stored_now};

fn channel(name: &str) -> ChannelRef {
    ChannelRef {
        team: "T1".into(),
        channel: name.into(),
    }
}

async fn track(store: &Store, name: &str, key: &str, id: Option<&str>) {
    let issue = TrackedIssue {
        channel: channel(name),
        key: key.parse().unwrap(),
        issue_id: id.map(str::to_owned),
        tracked_by: amira(),
        tracked_at: stored_now(),
        last_synced_at: Some(stored_now()),
        last_status: Some("To Do".into()),
        last_summary: Some("Login".into()),
        gone_since: None,
    };
    assert!(committed(store, async |tx| tracked::track(tx, &issue).await.unwrap()).await);
}

fn seen(key: &str, status: &str, updated: DateTime<Utc>) -> Seen {
    Seen {
        id: "10001".into(),
        key: key.parse().unwrap(),
        status: status.into(),
        summary: "Login".into(),
        updated: Some(updated),
    }
}

async fn apply(store: &Store, seen: &Seen) -> bool {
    committed(store, async |tx| {
        tracked_state::apply(tx, seen, now()).await.unwrap()
    })
    .await
}

async fn statuses(store: &Store, name: &str) -> Vec<(String, String)> {
    let issues = tracked::list(store, &channel(name)).await.unwrap();
    let pairs = issues
        .into_iter()
        .map(|issue| (issue.key.to_string(), issue.last_status.unwrap()));
    pairs.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn late_news_never_overwrites_newer_news() {
    for store in every_backend().await {
        track(&store, "C1", "SCRUM-1", Some("10001")).await;
        track(&store, "C2", "SCRUM-1", None).await;
        let (first, second) = (now(), now() + TimeDelta::seconds(1));
        assert!(apply(&store, &seen("SCRUM-1", "Done", second)).await);
        assert!(!apply(&store, &seen("SCRUM-1", "In Progress", first)).await);
        assert!(
            !apply(&store, &seen("SCRUM-1", "Done", second)).await,
            "the same again is no news"
        );
        for name in ["C1", "C2"] {
            assert_eq!(
                statuses(&store, name).await,
                [("SCRUM-1".into(), "Done".into())]
            );
        }
        let mut stale = tracked_state::stalest(&*store, now(), 10).await.unwrap();
        assert_eq!(stale, [], "it was just read");
        stale = tracked_state::stalest(&*store, now() + TimeDelta::hours(1), 10)
            .await
            .unwrap();
        assert_eq!(stale.len(), 1, "two channels, one issue");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_issue_keeps_one_row_per_channel_under_its_new_key() {
    for store in every_backend().await {
        track(&store, "C1", "SCRUM-1", Some("10001")).await;
        track(&store, "C2", "SCRUM-1", Some("10001")).await;
        track(&store, "C2", "OPS-7", Some("10001")).await;
        assert!(apply(&store, &seen("OPS-7", "To Do", now())).await);
        for name in ["C1", "C2"] {
            assert_eq!(
                statuses(&store, name).await,
                [("OPS-7".into(), "To Do".into())],
                "{name}"
            );
        }
        let other = Seen {
            id: "20002".into(),
            ..seen("OPS-7", "Done", now() + TimeDelta::seconds(1))
        };
        assert!(
            !apply(&store, &other).await,
            "another issue that has the key now is another issue"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_is_gone_is_marked_until_it_is_seen_again() {
    for store in every_backend().await {
        track(&store, "C1", "SCRUM-1", Some("10001")).await;
        let gone = async || {
            committed(&store, async |tx| {
                tracked_state::mark_gone(tx, "10001", now()).await.unwrap()
            })
            .await
        };
        assert!(gone().await);
        assert!(!gone().await, "it is news once");
        let listed = tracked::list(&*store, &channel("C1")).await.unwrap();
        assert_eq!(listed[0].gone_since, Some(stored_now()));
        let hour = now() + TimeDelta::hours(1);
        let stale = tracked_state::stalest(&*store, hour, 10).await.unwrap();
        assert_eq!(stale, [], "what is gone is asked for once a day");
        assert!(apply(&store, &seen("SCRUM-1", "To Do", now())).await);
        let listed = tracked::list(&*store, &channel("C1")).await.unwrap();
        assert_eq!(listed[0].gone_since, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_coalesce_and_one_during_a_read_asks_for_another() {
    for store in every_backend().await {
        let due = now() + TimeDelta::milliseconds(300);
        let lease = due + TimeDelta::minutes(1);
        for _ in 0..5 {
            jira_changes::note(&store, "10001", false, due)
                .await
                .unwrap();
        }
        let early = jira_changes::claim_due(&store, now(), lease, 10).await;
        assert_eq!(early.unwrap(), []);
        let claimed = jira_changes::claim_due(&store, due, lease, 10)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1);
        let again = jira_changes::claim_due(&store, due, lease, 10).await;
        assert_eq!(again.unwrap(), [], "it is claimed");

        jira_changes::note(&store, "10001", false, due)
            .await
            .unwrap();
        let settled = committed(&store, async |tx| {
            jira_changes::settle(tx, &claimed[0]).await.unwrap()
        })
        .await;
        assert!(!settled, "a hint came while it was read");
        let again = jira_changes::claim_due(&store, due, lease, 10)
            .await
            .unwrap();
        let settled = committed(&store, async |tx| {
            jira_changes::settle(tx, &again[0]).await.unwrap()
        })
        .await;
        assert!(settled);
        assert_eq!(jira_changes::next_due(&store).await.unwrap(), None);

        // A worker that died leaves its claim, which runs out.
        jira_changes::note(&store, "10002", true, due)
            .await
            .unwrap();
        jira_changes::claim_due(&store, due, lease, 10)
            .await
            .unwrap();
        let left = jira_changes::claim_due(&store, lease, lease, 10)
            .await
            .unwrap();
        assert_eq!((left[0].attempts, left[0].alone), (2, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_begins_anew() {
    for store in every_backend().await {
        track(&store, "C1", "SCRUM-1", Some("10001")).await;
        let known = jira_inbound::load(&*store).await.unwrap();
        assert_eq!((known.site.as_str(), known.polled_at), ("", None));
        committed(&store, async |tx| {
            jira_inbound::change_site(tx, "https://a.example/")
                .await
                .unwrap();
        })
        .await;
        jira_inbound::mark_polled(&store, "https://a.example/", now())
            .await
            .unwrap();
        jira_inbound::mark_polled(&store, "https://b.example/", now())
            .await
            .unwrap();
        let earlier = now() - TimeDelta::hours(1);
        jira_inbound::mark_polled(&store, "https://a.example/", earlier)
            .await
            .unwrap();
        jira_inbound::mark_webhook(&store, now()).await.unwrap();
        jira_inbound::mark_webhook(&store, now() + TimeDelta::seconds(5))
            .await
            .unwrap();
        let known = jira_inbound::load(&*store).await.unwrap();
        assert_eq!(known.polled_at, Some(stored_now()));
        assert_eq!(
            known.last_webhook_at,
            Some(stored_now()),
            "to the half minute"
        );
        committed(&store, async |tx| {
            tracked_state::forget_site(tx).await.unwrap();
        })
        .await;
        let listed = tracked::list(&*store, &channel("C1")).await.unwrap();
        assert_eq!(listed[0].issue_id, None);
    }
}
