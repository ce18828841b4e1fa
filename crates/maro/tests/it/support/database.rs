//! A database of its own for each test: a file, or a database on the PostgreSQL server.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection, query};
use tempfile::TempDir;

/// A database that starts empty.
pub(crate) enum Database {
    /// A file in a folder that goes away.
    Sqlite(TempDir),
    /// A database on the server, by its address.
    Postgres(String),
}

impl Database {
    /// A new file.
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A new database, when there is a server.
    pub(crate) async fn postgres() -> Option<Self> {
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
        let name = format!("maro_it_{}_{number}", std::process::id());
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
        Some(Self::Postgres(format!("{scheme}://{host}/{name}")))
    }

    /// What `MARO_DATABASE_URL` must be set to.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.path().join("maro.db").display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Changes rows behind Maro's back, and tells how many.
    pub(crate) async fn tamper(&self, sql: impl Into<String>) -> u64 {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(_) => {
                let mut file = SqliteConnection::connect(&self.url()).await.unwrap();
                query(sql).execute(&mut file).await.unwrap().rows_affected()
            }
            Self::Postgres(url) => {
                let mut server = PgConnection::connect(url).await.unwrap();
                query(sql)
                    .execute(&mut server)
                    .await
                    .unwrap()
                    .rows_affected()
            }
        }
    }

    /// Keeps everybody else from taking deliveries in, as a disk that hangs does.
    pub(crate) async fn hold(&self) -> Held {
        match self {
            Self::Sqlite(_) => {
                let mut file = SqliteConnection::connect(&self.url()).await.unwrap();
                query("BEGIN IMMEDIATE").execute(&mut file).await.unwrap();
                Held::Sqlite(file)
            }
            Self::Postgres(url) => {
                let mut server = PgConnection::connect(url).await.unwrap();
                for text in ["BEGIN", "LOCK TABLE inbox IN EXCLUSIVE MODE"] {
                    query(text).execute(&mut server).await.unwrap();
                }
                Held::Postgres(Box::new(server))
            }
        }
    }
}

/// A database in which nothing moves.
pub(crate) enum Held {
    /// Nobody else writes to the file.
    Sqlite(SqliteConnection),
    /// Nobody else writes to the inbox.
    Postgres(Box<PgConnection>),
}

impl Held {
    /// Lets it move again.
    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(file) => file.close().await.unwrap(),
            Self::Postgres(server) => server.close().await.unwrap(),
        }
    }
}
