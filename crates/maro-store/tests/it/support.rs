//! Stores to test with, and values to put into them.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Duration, Utc};
use maro_core::actor::Actor;
use maro_core::drafts::Target;
use maro_core::ids::{ChannelRef, OperationId, OutboxId, SessionId};
use maro_core::operations::{ApprovedWrite, Operation, OperationKind};
use maro_core::outbox::{Message, NewMessage, Thread};
use maro_core::sessions::Phase;
use maro_store::sessions::Session;
use maro_store::{Store, StoreOptions, Tx};
use sea_orm::sqlx::{AssertSqlSafe, Connection as _, PgConnection, query};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many race for one row.
pub(crate) const RACERS: u8 = 16;

/// An empty, migrated store.
pub(crate) struct TestStore {
    store: Store,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A store on every database that is there.
pub(crate) async fn every_backend() -> Vec<TestStore> {
    let (url, folder) = sqlite_url();
    let mut stores = vec![open(url, Some(folder)).await];
    if let Some(url) = postgres_url().await {
        stores.push(open(url, None).await);
    }
    stores
}

pub(crate) fn sqlite_url() -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (
        format!("sqlite://{}", folder.path().join("maro.db").display()),
        folder,
    )
}

/// A new, empty database, when there is a server.
pub(crate) async fn postgres_url() -> Option<String> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by the environment"
    )]
    let Ok(server) = std::env::var("MARO_TEST_POSTGRES_URL") else {
        eprintln!("SKIPPED: PostgreSQL, because MARO_TEST_POSTGRES_URL is not set");
        return None;
    };
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("maro_store_{}_{number}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    for text in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        query(AssertSqlSafe(text))
            .execute(&mut admin)
            .await
            .unwrap();
    }
    let (scheme, rest) = server.split_once("://").unwrap();
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    Some(format!("{scheme}://{host}/{name}"))
}

pub(crate) fn options(url: &str) -> StoreOptions {
    StoreOptions {
        url: url.to_owned(),
        instance_lock: false,
        migrate: true,
        max_connections: 10,
    }
}

async fn open(url: String, folder: Option<TempDir>) -> TestStore {
    let store = Store::open(options(&url)).await.unwrap();
    TestStore {
        store,
        url,
        _folder: folder,
    }
}

/// Runs the same thing many times at once and returns what each said.
pub(crate) async fn race<T, F, Fut>(store: &Store, run: F) -> Vec<T>
where
    T: Send + 'static,
    F: Fn(Store, u8) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
{
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        racers.spawn(run(store.clone(), number));
    }
    racers.join_all().await
}

/// Runs statements that no one should: tampering.
pub(crate) async fn tamper(store: &TestStore, text: &str) {
    let connection = sea_orm::Database::connect(&store.url).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&connection, text)
        .await
        .unwrap();
}

pub(crate) async fn committed<T>(store: &Store, run: impl AsyncFnOnce(&Tx) -> T) -> T {
    let tx = store.begin().await.unwrap();
    let value = run(&tx).await;
    tx.commit().await.unwrap();
    value
}

/// A moment with nanoseconds, as the clock gives it.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 123_456_789).unwrap()
}

/// What is stored of [`now`].
pub(crate) fn stored_now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap()
}

pub(crate) fn after(seconds: i64) -> DateTime<Utc> {
    now() + Duration::seconds(seconds)
}

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn amira() -> Actor {
    Actor::Slack {
        team: "T1".into(),
        user: "U1".into(),
    }
}

pub(crate) fn session_id(name: &str) -> SessionId {
    SessionId::new("T1", "C1", name)
}

pub(crate) fn session(name: &str) -> Session {
    Session {
        id: session_id(name),
        channel: ChannelRef {
            team: "T1".into(),
            channel: "C1".into(),
        },
        channel_name: Some("general".into()),
        thread_ts: None,
        preview_ts: None,
        phase: Phase::Drafting,
        current_draft: None,
        author: amira(),
        author_name: None,
        source_permalink: None,
        jira_key: None,
        jira_url: None,
        created_at: stored_now(),
        updated_at: stored_now(),
    }
}

pub(crate) fn operation(number: u128, session: &str, hash: &str) -> Operation {
    let write = ApprovedWrite {
        session: session_id(session),
        kind: OperationKind::JiraCreate,
        draft_hash: hash.into(),
        request: json!({"fields": {"summary": "Login fails", "labels": ["ü", "\u{0}"]}}),
        target: Target {
            site: "https://example.atlassian.net".into(),
            project: "SCRUM".into(),
            acting_identity: "bot".into(),
        },
        created_by: amira(),
        approved_by: amira(),
    };
    Operation::prepared(OperationId(id(number)), write, b"key", stored_now())
}

/// A post into a channel; messages of one subject keep their order.
pub(crate) fn post(number: u128, channel: &str, subject: &str) -> NewMessage {
    NewMessage {
        id: OutboxId(id(number)),
        team: "T1".into(),
        subject: subject.into(),
        message: Message::SlackPost {
            channel: channel.into(),
            thread: Thread::Channel,
            text: format!("message {number}"),
            blocks: json!([]),
            preview_of: None,
        },
        not_before: now(),
    }
}

/// An edit of a session's preview.
pub(crate) fn edit(number: u128, session: &str) -> NewMessage {
    NewMessage {
        id: OutboxId(id(number)),
        team: "T1".into(),
        subject: session.into(),
        message: Message::SlackUpdatePreview {
            session: session_id(session),
            channel: "C1".into(),
            text: format!("edit {number}"),
            blocks: json!([]),
        },
        not_before: now(),
    }
}
