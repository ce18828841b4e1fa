//! Webhooks about tracked issues, 200 a second: durable and answered within 5 ms in the middle.
//!
//! Beside the time stands what one durable write takes on this database in the same run.

use anyhow::Context;

use super::children::{API_TOKEN, Announced, Maro, Place, tool};
use super::database::Database;
use super::inbound::{Effort, number};
use super::table::{Table, median};
use crate::summary::Counts;

const SLOWEST_P50: f64 = 5.0;
const PER_SECOND: &str = "200";
/// Issues that every simulated Jira has.
const ISSUES: std::ops::Range<u32> = 116..124;

/// Sends webhooks in rounds; the median of the rounds counts.
pub(super) fn measure(
    table: &mut Table,
    database: &Database,
    effort: Effort,
) -> anyhow::Result<Counts> {
    let sink = Announced::sink()?;
    let sandbox = Announced::sandbox(&[])?;
    let place = Place {
        database_url: &database.url(),
        data: database.data(),
        slack: Some(format!("http://{}/", sink.address()?)),
        jira: Some(&sandbox.said),
        more: Vec::new(),
    };
    let maro = Maro::serve(&place)?;
    let secret = sandbox.said["jira_webhook_secret"]
        .as_str()
        .context("the sandbox says less")?;
    let (mut p50, mut p99, mut write) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        database.settle()?;
        write.push(1000.0 / database.limit(effort.seconds)?);
        database.settle()?;
        let result = send(&maro.address.to_string(), secret, effort.seconds)?;
        p50.push(number(&result, "p50_ms")?);
        p99.push(number(&result, "p99_ms")?);
    }
    let name = database.name();
    let (ours, write) = (median(p50), median(write));
    table.note(
        &format!("{name}: webhooks, p99 of the answer at {PER_SECOND} /s"),
        format!("{:.1} ms, one write by itself {write:.1} ms", median(p99)),
        Some(ours / write),
    );
    Ok(table.at_most(
        &format!("{name}: webhooks, p50 of the answer at {PER_SECOND} /s"),
        ours,
        SLOWEST_P50,
        "ms",
    ))
}

fn send(address: &str, secret: &str, seconds: u32) -> anyhow::Result<serde_json::Value> {
    let seconds = seconds.to_string();
    let keys: Vec<String> = ISSUES
        .map(|number| format!("--issue=SCRUM-{number}"))
        .collect();
    let mut arguments = vec![
        "webhooks",
        "--maro",
        address,
        "--token",
        API_TOKEN,
        "--secret",
        secret,
        "--per-second",
        PER_SECOND,
        "--seconds",
        &seconds,
    ];
    arguments.extend(keys.iter().map(String::as_str));
    tool(&arguments)
}
