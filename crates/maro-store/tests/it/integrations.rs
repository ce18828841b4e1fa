//! Configurations of integrations: versions that never come twice, secrets that a rotation finds.

use std::collections::BTreeMap;

use chrono::DateTime;
use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use maro_store::integrations::{self, SecretRef, StoredConfig};
use maro_store::sealed_values::{self, SECRETS};
use maro_store::{Store, secrets};

use crate::support::every_backend;

fn jira(version: i64) -> StoredConfig {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let secret = SecretRef {
        name: "jira.api_token.1".into(),
        bound_to: Some("https://acme.atlassian.net".into()),
    };
    StoredConfig {
        integration: Integration::Jira,
        fields: BTreeMap::from([field("url", "https://acme.atlassian.net/")]),
        secrets: BTreeMap::from([("api_token".to_owned(), secret)]),
        version,
        updated_at: DateTime::UNIX_EPOCH,
        updated_by: Actor::Operator,
    }
}

/// Stores a configuration under the next version, which is returned when it was stored.
async fn save(store: &Store, expected: i64) -> Option<i64> {
    let tx = store.begin().await.unwrap();
    let version = integrations::bump_version(&tx).await.unwrap();
    let saved = integrations::save(&tx, &jira(version), expected)
        .await
        .unwrap();
    if saved {
        tx.commit().await.unwrap();
    } else {
        tx.rollback().await.unwrap();
    }
    saved.then_some(version)
}

#[tokio::test]
async fn a_configuration_is_changed_by_whoever_saw_the_last_one() {
    for store in every_backend().await {
        let name = store.backend_name();
        assert_eq!(integrations::version(&*store).await.unwrap(), 0, "{name}");
        let first = save(&store, 0).await.expect("nothing was there");
        assert_eq!(save(&store, 0).await, None, "{name}: something is there");
        let second = save(&store, first).await.expect("it was the last one");
        assert_eq!(save(&store, first).await, None, "{name}: it is stale");
        let found = integrations::find(&*store, Integration::Jira)
            .await
            .unwrap();
        assert_eq!(found, Some(jira(second)), "{name}");
        assert_eq!(
            integrations::version(&*store).await.unwrap(),
            second,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_version_does_not_come_again_after_a_deletion() {
    for store in every_backend().await {
        let first = save(&store, 0).await.unwrap();
        let tx = store.begin().await.unwrap();
        assert!(
            !integrations::delete(&tx, Integration::Jira, first + 1)
                .await
                .unwrap()
        );
        assert!(
            integrations::delete(&tx, Integration::Jira, first)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        assert!(integrations::list(&*store).await.unwrap().is_empty());
        let second = save(&store, 0).await.unwrap();
        assert!(second > first, "{}", store.backend_name());
        assert_eq!(save(&store, first).await, None, "{}", store.backend_name());
    }
}

#[tokio::test]
async fn every_sealed_value_is_listed_and_replaced_once() {
    for store in every_backend().await {
        let tx = store.begin().await.unwrap();
        for (name, sealed) in [("b", "sealed b"), ("a", "sealed a")] {
            secrets::insert(&tx, name, sealed, DateTime::UNIX_EPOCH)
                .await
                .unwrap();
        }
        let listed = sealed_values::list(&tx, &SECRETS).await.unwrap();
        let pair = |name: &str, sealed: &str| (name.to_owned(), sealed.to_owned());
        assert_eq!(listed, [pair("a", "sealed a"), pair("b", "sealed b")]);
        for (changed, expected) in [(true, "sealed a"), (false, "sealed a")] {
            let replaced = sealed_values::replace(&tx, &SECRETS, "a", expected, "new").await;
            assert_eq!(replaced.unwrap(), changed, "{}", store.backend_name());
        }
        secrets::delete(&tx, "b").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            secrets::find(&*store, "a").await.unwrap(),
            Some("new".into())
        );
        assert_eq!(secrets::find(&*store, "b").await.unwrap(), None);
    }
}

#[test]
fn the_place_of_a_value_names_table_column_and_row() {
    assert_eq!(
        SECRETS.place("jira.api_token.1"),
        "secrets.sealed:jira.api_token.1"
    );
}
