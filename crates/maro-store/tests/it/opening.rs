//! Opening: migrations by many at once, one instance per SQLite file, clear refusals.

use maro_store::{Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{every_backend, options, postgres_url, sqlite_url};

async fn open_four_at_once(url: &str) {
    let mut starts = JoinSet::new();
    for _ in 0..4 {
        starts.spawn(Store::open(options(url)));
    }
    for store in starts.join_all().await {
        let store = store.unwrap();
        store.ping().await.unwrap();
        assert!(
            store
                .migration_status()
                .await
                .unwrap()
                .iter()
                .all(|m| m.applied)
        );
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_starts_on_an_empty_database_all_succeed() {
    let (url, _folder) = sqlite_url();
    open_four_at_once(&url).await;
    if let Some(url) = postgres_url().await {
        open_four_at_once(&url).await;
    }
}

#[tokio::test]
async fn migrations_are_reported_before_and_after() {
    for store in every_backend().await {
        let status = store.migration_status().await.unwrap();
        assert!(status.len() >= 7, "{}", store.backend_name());
        assert!(status.iter().all(|migration| migration.applied));
    }
    let (url, _folder) = sqlite_url();
    let unmigrated = maro_store::StoreOptions {
        migrate: false,
        ..options(&url)
    };
    let store = Store::open(unmigrated).await.unwrap();
    assert!(
        store
            .migration_status()
            .await
            .unwrap()
            .iter()
            .all(|m| !m.applied)
    );
    store.migrate().await.unwrap();
    assert!(
        store
            .migration_status()
            .await
            .unwrap()
            .iter()
            .all(|m| m.applied)
    );
}

#[tokio::test]
async fn a_second_instance_on_one_sqlite_file_is_refused() {
    let (url, _folder) = sqlite_url();
    let locked = maro_store::StoreOptions {
        instance_lock: true,
        ..options(&url)
    };
    let first = Store::open(locked.clone()).await.unwrap();

    let second = Store::open(locked.clone()).await.unwrap_err();
    assert!(matches!(second, StoreError::Locked));
    assert_eq!(
        second.to_string(),
        "another Maro runs on this database; stop it, or use PostgreSQL for several instances"
    );
    // A command beside the server may open it.
    Store::open(options(&url)).await.unwrap();

    drop(first);
    Store::open(locked).await.unwrap();
}

#[tokio::test]
async fn urls_that_name_no_database_are_refused() {
    for url in ["mysql://x/y", "sqlite::memory:", "", "maro.db"] {
        let refused = Store::open(options(url)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Url), "{url}");
    }
}

#[tokio::test]
async fn a_server_that_forgets_commits_is_refused() {
    let Some(url) = postgres_url().await else {
        return;
    };
    let forgetful = format!("{url}?options[synchronous_commit]=off");
    let refused = Store::open(options(&forgetful)).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::NotDurable { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_store_does_not_print_its_password() {
    let Some(url) = postgres_url().await else {
        return;
    };
    let url = url.replace("postgres@", "postgres:hunter2@");
    let store = Store::open(options(&url)).await.unwrap();
    assert_eq!(format!("{store:?}"), "Store(\"PostgreSQL\")");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_a_sqlite_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (url, folder) = sqlite_url();
    let _store = Store::open(options(&url)).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.file_name());
    }
}
