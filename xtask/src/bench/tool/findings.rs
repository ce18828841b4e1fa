//! Findings: defects over connections that stay open, one large report after another, and pages that a
//! person looks at.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;
use tokio::task::{JoinSet, LocalSet};

use super::http::{Connection, request};
use super::load::describe;

const DEFECTS: &str = "/api/v1/defects";
const JUNIT: &str = "/api/v1/reports/junit?suite=bench";
/// Of a hundred reports so many are of a defect that nobody has seen.
const NEW_OF_HUNDRED: u64 = 10;
const KNOWN: u64 = 500;

/// Where Maro is.
#[derive(Debug, Args)]
pub(super) struct Maro {
    #[arg(long)]
    maro: SocketAddr,
    /// A token of a server that exists for the measurement only.
    #[arg(long)]
    token: String,
}

/// How many defects are reported.
#[derive(Debug, Args)]
pub(super) struct Load {
    #[command(flatten)]
    maro: Maro,
    #[arg(long, default_value_t = 32)]
    connections: u32,
    #[arg(long)]
    seconds: f64,
}

/// How large a report is, and how often it comes.
#[derive(Debug, Args)]
pub(super) struct Junit {
    #[command(flatten)]
    maro: Maro,
    #[arg(long)]
    bytes: usize,
    #[arg(long)]
    times: u32,
}

/// Which pages are looked at.
#[derive(Debug, Args)]
pub(super) struct Pages {
    #[command(flatten)]
    maro: Maro,
    #[arg(long)]
    email: String,
    /// The password of an account that exists for the measurement only.
    #[arg(long)]
    password: String,
    #[arg(long)]
    path: Vec<String>,
    #[arg(long)]
    times: u32,
}

/// Reports until the time is over, and prints what came of it.
pub(super) async fn load(options: Load) -> anyhow::Result<()> {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let options = Rc::new(options);
    let (local, mut reporters) = (LocalSet::new(), JoinSet::new());
    let started = Instant::now();
    let deadline = started + Duration::from_secs_f64(options.seconds);
    for number in 0..options.connections {
        let (options, name) = (Rc::clone(&options), format!("{seed}-{number}"));
        reporters.spawn_local_on(report_until(options, name, deadline), &local);
    }
    let mut latencies = Vec::new();
    for one in local.run_until(reporters.join_all()).await {
        latencies.extend(one?);
    }
    let elapsed = started.elapsed();
    latencies.sort_unstable();
    println!("{}", describe(&latencies, elapsed)?);
    Ok(())
}

async fn report_until(
    options: Rc<Load>,
    name: String,
    deadline: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = Connection::open(options.maro.maro).await?;
    let authorization = format!("Bearer {}", options.maro.token);
    let headers = [
        ("content-type", "application/json"),
        ("authorization", authorization.as_str()),
    ];
    let mut latencies = Vec::new();
    for sent in 0_u64.. {
        if Instant::now() >= deadline {
            break;
        }
        let fingerprint = if sent % 100 < NEW_OF_HUNDRED {
            format!("{name}-{sent}")
        } else {
            format!("known-{}", sent.wrapping_mul(7_919) % KNOWN)
        };
        let body = json!({
            "title": "The caller is cut off after the second question", "severity": "high",
            "source": "line-monitor", "fingerprint": fingerprint,
            "description": "Seen by the monitor of the line, with what it heard.",
        });
        let request = request("POST", DEFECTS, &headers, body.to_string().as_bytes());
        let started = Instant::now();
        let answer = connection.exchange(&request).await?;
        latencies.push(started.elapsed());
        if !matches!(answer.status, 200 | 201) {
            bail!(
                "{}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
    Ok(latencies)
}

/// Sends a report some times, and prints how long each took until it was durable.
pub(super) async fn junit(options: Junit) -> anyhow::Result<()> {
    let mut connection = Connection::open(options.maro.maro).await?;
    let authorization = format!("Bearer {}", options.maro.token);
    let headers = [("authorization", authorization.as_str())];
    let mut latencies = Vec::new();
    let started = Instant::now();
    for number in 0..options.times {
        let report = report(options.bytes, number);
        let request = request("POST", JUNIT, &headers, report.as_bytes());
        let started = Instant::now();
        let answer = connection.exchange(&request).await?;
        latencies.push(started.elapsed());
        if answer.status != 201 {
            bail!(
                "{}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
    latencies.sort_unstable();
    println!("{}", describe(&latencies, started.elapsed())?);
    Ok(())
}

/// A report of this size, a few of whose cases fail.
fn report(bytes: usize, number: u32) -> String {
    let mut report = String::from("<testsuite name=\"bench\">");
    for case in 0.. {
        if report.len() >= bytes {
            break;
        }
        let name = format!(
            "<testcase classname=\"org.example.shop.CartTest\" name=\"case {case} adds up\" time=\"0.012\""
        );
        report.push_str(&name);
        if case % 400 == 7 {
            let text = format!(
                "><failure message=\"expected {case} but was {number}\">at CartTest.java:{case}</failure></testcase>"
            );
            report.push_str(&text);
        } else {
            report.push_str("/>");
        }
    }
    report.push_str("</testsuite>");
    report
}

/// Signs in and looks at each page some times; prints the median of each.
pub(super) async fn pages(options: Pages) -> anyhow::Result<()> {
    let mut connection = Connection::open(options.maro.maro).await?;
    let form = [("email", &options.email), ("password", &options.password)];
    let form = form.map(|(name, value)| format!("{name}={}", value.replace('@', "%40")));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let sign_in = request("POST", "/sign-in", &headers, form.join("&").as_bytes());
    let answer = connection.exchange(&sign_in).await?;
    let cookie = answer.cookie().context("nobody was signed in")?;
    let headers = [("cookie", cookie.as_str())];
    let mut medians = serde_json::Map::new();
    for path in &options.path {
        let mut times = Vec::new();
        for _ in 0..options.times {
            let started = Instant::now();
            let answer = connection
                .exchange(&request("GET", path, &headers, b""))
                .await?;
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            if answer.status != 200 {
                bail!("{path}: {}", answer.status);
            }
        }
        times.sort_unstable_by(f64::total_cmp);
        medians.insert(path.clone(), times[times.len() / 2].into());
    }
    println!("{}", serde_json::Value::Object(medians));
    Ok(())
}
