//! Webhooks of Jira about tracked issues, at a steady pace: how soon each is durable and answered.
//!
//! The pace does not slow down when answers do, and a latency counts from the moment when the
//! webhook was due: waiting for a connection is waiting.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use clap::Args;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep_until};

use super::http::{Connection, request};

const PATH: &str = "/api/v1/webhooks/jira";
const CHANNEL: &str = "/api/v1/channels/T0BENCH01:C0BENCH01/tracked";
/// Each connection sends this often, so that one slow answer delays no other webhook.
const PER_CONNECTION: u32 = 10;
/// About as long as a real event.
const PADDING: usize = 6_000;

/// Where Maro is, and how much it is sent.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[arg(long)]
    maro: SocketAddr,
    /// A token of a server that exists for the measurement only.
    #[arg(long)]
    token: String,
    /// The secret of the webhook of such a server.
    #[arg(long)]
    secret: String,
    /// The issues that are tracked, for example `SCRUM-116`.
    #[arg(long)]
    issue: Vec<String>,
    #[arg(long, default_value_t = 200)]
    per_second: u32,
    #[arg(long)]
    seconds: u32,
}

/// An issue as events name it.
struct Issue {
    id: String,
    key: String,
}

/// Tracks the issues, sends events about them, and prints the latencies.
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let issues = Rc::new(track(&options).await?);
    let options = Rc::new(options);
    let senders = (options.per_second / PER_CONNECTION).max(1);
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let (local, mut sending) = (LocalSet::new(), JoinSet::new());
    let begin = Instant::now() + Duration::from_millis(200);
    let gap = Duration::from_secs(1) / options.per_second.max(1);
    for number in 0..senders {
        let sender = Sender {
            options: Rc::clone(&options),
            issues: Rc::clone(&issues),
            name: format!("{seed}-{number}"),
            begin: begin + gap * number,
            every: gap * senders,
        };
        sending.spawn_local_on(sender.send(), &local);
    }
    let mut latencies = Vec::new();
    for one in local.run_until(sending.join_all()).await {
        latencies.extend(one?);
    }
    latencies.sort_unstable();
    let at = |percent: usize| -> anyhow::Result<f64> {
        let place = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        let latency: &Duration = latencies.get(place).context("nothing was answered")?;
        Ok(latency.as_secs_f64() * 1000.0)
    };
    println!(
        "{}",
        json!({ "webhooks": latencies.len(), "p50_ms": at(50)?, "p99_ms": at(99)? })
    );
    Ok(())
}

async fn track(options: &Options) -> anyhow::Result<Vec<Issue>> {
    let mut maro = Connection::open(options.maro).await?;
    let authorization = format!("Bearer {}", options.token);
    let headers = [
        ("content-type", "application/json"),
        ("authorization", authorization.as_str()),
    ];
    let mut issues = Vec::new();
    for key in &options.issue {
        let body = json!({ "key": key }).to_string();
        let asked = request("POST", CHANNEL, &headers, body.as_bytes());
        let answer = maro.exchange(&asked).await?;
        // The issues may be tracked since the round before.
        if !matches!(answer.status, 201 | 409) {
            bail!("{key}: {}", String::from_utf8_lossy(&answer.body));
        }
    }
    let answer = maro
        .exchange(&request("GET", CHANNEL, &headers, b""))
        .await?;
    let tracked: Value = serde_json::from_slice(&answer.body)?;
    for row in tracked["items"].as_array().context("no list")? {
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        issues.push(Issue {
            id: text("issue_id").context("an issue without an id")?,
            key: text("key").context("an issue without a key")?,
        });
    }
    Ok(issues)
}

/// One connection's part.
struct Sender {
    options: Rc<Options>,
    issues: Rc<Vec<Issue>>,
    name: String,
    begin: Instant,
    every: Duration,
}

impl Sender {
    async fn send(self) -> anyhow::Result<Vec<Duration>> {
        let mut connection = Connection::open(self.options.maro).await?;
        let mut latencies = Vec::new();
        let end = self.begin + Duration::from_secs(self.options.seconds.into());
        let mut due = self.begin;
        for number in 0_usize.. {
            if due >= end {
                break;
            }
            let request = self.request(number)?;
            sleep_until(due).await;
            let answer = connection.exchange(&request).await?;
            latencies.push(due.elapsed());
            if answer.status != 200 {
                let body = String::from_utf8_lossy(&answer.body);
                bail!("answered {}: {body}", answer.status);
            }
            due += self.every;
        }
        Ok(latencies)
    }

    fn request(&self, number: usize) -> anyhow::Result<Vec<u8>> {
        let issue = &self.issues[number % self.issues.len()];
        let body = json!({
            "timestamp": 1_700_000_000_000_i64, "webhookEvent": "jira:issue_updated",
            "issue": { "id": issue.id, "key": issue.key, "fields": {
                "summary": "Ticket of the measurement", "status": { "name": "In Progress" },
                "labels": ["bench"], "description": "x".repeat(PADDING) } },
        })
        .to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.options.secret.as_bytes())?;
        mac.update(body.as_bytes());
        let signature = HEXLOWER.encode(&mac.finalize().into_bytes());
        let headers = [
            ("content-type", "application/json"),
            ("x-hub-signature", &format!("sha256={signature}")),
            (
                "x-atlassian-webhook-identifier",
                &format!("{}-{number}", self.name),
            ),
        ];
        Ok(request("POST", PATH, &headers, body.as_bytes()))
    }
}
