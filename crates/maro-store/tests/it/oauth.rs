//! Grants: one renews at a time, a late answer overwrites nothing, a consent is answered once.

use maro_core::actor::Actor;
use maro_store::oauth::refresh::{self, NewPair, RefreshClaim};
use maro_store::oauth::{
    App, Grant, GrantState, GrantedSite, PendingConsent, apps, grants, states,
};
use maro_store::{Store, Tx};

use crate::support::{after, amira, committed, every_backend, now, race, stored_now};

const ID: &str = "atlassian";

fn grant() -> Grant {
    let site = GrantedSite {
        id: "cloud-1".into(),
        url: "https://example.atlassian.net".into(),
        name: "example".into(),
        scopes: vec!["read:jira-work".into()],
    };
    Grant {
        id: ID.into(),
        state: GrantState::Connected,
        client_id: "app".into(),
        access_token: "sealed access 1".into(),
        refresh_token: "sealed refresh 1".into(),
        previous_refresh_token: None,
        scopes: vec!["read:jira-work".into(), "offline_access".into()],
        account_id: "5b10".into(),
        account_name: "Amira".into(),
        cloud_id: Some("cloud-1".into()),
        sites: vec![site],
        generation: 7,
        granted_at: stored_now(),
        obtained_at: stored_now(),
        expires_at: stored_now(),
        rejected_at: None,
        failures: 0,
        next_try_at: None,
        problem: None,
        connected_by: amira(),
        updated_at: stored_now(),
    }
}

fn pair(number: u8) -> NewPair {
    NewPair {
        access_token: format!("sealed access {number}"),
        refresh_token: format!("sealed refresh {number}"),
        previous_refresh_token: "sealed refresh 1".into(),
        obtained_at: now(),
        expires_at: after(3_600),
        rejected_at: None,
    }
}

async fn put(store: &Store) {
    committed(store, async |tx: &Tx| grants::put(tx, &grant()).await)
        .await
        .unwrap();
}

async fn current(store: &Store) -> Grant {
    grants::find(store, ID).await.unwrap().unwrap()
}

async fn claim(store: &Store, seconds: i64) -> Option<RefreshClaim> {
    let until = after(seconds + 30);
    refresh::claim(store, (ID, 7), "me", after(seconds), until)
        .await
        .unwrap()
}

async fn store_pair(store: &Store, claim: &RefreshClaim, number: u8) -> bool {
    committed(store, async |tx: &Tx| {
        refresh::store_pair(tx, claim, &pair(number)).await.unwrap()
    })
    .await
}

#[tokio::test]
async fn a_grant_reads_back_as_it_was_written_and_is_replaced_as_a_whole() {
    for store in every_backend().await {
        put(&store).await;
        assert_eq!(current(&store).await, grant(), "{}", store.backend_name());
        assert_eq!(grant().site().unwrap().name, "example");
        let other = Grant {
            cloud_id: None,
            problem: Some("none".into()),
            ..grant()
        };
        committed(&store, async |tx: &Tx| grants::put(tx, &other).await)
            .await
            .unwrap();
        assert_eq!(current(&store).await, other);
        committed(&store, async |tx: &Tx| grants::delete(tx, ID).await)
            .await
            .unwrap();
        assert_eq!(grants::find(&*store, ID).await.unwrap(), None);
    }
}

#[tokio::test]
async fn of_many_who_want_to_renew_one_may() {
    for store in every_backend().await {
        put(&store).await;
        let claims = race(&store, |store, _| async move { claim(&store, 0).await }).await;
        let claims: Vec<_> = claims.into_iter().flatten().collect();
        assert_eq!(claims.len(), 1, "{}", store.backend_name());
        assert!(store_pair(&store, &claims[0], 2).await);
        let stored = current(&store).await;
        assert_eq!(
            (stored.generation, stored.access_token.as_str()),
            (8, "sealed access 2")
        );
        assert_eq!(
            stored.previous_refresh_token.as_deref(),
            Some("sealed refresh 1")
        );
        assert_eq!(
            claim(&store, 60).await,
            None,
            "that pair is not the current one any more"
        );
    }
}

