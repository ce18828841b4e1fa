//! Approvals: how much Maro adds to Jira's own latency between a yes and the confirmed ticket.
//!
//! Each round also sends the same request to Jira directly, so both are measured under the same
//! noise. The clock is ours, from before the approval until the ledger shows the ticket.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::http::{Answer, Connection, request};

const NEWEST: &str = "/api/v1/operations?limit=1";
/// Between two looks at an operation.
const PAUSE: Duration = Duration::from_millis(1);
/// Between a draft and its approval, so that the preview's delivery is not measured.
const UNTIL_SHOWN: Duration = Duration::from_millis(30);
const DEADLINE: Duration = Duration::from_secs(10);
/// Not counted: caches fill and connections open.
const WARM_UP: usize = 5;

/// Where Maro and Jira are.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[arg(long)]
    maro: SocketAddr,
    /// A token of a server that exists for the measurement only.
    #[arg(long)]
    token: String,
    #[arg(long)]
    jira: SocketAddr,
    /// The path before `/rest`, for example `/jira`.
    #[arg(long, default_value = "")]
    jira_path: String,
    #[arg(long)]
    jira_username: String,
    #[arg(long)]
    jira_token: String,
    #[arg(long, default_value_t = 200)]
    count: usize,
}

/// Approves drafts one after another and prints the medians.
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let mut maro = Connection::open(options.maro).await?;
    let mut jira = Connection::open(options.jira).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP + options.count {
        let draft = draft(&mut maro, &options.token, number).await?;
        let direct = create_directly(&mut jira, &options, &draft["request"]).await?;
        // Nobody approves before the preview is there.
        tokio::time::sleep(UNTIL_SHOWN).await;
        let through = approve(&mut maro, &options.token, &draft).await?;
        if number >= WARM_UP {
            ours.push(through);
            theirs.push(direct);
        }
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "{}",
        json!({ "confirmed_ms": ours, "jira_ms": theirs, "added_ms": ours - theirs })
    );
    Ok(())
}

/// Every draft has a channel of its own, so that no pace of Slack's is measured.
async fn draft(maro: &mut Connection, token: &str, number: usize) -> anyhow::Result<Value> {
    let body = json!({
        "team": "T0BENCH01",
        "channel": format!("C0BENCH{number:04}"),
        "content": {
            "title": format!("Ticket {number} of the measurement"),
            "problem": "The *basket* is empty after the login.",
            "solution": "Keep it.",
            "acceptance_criteria": "It is kept\nIt is tested",
            "project": "SCRUM",
            "issue_type": "Task",
            "priority": null,
            "labels": ["bench"],
            "parent": null,
        },
    });
    call(maro, token, "POST", "/api/v1/drafts", &body).await
}

async fn approve(maro: &mut Connection, token: &str, draft: &Value) -> anyhow::Result<Duration> {
    let id = draft["id"].as_str().context("the draft has no id")?;
    let path = format!("/api/v1/drafts/{id}/approve");
    let started = Instant::now();
    let approved = call(
        maro,
        token,
        "POST",
        &path,
        &json!({ "hash": draft["hash"] }),
    )
    .await?;
    let operation = approved["operation"]
        .as_str()
        .context("nothing was begun")?;
    while started.elapsed() < DEADLINE {
        tokio::time::sleep(PAUSE).await;
        // A list of one is the lightest look there is: looking must not slow down what is watched.
        let newest = call(maro, token, "GET", NEWEST, &Value::Null).await?;
        let newest = &newest["items"][0];
        match newest["state"].as_str() {
            _ if newest["id"] != operation => bail!("another operation is the newest"),
            Some("confirmed") => return Ok(started.elapsed()),
            Some("prepared" | "sending") => {}
            _ => bail!("the create failed: {newest}"),
        }
    }
    bail!("an operation was not confirmed after {DEADLINE:?}")
}

async fn create_directly(
    jira: &mut Connection,
    options: &Options,
    body: &Value,
) -> anyhow::Result<Duration> {
    let user = format!("{}:{}", options.jira_username, options.jira_token);
    let authorization = format!("Basic {}", BASE64.encode(user.as_bytes()));
    let path = format!("{}/rest/api/3/issue", options.jira_path);
    let request = json_request("POST", &path, &authorization, body);
    let started = Instant::now();
    let answer = jira.exchange(&request).await?;
    let elapsed = started.elapsed();
    read(&answer).context("Jira was asked directly")?;
    Ok(elapsed)
}

async fn call(
    connection: &mut Connection,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> anyhow::Result<Value> {
    let request = json_request(method, path, &format!("Bearer {token}"), body);
    let answer = connection.exchange(&request).await?;
    read(&answer).with_context(|| format!("{method} {path}"))
}

fn json_request(method: &str, path: &str, authorization: &str, body: &Value) -> Vec<u8> {
    let headers = [
        ("content-type", "application/json"),
        ("authorization", authorization),
    ];
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    request(method, path, &headers, body.as_bytes())
}

fn read(answer: &Answer) -> anyhow::Result<Value> {
    if !(200..300).contains(&answer.status) {
        bail!(
            "answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

fn median(mut durations: Vec<Duration>) -> f64 {
    durations.sort_unstable();
    let middle = durations
        .get(durations.len() / 2)
        .copied()
        .unwrap_or_default();
    middle.as_secs_f64() * 1000.0
}
