//! Installations: one rotation at a time, late news, states that count once, parked messages.

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_store::Store;
use maro_store::outbox;
use maro_store::slack::{self, Installation, InstallationState, RotatedPair};

use crate::support::{committed, every_backend, post, stored_now as now};

fn installation() -> Installation {
    Installation {
        team_id: "T1".into(),
        team_name: "Acme".into(),
        enterprise_id: None,
        app_id: "A1".into(),
        bot_user_id: "U0BOT".into(),
        scopes: vec!["commands".into(), "chat:write".into()],
        state: InstallationState::Active,
        access_token: Some("sealed-1".into()),
        refresh_token: Some("sealed-r1".into()),
        expires_at: Some(now() + TimeDelta::hours(1)),
        generation: 7,
        installed_by: Actor::System,
        installed_at: now(),
        failures: 0,
        next_try_at: None,
        problem: None,
        updated_at: now(),
    }
}

async fn install(store: &Store, installation: &Installation) {
    let tx = store.begin().await.unwrap();
    slack::install(&tx, installation).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn one_claim_rotates_and_a_lost_one_changes_nothing() {
    for store in every_backend().await {
        rotate(&store).await;
    }
}

async fn rotate(store: &Store) {
    install(store, &installation()).await;
    let found = slack::list(store).await.unwrap();
    assert_eq!(found, [installation()]);
    let soon = now() + TimeDelta::hours(2);
    assert_eq!(slack::due(store, soon, now()).await.unwrap().len(), 1);
    assert!(slack::due(store, now(), now()).await.unwrap().is_empty());

    let until = now() + TimeDelta::seconds(30);
    let claim = |owner, at| slack::claim(store, ("T1", 7), owner, at, until);
    let lost = claim("a", now()).await.unwrap().unwrap();
    assert!(claim("b", now()).await.unwrap().is_none(), "it is taken");
    let held = claim("b", until).await.unwrap().unwrap();

    let pair = RotatedPair {
        access_token: "sealed-2".into(),
        refresh_token: Some("sealed-r2".into()),
        expires_at: Some(now() + TimeDelta::hours(12)),
    };
    for (claim, stored) in [(&lost, false), (&held, true), (&held, false)] {
        let tx = store.begin().await.unwrap();
        let done = slack::store_pair(&tx, claim, &pair, now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(done, stored);
    }
    let after = slack::find(store, "T1").await.unwrap().unwrap();
    assert_eq!(after.access_token.as_deref(), Some("sealed-2"));
    assert_eq!(after.generation, 8);
    assert!(
        claim("c", until).await.unwrap().is_none(),
        "that pair is gone"
    );

    let again = slack::claim(store, ("T1", 8), "c", until, until + TimeDelta::seconds(30));
    let again = again.await.unwrap().unwrap();
    assert!(
        slack::mark_failed(store, &again, "no answer", soon)
            .await
            .unwrap()
    );
    let far = now() + TimeDelta::days(1);
    assert!(slack::due(store, far, now()).await.unwrap().is_empty());
    assert_eq!(slack::due(store, far, soon).await.unwrap().len(), 1);
}

#[tokio::test]
async fn late_news_does_not_end_a_newer_installation() {
    for store in every_backend().await {
        hear_late_news(&store).await;
    }
}

async fn hear_late_news(store: &Store) {
    install(store, &installation()).await;
    let end = async |at| {
        let tx = store.begin().await.unwrap();
        let ended = slack::end(&tx, "T1", "it was removed", at, now()).await;
        tx.commit().await.unwrap();
        ended.unwrap()
    };
    assert!(!end(now() - TimeDelta::seconds(1)).await);
    assert!(end(now() + TimeDelta::seconds(1)).await);
    assert!(!end(now() + TimeDelta::seconds(2)).await, "it has ended");
    let ended = slack::find(store, "T1").await.unwrap().unwrap();
    assert_eq!(ended.state, InstallationState::Ended);
    assert_eq!((ended.access_token, ended.refresh_token), (None, None));

    install(store, &installation()).await;
    let back = slack::find(store, "T1").await.unwrap().unwrap();
    assert_eq!(back, installation());
    let tx = store.begin().await.unwrap();
    assert!(!slack::delete_placeholder(&tx, "T1").await.unwrap());
}

#[tokio::test]
async fn a_state_counts_once() {
    for store in every_backend().await {
        use_a_state(&store).await;
    }
}

async fn use_a_state(store: &Store) {
    let until = now() + TimeDelta::minutes(10);
    let use_it = async || {
        let tx = store.begin().await.unwrap();
        let first = slack::use_state(&tx, "hash", until).await.unwrap();
        tx.commit().await.unwrap();
        first
    };
    assert!(use_it().await);
    assert!(!use_it().await);
    assert_eq!(slack::delete_expired_states(store, now()).await.unwrap(), 0);
    assert_eq!(slack::delete_expired_states(store, until).await.unwrap(), 1);
}

#[tokio::test]
async fn parked_messages_go_out_when_the_app_is_back() {
    for store in every_backend().await {
        park(&store).await;
    }
}

async fn park(store: &Store) {
    committed(store, async |tx| {
        for (number, channel) in [(1, "C1"), (2, "C2")] {
            outbox::enqueue(tx, &post(number, channel, channel))
                .await
                .unwrap();
        }
    })
    .await;
    let until = now() + TimeDelta::minutes(1);
    let claimed = outbox::claim_due(store, "a", now(), until, 10)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 2);
    for (row, why) in claimed
        .iter()
        .zip(["not installed: removed", "is archived"])
    {
        let tx = store.begin().await.unwrap();
        let buried = outbox::settle_dead(&tx, row.id, row.lease_epoch, why, false).await;
        assert!(buried.unwrap());
        tx.commit().await.unwrap();
    }

    let team = &claimed[0].team;
    let tx = store.begin().await.unwrap();
    let replayed = async |team: &str| {
        outbox::replay_of_team(&tx, team, "not installed", now())
            .await
            .unwrap()
    };
    assert_eq!(replayed("T-OTHER").await, 0);
    assert_eq!(replayed(team).await, 1);
    assert_eq!(replayed(team).await, 0);
}
