//! A sink: answers every call as Slack answers a message that it took, as fast as it can.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use serde_json::{Value, json};
use tokio::net::TcpListener;

static MESSAGES: AtomicU64 = AtomicU64::new(1);

/// Listens on a free port, prints its address, and answers until it is killed.
pub(super) async fn run() -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", json!({ "address": listener.local_addr()? }));
    let router = axum::Router::new().fallback(answer);
    Ok(axum::serve(listener, router).await?)
}

async fn answer() -> Json<Value> {
    let number = MESSAGES.fetch_add(1, Ordering::Relaxed);
    Json(json!({
        "ok": true,
        "channel": "C0BENCH01",
        "ts": format!("1700000000.{number:06}"),
        "team_id": "T0BENCH01",
        "user_id": "U0BENCH01",
        "bot_id": "B0BENCH01",
    }))
}
