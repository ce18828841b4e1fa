//! People, tokens, browsers, counters, leases, values of the deployment, wake-ups.

use chrono::Duration;
use maro_core::actor::Actor;
use maro_core::ids::{PersonId, TokenId};
use maro_core::people::{Role, Scope};
use maro_store::people::Person;
use maro_store::tokens::ApiToken;
use maro_store::{
    StoreError, deployment, leases, people, sign_in_attempts, tokens, wake, web_sessions,
};

use crate::support::{RACERS, after, committed, every_backend, id, now, race, stored_now};

fn person(number: u128, email: &str) -> Person {
    Person {
        id: PersonId(id(number)),
        email: email.into(),
        name: "Amira".into(),
        role: Role::Admin,
        password_hash: Some("$argon2id$secret".into()),
        slack_team: Some("T1".into()),
        slack_user: Some(format!("U{number}")),
        jira_account_id: None,
        created_at: stored_now(),
        disabled_at: None,
    }
}

#[tokio::test]
async fn people_are_found_by_address_and_by_slack() {
    for store in every_backend().await {
        let amira = person(1, "amira@example.org");
        let tx = store.begin().await.unwrap();
        assert!(people::insert(&tx, &amira).await.unwrap());
        assert!(
            !people::insert(&tx, &person(2, "Amira@example.org"))
                .await
                .unwrap()
        );
        assert_eq!(people::count_admins(&tx).await.unwrap(), 1);
        tx.commit().await.unwrap();

        let found = people::find_by_email(&*store, " AMIRA@example.org")
            .await
            .unwrap();
        assert_eq!(found.as_ref(), Some(&amira), "{}", store.backend_name());
        let found = people::find_by_slack(&*store, "T1", "U1").await.unwrap();
        assert_eq!(found.as_ref(), Some(&amira));
        assert!(!format!("{amira:?}").contains("argon2"));

        let changed = Person {
            role: Role::Viewer,
            slack_user: None,
            ..amira.clone()
        };
        let tx = store.begin().await.unwrap();
        assert!(people::update(&tx, &changed).await.unwrap());
        assert!(
            !people::update(&tx, &person(9, "x@example.org"))
                .await
                .unwrap()
        );
        assert!(
            people::insert(&tx, &person(3, "boris@example.org"))
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert_eq!(
            people::find(&*store, amira.id).await.unwrap(),
            Some(changed)
        );
        assert_eq!(people::list(&store).await.unwrap().len(), 2);

        let taken = Person {
            email: "boris@example.org".into(),
            ..amira
        };
        let tx = store.begin().await.unwrap();
        let refused = people::update(&tx, &taken).await.unwrap_err();
        assert!(matches!(refused, StoreError::Conflict(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn tokens_are_used_and_revoked() {
    for store in every_backend().await {
        let token = ApiToken {
            id: TokenId(id(1)),
            name: "ci".into(),
            hash: "h".into(),
            scopes: vec![Scope::Read, Scope::DraftsWrite],
            created_by: Actor::Operator,
            created_at: stored_now(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        committed(&store, async |tx| tokens::insert(tx, &token).await.unwrap()).await;
        assert_eq!(
            tokens::find_by_hash(&*store, "h").await.unwrap().as_ref(),
            Some(&token)
        );
        tokens::touch(&store, &token, now()).await.unwrap();
        let used = tokens::find_by_hash(&*store, "h").await.unwrap().unwrap();
        assert_eq!(used.last_used_at, Some(stored_now()));
        tokens::touch(&store, &used, after(59)).await.unwrap();
        assert_eq!(tokens::list(&store).await.unwrap(), [used]);
        let revoked = committed(&store, async |tx| {
            let first = tokens::revoke(tx, token.id, now()).await.unwrap();
            (first, tokens::revoke(tx, token.id, now()).await.unwrap())
        });
        assert_eq!(revoked.await, (true, false));
    }
}

#[tokio::test]
async fn browsers_are_remembered_until_they_expire() {
    for store in every_backend().await {
        web_sessions::save(&store, "a", "{}", after(10))
            .await
            .unwrap();
        web_sessions::save(&store, "a", "{\"x\":1}", after(20))
            .await
            .unwrap();
        let (data, _) = web_sessions::load(&store, "a", after(15))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(data, "{\"x\":1}");
        assert_eq!(
            web_sessions::load(&store, "a", after(20)).await.unwrap(),
            None
        );
        web_sessions::save(&store, "b", "{}", after(50))
            .await
            .unwrap();
        assert_eq!(
            web_sessions::delete_expired(&store, after(20))
                .await
                .unwrap(),
            1
        );
        web_sessions::delete(&store, "b").await.unwrap();
        assert_eq!(web_sessions::load(&store, "b", now()).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_for_a_while() {
    for store in every_backend().await {
        let window = Duration::minutes(15);
        let mut counts = race(&store, async |store, _| {
            sign_in_attempts::record(&store, "k", now(), Duration::minutes(15))
                .await
                .unwrap()
        })
        .await;
        counts.sort_unstable();
        assert_eq!(
            counts,
            (1..=i64::from(RACERS)).collect::<Vec<_>>(),
            "{}",
            store.backend_name()
        );
        let later = sign_in_attempts::record(&store, "k", after(900), window)
            .await
            .unwrap();
        assert_eq!(later, 1, "a new window");
        sign_in_attempts::forget(&store, "k").await.unwrap();
        assert_eq!(
            sign_in_attempts::record(&store, "k", after(901), window)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            sign_in_attempts::delete_before(&store, after(9_000))
                .await
                .unwrap(),
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_has_one_holder() {
    for store in every_backend().await {
        let epochs = race(&store, async |store, n| {
            leases::acquire(&store, "clean-up", &n.to_string(), now(), after(30))
                .await
                .unwrap()
        })
        .await;
        assert_eq!(
            epochs.iter().flatten().collect::<Vec<_>>(),
            [&1],
            "{}",
            store.backend_name()
        );
        assert!(
            leases::renew(&store, "clean-up", 1, after(60))
                .await
                .unwrap()
        );
        let held = leases::acquire(&store, "clean-up", "v", after(59), after(90))
            .await
            .unwrap();
        assert_eq!(held, None);
        let taken = leases::acquire(&store, "clean-up", "v", after(60), after(90))
            .await
            .unwrap();
        assert_eq!(taken, Some(2));
        assert!(
            !leases::release(&store, "clean-up", 1).await.unwrap(),
            "not the holder"
        );
        for (at, holds) in [(after(89), true), (after(90), false)] {
            let is_held = leases::is_held(&store, "clean-up", at).await.unwrap();
            assert_eq!(is_held, holds, "{at}");
        }
        assert!(leases::release(&store, "clean-up", 2).await.unwrap());
        assert!(
            !leases::is_held(&store, "clean-up", after(61))
                .await
                .unwrap()
        );
        let free = leases::acquire(&store, "clean-up", "w", after(61), after(90))
            .await
            .unwrap();
        assert_eq!(free, Some(3));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_value_of_the_deployment_stays() {
    for store in every_backend().await {
        let values = race(&store, async |store, n| {
            committed(&store, async |tx| {
                deployment::put_if_absent(tx, "key", &n.to_string())
                    .await
                    .unwrap()
            })
            .await
        })
        .await;
        assert!(
            values.iter().all(|value| *value == values[0]),
            "{}",
            store.backend_name()
        );
        assert_eq!(
            deployment::find(&*store, "key").await.unwrap().as_ref(),
            values.first()
        );
        assert_eq!(deployment::find(&*store, "other").await.unwrap(), None);
    }
}

#[tokio::test]
async fn other_instances_are_woken_after_the_commit() {
    for store in every_backend().await {
        let wakes = wake::listen(&store).await.unwrap();
        committed(&store, async |tx| {
            wake::notify(tx, "operations").await.unwrap();
        })
        .await;
        match wakes {
            Some(mut wakes) => assert_eq!(wakes.next().await, "operations"),
            None => assert_eq!(store.backend_name(), "SQLite"),
        }
    }
}
