//! Findings: how many defects a second are durable, how long a large report takes, what a silent Slack
//! and Jira cost, and how fast pages are when there is much to show.

use anyhow::Context;
use serde_json::Value;

use super::children::{API_TOKEN, Announced, EMAIL, Maro, PASSWORD, Place, tool};
use super::database::Database;
use super::inbound::{Effort, number};
use super::table::{Table, median};
use crate::summary::Counts;

/// Defects a second on PostgreSQL, with [`CONNECTIONS`].
const LEAST_RATE: f64 = 2_000.0;
const CONNECTIONS: &str = "32";
const REPORT_BYTES: &str = "1300000";
const SLOWEST_REPORT: f64 = 100.0;
const SLOWEST_PAGE: f64 = 100.0;
/// Of the p99 beside a Slack and a Jira that answer.
const MOST_OF_P99: f64 = 120.0;
const PAGES: [&str; 6] = [
    "/",
    "/defects",
    "/defects?status=unsettled",
    "/suite-runs",
    "/suite-runs?suite=suite-7",
    "/trends",
];

/// Measures one database.
pub(super) fn measure(
    table: &mut Table,
    database: &Database,
    effort: Effort,
) -> anyhow::Result<Counts> {
    let (sink, hole) = (Announced::sink()?, Announced::hole()?);
    let url = database.url();
    let place = |slack: &Announced, jira| -> anyhow::Result<Place<'_>> {
        Ok(Place {
            database_url: &url,
            data: database.data(),
            slack: Some(format!("http://{}/", slack.address()?)),
            jira,
        })
    };
    let (mut rates, mut healthy, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    let nowhere = nowhere(&hole)?;
    for _ in 0..effort.rounds {
        let maro = Maro::serve(&place(&sink, None)?)?;
        let result = load(&maro, effort.seconds)?;
        rates.push(number(&result, "per_second")?);
        healthy.push(number(&result, "p99_ms")?);
        drop(maro);
        let maro = Maro::serve(&place(&hole, Some(&nowhere))?)?;
        silent.push(number(&load(&maro, effort.seconds)?, "p99_ms")?);
    }
    let (healthy, silent) = (median(healthy), median(silent));
    let name = database.name();
    let what = format!("{name}: defects reported at {CONNECTIONS} connections");
    let mut counts = match database {
        Database::Postgres { .. } => table.at_least(&what, median(rates), LEAST_RATE, "/s"),
        Database::Sqlite { .. } => {
            table.note(&what, format!("{:.0} /s", median(rates)), None);
            Counts::default()
        }
    };
    table.note(
        &format!("{name}: p99 of a defect's report"),
        format!("{healthy:.1} ms"),
        None,
    );
    let what = format!("{name}: that p99 while Slack and Jira are silent");
    add(
        &mut counts,
        table.at_most(&what, silent / healthy * 100.0, MOST_OF_P99, "%"),
    );

    let maro = Maro::serve(&place(&sink, None)?)?;
    let times = (effort.rounds * 5).to_string();
    let sent = tool(&[
        "junit",
        "--maro",
        &maro.address.to_string(),
        "--token",
        API_TOKEN,
        "--bytes",
        REPORT_BYTES,
        "--times",
        &times,
    ])?;
    let what = format!("{name}: a report of 1.3 MB, median of {times}");
    add(
        &mut counts,
        table.at_most(&what, number(&sent, "p50_ms")?, SLOWEST_REPORT, "ms"),
    );
    drop(maro);
    add(
        &mut counts,
        pages(table, database, &place(&sink, None)?, effort)?,
    );
    Ok(counts)
}

fn load(maro: &Maro, seconds: u32) -> anyhow::Result<Value> {
    tool(&[
        "defects",
        "--maro",
        &maro.address.to_string(),
        "--token",
        API_TOKEN,
        "--connections",
        CONNECTIONS,
        "--seconds",
        &seconds.to_string(),
    ])
}

/// A Jira that never answers.
fn nowhere(hole: &Announced) -> anyhow::Result<Value> {
    Ok(serde_json::json!({
        "jira_url": format!("http://{}/", hole.address()?),
        "jira_username": "bench@example.com", "jira_api_token": "bench-token",
        "jira_webhook_secret": "bench-webhook-secret",
    }))
}

fn pages(
    table: &mut Table,
    database: &Database,
    place: &Place<'_>,
    effort: Effort,
) -> anyhow::Result<Counts> {
    database.fill_findings()?;
    let maro = Maro::serve(place)?;
    let (address, times) = (maro.address.to_string(), (effort.rounds * 4).to_string());
    let mut arguments = vec![
        "pages",
        "--maro",
        &address,
        "--token",
        API_TOKEN,
        "--email",
        EMAIL,
        "--password",
        PASSWORD,
        "--times",
        &times,
    ];
    for page in PAGES {
        arguments.extend(["--path", page]);
    }
    let medians = tool(&arguments)?;
    let mut counts = Counts::default();
    for page in PAGES {
        let what = format!(
            "{}: {page} with 100 000 runs and 20 000 defects",
            database.name()
        );
        let time = medians[page]
            .as_f64()
            .with_context(|| format!("{page} was not measured"))?;
        add(&mut counts, table.at_most(&what, time, SLOWEST_PAGE, "ms"));
    }
    Ok(counts)
}

fn add(counts: &mut Counts, more: Counts) {
    counts.passed += more.passed;
    counts.failed += more.failed;
}
