//! Load: signed slash commands, each with an id of its own, over connections that stay open.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use clap::Args;
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::task::{JoinSet, LocalSet};

use super::http::{Connection, request};
use super::signing::{SIGNATURE, TIMESTAMP, sign};

const PATH: &str = "/api/v1/webhooks/slack/commands";
/// About as long as the body of a real slash command.
const BODY_LENGTH: usize = 700;
/// How the server says, with a 200, that it stored nothing.
const NOT_SAVED: &str = "could not save";

/// What is sent, and how much of it.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long, default_value_t = 64)]
    connections: u32,
    #[arg(long)]
    seconds: f64,
    /// What follows the command, for example `help`.
    #[arg(long)]
    text: String,
    /// The signing secret of a server that exists for the measurement only.
    #[arg(long)]
    secret: String,
    #[arg(long)]
    response_url: String,
}

/// Sends until the time is over, and prints what came of it.
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let options = Rc::new(options);
    let mut senders = JoinSet::new();
    let started = Instant::now();
    let deadline = started + Duration::from_secs_f64(options.seconds);
    let local = LocalSet::new();
    for number in 0..options.connections {
        let sender = Sender {
            options: Rc::clone(&options),
            name: format!("{seed}:{number}"),
            sent: 0,
        };
        senders.spawn_local_on(sender.send_until(deadline), &local);
    }
    let mut latencies = local
        .run_until(senders.join_all())
        .await
        .into_iter()
        .try_fold(
            Vec::new(),
            |mut all, one| -> anyhow::Result<Vec<Duration>> {
                all.extend(one?);
                Ok(all)
            },
        )?;
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    println!("{}", describe(&latencies, elapsed)?);
    Ok(())
}

/// What a load says of itself: how much, how fast, how long.
pub(super) fn describe(
    latencies: &[Duration],
    elapsed: Duration,
) -> anyhow::Result<serde_json::Value> {
    let count = u32::try_from(latencies.len())?;
    let at = |percent: usize| -> anyhow::Result<f64> {
        let place = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        let latency = latencies.get(place).context("nothing was answered")?;
        Ok(latency.as_secs_f64() * 1000.0)
    };
    Ok(json!({
        "requests": count,
        "per_second": f64::from(count) / elapsed.as_secs_f64(),
        "p50_ms": at(50)?,
        "p99_ms": at(99)?,
        "longest_ms": at(100)?,
    }))
}

/// One connection's part of the load.
struct Sender {
    options: Rc<Options>,
    name: String,
    sent: u64,
}

impl Sender {
    async fn send_until(mut self, deadline: Instant) -> anyhow::Result<Vec<Duration>> {
        let mut connection = Connection::open(self.options.address).await?;
        let mut latencies = Vec::new();
        while Instant::now() < deadline {
            let request = self.next_request()?;
            let started = Instant::now();
            let answer = connection.exchange(&request).await?;
            latencies.push(started.elapsed());
            let body = String::from_utf8_lossy(&answer.body);
            if answer.status != 200 || body.contains(NOT_SAVED) {
                bail!("answered {}: {body}", answer.status);
            }
        }
        Ok(latencies)
    }

    fn next_request(&mut self) -> anyhow::Result<Vec<u8>> {
        self.sent += 1;
        let body = self.body();
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let timestamp = seconds.to_string();
        let signature = sign(&self.options.secret, &timestamp, body.as_bytes());
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            (TIMESTAMP, timestamp.as_str()),
            (SIGNATURE, signature.as_str()),
        ];
        Ok(request("POST", PATH, &headers, body.as_bytes()))
    }

    /// The id spreads over the whole index, as it does in the other measurements.
    fn body(&self) -> String {
        let digest = Sha256::digest(format!("{}:{}", self.name, self.sent));
        let trigger = HEXLOWER.encode(&digest[..16]);
        let Options {
            text, response_url, ..
        } = &*self.options;
        let mut body = format!(
            "token=none&team_id=T0BENCH01&team_domain=bench&channel_id=C0BENCH01\
             &channel_name=general&user_id=U0BENCH01&user_name=amira&command=%2Fmaro&text={text}\
             &api_app_id=A0BENCH01&is_enterprise_install=false&response_url={response_url}\
             &trigger_id={trigger}&padding="
        );
        body.extend(std::iter::repeat_n(
            'x',
            BODY_LENGTH.saturating_sub(body.len()),
        ));
        body
    }
}