#[tokio::test]
async fn an_answer_that_comes_after_its_claim_ran_out_changes_nothing() {
    for store in every_backend().await {
        put(&store).await;
        let late = claim(&store, 0).await.unwrap();
        assert_eq!(claim(&store, 29).await, None);
        let next = claim(&store, 31).await.unwrap();
        assert!(
            !store_pair(&store, &late, 2).await,
            "{}",
            store.backend_name()
        );
        let dead = committed(&store, async |tx: &Tx| {
            refresh::mark_dead(tx, &late, "late", now()).await.unwrap()
        })
        .await;
        assert!(!dead);
        assert!(store_pair(&store, &next, 3).await);
        assert_eq!(current(&store).await.access_token, "sealed access 3");
        assert!(
            !refresh::mark_failed(&store, &next, "late", now())
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn a_failure_gives_the_claim_back_and_a_dead_grant_is_not_claimed() {
    for store in every_backend().await {
        put(&store).await;
        let first = claim(&store, 0).await.unwrap();
        assert!(
            refresh::mark_failed(&store, &first, "no answer", after(5))
                .await
                .unwrap()
        );
        let failed = current(&store).await;
        assert_eq!(
            (failed.failures, failed.problem.as_deref()),
            (1, Some("no answer"))
        );
        assert!(failed.next_try_at.is_some());

        let second = claim(&store, 1).await.unwrap();
        committed(&store, async |tx: &Tx| {
            assert!(
                refresh::mark_dead(tx, &second, "revoked", now())
                    .await
                    .unwrap()
            );
        })
        .await;
        assert_eq!(current(&store).await.state, GrantState::Dead);
        assert_eq!(claim(&store, 60).await, None);
    }
}

#[tokio::test]
async fn a_consent_is_taken_once() {
    for store in every_backend().await {
        let consent = PendingConsent {
            id: "hash".into(),
            verifier: "sealed verifier".into(),
            begun_by: "browser".into(),
            redirect_uri: "https://maro.example/callback".into(),
            client_id: "app".into(),
            actor: Actor::Operator,
            expires_at: stored_now(),
        };
        committed(&store, async |tx: &Tx| states::insert(tx, &consent).await)
            .await
            .unwrap();
        let taken = race(&store, |store, _| async move {
            committed(&store, async |tx: &Tx| {
                states::take(tx, "hash").await.unwrap()
            })
            .await
        })
        .await;
        let taken: Vec<_> = taken.into_iter().flatten().collect();
        assert_eq!(
            taken.as_slice(),
            std::slice::from_ref(&consent),
            "{}",
            store.backend_name()
        );

        committed(&store, async |tx: &Tx| states::insert(tx, &consent).await)
            .await
            .unwrap();
        assert_eq!(states::delete_expired(&store, after(-1)).await.unwrap(), 0);
        assert_eq!(states::delete_expired(&store, now()).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_app_is_kept_until_it_is_replaced() {
    for store in every_backend().await {
        let app = App {
            id: ID.into(),
            client_id: "app".into(),
            client_secret: "sealed secret".into(),
            site_url: None,
            default_project: Some("SCRUM".into()),
            updated_at: stored_now(),
            updated_by: amira(),
        };
        let newer = App {
            client_id: "another".into(),
            ..app.clone()
        };
        committed(&store, async |tx: &Tx| {
            apps::put(tx, &app).await.unwrap();
            apps::put(tx, &newer).await.unwrap();
        })
        .await;
        assert_eq!(apps::find(&*store, ID).await.unwrap(), Some(newer));
        committed(&store, async |tx: &Tx| apps::delete(tx, ID).await)
            .await
            .unwrap();
        assert_eq!(apps::find(&*store, ID).await.unwrap(), None);
    }
}
