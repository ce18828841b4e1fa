//! The ceiling: a bare server that checks a signature and commits what waits in one transaction.
//!
//! It does nothing else that a product must do, so it shows what the machine allows.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use clap::Args;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sea_orm::sqlx::{self, ConnectOptions as _};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;

use super::signing::{SIGNATURE, TIMESTAMP, is_signed};

const LARGEST_BATCH: usize = 256;
const ON_POSTGRES: &str = "INSERT INTO inbox
        (id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)
    SELECT id, 'slack_command', 'done', 1, 'ceiling', 1, now(), now(), payload
    FROM unnest($1::text[], $2::text[]) AS new (id, payload) ON CONFLICT (id) DO NOTHING";
const ON_SQLITE: &str = "INSERT INTO inbox
        (id, kind, state, attempts, owner, lease_epoch, next_at, received_at, payload)
    SELECT value ->> 0, 'slack_command', 'done', 1, 'ceiling', 1,
        strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'),
        value ->> 1
    FROM json_each($1) WHERE true ON CONFLICT (id) DO NOTHING";

/// Where rows go.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A database whose inbox exists.
    #[arg(long)]
    database_url: String,
    #[arg(long)]
    secret: String,
}

/// A delivery whose sender waits for the commit.
struct Waiting {
    id: String,
    payload: String,
    stored: oneshot::Sender<()>,
}

enum Database {
    Postgres(Box<PgConnection>),
    Sqlite(Box<SqliteConnection>),
}

struct Door {
    secret: String,
    queue: mpsc::Sender<Waiting>,
}

type Queue = Arc<Mutex<mpsc::Receiver<Waiting>>>;

/// Listens on a free port, prints its address, and answers until it is killed.
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let (queue, waiting) = mpsc::channel(1024);
    let waiting = Arc::new(Mutex::new(waiting));
    let mut lanes = JoinSet::new();
    // While the log of one batch is flushed, PostgreSQL can take another. SQLite has one writer.
    let most = if is_sqlite(&options) { 1 } else { 2 };
    for _ in 0..most {
        let database = connect(&options).await?;
        lanes.spawn(write_batches(database, Arc::clone(&waiting)));
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", json!({ "address": listener.local_addr()? }));
    let secret = options.secret;
    let router = Router::new()
        .route("/api/v1/webhooks/slack/commands", post(take))
        .with_state(Arc::new(Door { secret, queue }));
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        Some(lane) = lanes.join_next() => lane?,
    }
}

fn is_sqlite(options: &Options) -> bool {
    options.database_url.starts_with("sqlite:")
}

async fn connect(options: &Options) -> anyhow::Result<Database> {
    if is_sqlite(options) {
        let connect: SqliteConnectOptions = options.database_url.parse()?;
        let connect = connect
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        return Ok(Database::Sqlite(Box::new(connect.connect().await?)));
    }
    let connect: PgConnectOptions = options.database_url.parse()?;
    let connection = connect.disable_statement_logging().connect().await?;
    Ok(Database::Postgres(Box::new(connection)))
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    if !is_signed(&door.secret, text(TIMESTAMP), text(SIGNATURE), &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(payload) = String::from_utf8(body.into()) else {
        return StatusCode::BAD_REQUEST;
    };
    let Some(trigger) = payload
        .split('&')
        .find_map(|pair| pair.strip_prefix("trigger_id="))
    else {
        return StatusCode::BAD_REQUEST;
    };
    let (stored, answer) = oneshot::channel();
    let id = format!("slack:T0BENCH01:command:{trigger}");
    let waiting = Waiting {
        id,
        payload,
        stored,
    };
    if door.queue.send(waiting).await.is_err() || answer.await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::OK
}

async fn write_batches(mut database: Database, queue: Queue) -> anyhow::Result<()> {
    let mut batch = Vec::with_capacity(LARGEST_BATCH);
    while queue
        .lock()
        .await
        .recv_many(&mut batch, LARGEST_BATCH)
        .await
        > 0
    {
        write(&mut database, &batch).await?;
        for waiting in batch.drain(..) {
            let _ = waiting.stored.send(());
        }
    }
    Ok(())
}

async fn write(database: &mut Database, batch: &[Waiting]) -> Result<(), sqlx::Error> {
    let rows = batch
        .iter()
        .map(|one| (one.id.as_str(), one.payload.as_str()));
    match database {
        Database::Postgres(connection) => {
            let (ids, payloads): (Vec<&str>, Vec<&str>) = rows.unzip();
            let insert = sqlx::query(ON_POSTGRES).bind(ids).bind(payloads);
            insert.execute(&mut **connection).await.map(drop)
        }
        Database::Sqlite(connection) => {
            let rows = json!(rows.collect::<Vec<_>>()).to_string();
            let insert = sqlx::query(ON_SQLITE).bind(rows);
            insert.execute(&mut **connection).await.map(drop)
        }
    }
}
