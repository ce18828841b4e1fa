//! Sessions, drafts, approvals and tracked issues.

use maro_core::approvals::Approval;
use maro_core::drafts::{Draft, DraftContent, Target};
use maro_core::ids::{ApprovalId, ChannelRef, DraftId};
use maro_core::sessions::Phase;
use maro_core::tracking::TrackedIssue;
use maro_store::sessions::{self, SessionFilter};
use maro_store::tracked_state::{self, Seen};
use maro_store::{PageRequest, StoreError, approvals, drafts, tracked};
use serde_json::json;

use crate::support::{
    amira, committed, every_backend, id, now, race, session, session_id, stored_now,
};

#[tokio::test]
async fn a_session_reads_back_as_it_was_written() {
    for store in every_backend().await {
        let mut written = session("1.1");
        written.created_at = now();
        let inserted = committed(&store, async |tx| sessions::insert(tx, &written).await).await;
        assert!(inserted.unwrap());
        let again = committed(&store, async |tx| sessions::insert(tx, &written).await).await;
        assert!(!again.unwrap(), "the id is taken");

        written.created_at = stored_now();
        let found = sessions::find(&*store, &written.id).await.unwrap();
        assert_eq!(found, Some(written), "{}", store.backend_name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_only_one_moves_a_session_on() {
    for store in every_backend().await {
        committed(&store, async |tx| {
            sessions::insert(tx, &session("1.1")).await
        })
        .await
        .unwrap();
        let won = race(&store, async |store, _| {
            let tx = store.begin().await.unwrap();
            let id = session_id("1.1");
            sessions::lock(&tx, &id).await.unwrap().unwrap();
            let from = [Phase::Drafting, Phase::AwaitingApproval];
            let won = sessions::advance(&tx, &id, &from, Phase::Creating, now())
                .await
                .unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(
            won.iter().filter(|won| **won).count(),
            1,
            "{}",
            store.backend_name()
        );
    }
}

#[tokio::test]
async fn a_session_learns_where_it_is_shown_and_what_came_of_it() {
    for store in every_backend().await {
        let id = session_id("1.1");
        let tx = store.begin().await.unwrap();
        sessions::insert(&tx, &session("1.1")).await.unwrap();
        let draft = DraftId(crate::support::id(7));
        let turn = [Phase::Drafting];
        let to = Phase::AwaitingApproval;
        assert!(
            sessions::point_to_draft(&tx, &id, draft, &turn, to, now())
                .await
                .unwrap()
        );
        assert!(
            !sessions::point_to_draft(&tx, &id, draft, &turn, to, now())
                .await
                .unwrap()
        );
        assert!(
            sessions::set_preview(&tx, &id, "5.5", Some("5.5"))
                .await
                .unwrap()
        );
        assert!(
            sessions::set_preview(&tx, &id, "6.6", Some("6.6"))
                .await
                .unwrap()
        );
        assert!(
            sessions::set_issue(&tx, &id, "SCRUM-1", "https://x/SCRUM-1")
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();

        let found = sessions::find(&*store, &id).await.unwrap().unwrap();
        assert_eq!(found.current_draft, Some(draft));
        assert_eq!(found.preview_ts.as_deref(), Some("6.6"));
        assert_eq!(
            found.thread_ts.as_deref(),
            Some("5.5"),
            "the first thread stays"
        );
        assert_eq!(found.jira_key.as_deref(), Some("SCRUM-1"));
        let counts = sessions::count_by_phase(&store).await.unwrap();
        assert_eq!(counts, [(Phase::AwaitingApproval, 1)]);
    }
}

#[tokio::test]
async fn pages_of_sessions_show_each_once_although_their_times_are_equal() {
    for store in every_backend().await {
        let tx = store.begin().await.unwrap();
        for n in 0..5 {
            sessions::insert(&tx, &session(&n.to_string()))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();

        let filter = SessionFilter {
            phase: Some(Phase::Drafting),
            channel: None,
        };
        let mut request = PageRequest::first(2);
        let mut seen = Vec::new();
        loop {
            let page = sessions::page(&store, &filter, &request).await.unwrap();
            seen.extend(page.items.into_iter().map(|session| session.id.0));
            match page.next {
                Some(next) => request.after = Some(next),
                None => break,
            }
        }
        assert_eq!(
            seen,
            ["T1:C1:4", "T1:C1:3", "T1:C1:2", "T1:C1:1", "T1:C1:0"]
        );

        let elsewhere = ChannelRef {
            team: "T1".into(),
            channel: "C2".into(),
        };
        let none = SessionFilter {
            phase: None,
            channel: Some(elsewhere),
        };
        let page = sessions::page(&store, &none, &PageRequest::default())
            .await
            .unwrap();
        assert!(page.items.is_empty());
        let bad = PageRequest {
            after: Some("x".into()),
            limit: 1,
        };
        let refused = sessions::page(&store, &none, &bad).await.unwrap_err();
        assert!(matches!(refused, StoreError::BadCursor));
    }
}

#[tokio::test]
async fn drafts_and_approvals_read_back() {
    for store in every_backend().await {
        let draft = Draft {
            id: DraftId(id(1)),
            session: session_id("1.1"),
            content: DraftContent {
                title: "Login fails".into(),
                ..DraftContent::default()
            },
            request: json!({"fields": {"summary": "Login fails", "x": 1.5}}),
            target: Target {
                site: "https://x".into(),
                project: "SCRUM".into(),
                acting_identity: "bot".into(),
            },
            hash: "h".into(),
            nonce: "n".into(),
            author: amira(),
            created_at: stored_now(),
        };
        let approval = Approval {
            id: ApprovalId(id(2)),
            session: session_id("1.1"),
            draft: draft.id,
            draft_hash: "h".into(),
            approved_by: amira(),
            approved_at: stored_now(),
        };
        let tx = store.begin().await.unwrap();
        drafts::insert(&tx, &draft).await.unwrap();
        approvals::insert(&tx, &approval).await.unwrap();
        assert_eq!(
            drafts::find(&tx, draft.id).await.unwrap(),
            Some(draft.clone())
        );
        tx.commit().await.unwrap();

        let of_session = drafts::list_of_session(&*store, &draft.session)
            .await
            .unwrap();
        assert_eq!(of_session, std::slice::from_ref(&draft));
        let found = approvals::find(&*store, &draft.session, "h").await.unwrap();
        assert_eq!(found.as_ref(), Some(&approval));
        assert_eq!(
            approvals::find(&*store, &draft.session, "other")
                .await
                .unwrap(),
            None
        );
        let all = approvals::list_of_session(&*store, &draft.session)
            .await
            .unwrap();
        assert_eq!(all, [approval]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_is_tracked_once_per_channel() {
    for store in every_backend().await {
        let channel = ChannelRef {
            team: "T1".into(),
            channel: "C1".into(),
        };
        let issue = TrackedIssue {
            channel: channel.clone(),
            key: "SCRUM-1".parse().unwrap(),
            issue_id: None,
            tracked_by: amira(),
            tracked_at: stored_now(),
            last_synced_at: None,
            last_status: None,
            last_summary: None,
            gone_since: None,
        };
        let candidate = issue.clone();
        let won = race(&store, move |store, _| {
            let issue = candidate.clone();
            async move { committed(&store, async |tx| tracked::track(tx, &issue).await).await }
        })
        .await;
        assert_eq!(
            won.into_iter().filter(|won| *won.as_ref().unwrap()).count(),
            1
        );

        let tx = store.begin().await.unwrap();
        let seen = Seen {
            id: "10001".into(),
            key: issue.key.clone(),
            status: "Open".into(),
            summary: "Login".into(),
            updated: Some(now()),
        };
        assert!(tracked_state::apply(&tx, &seen, now()).await.unwrap());
        tx.commit().await.unwrap();
        let listed = tracked::list(&*store, &channel).await.unwrap();
        assert_eq!(listed[0].last_status.as_deref(), Some("Open"));
        assert_eq!(listed[0].last_synced_at, Some(stored_now()));
        assert_eq!(
            tracked::channels(&store).await.unwrap(),
            [(channel.clone(), 1)]
        );
        assert_eq!(
            tracked::find_by_key(&store, &issue.key).await.unwrap(),
            listed
        );

        let gone = committed(&store, async |tx| {
            let first = tracked::untrack(tx, &channel, &issue.key).await.unwrap();
            (
                first,
                tracked::untrack(tx, &channel, &issue.key).await.unwrap(),
            )
        })
        .await;
        assert_eq!(gone, (true, false));
        assert!(
            !tracked::is_tracked(&*store, &channel, &issue.key)
                .await
                .unwrap()
        );
    }
}
