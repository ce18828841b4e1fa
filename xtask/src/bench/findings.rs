//! Findings: how many defects a second are durable, how long a large report takes, and how fast pages
//! are when there is much to show. What troubles of Slack and Jira cost is in [`troubles`].

use anyhow::Context;
use serde_json::Value;

use super::children::{API_TOKEN, Announced, EMAIL, Maro, PASSWORD, Place, tool};
use super::database::Database;
use super::inbound::{Effort, number};
use super::table::{Table, median};
use super::troubles;
use crate::summary::Counts;

/// Defects a second on PostgreSQL, with [`CONNECTIONS`].
const LEAST_RATE: f64 = 2_000.0;
const CONNECTIONS: &str = "32";
const REPORT_BYTES: &str = "1300000";
const SLOWEST_REPORT: f64 = 100.0;
const SLOWEST_PAGE: f64 = 100.0;
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
    let sink = Announced::sink()?;
    let url = database.url();
    let place = Place {
        database_url: &url,
        data: database.data(),
        slack: Some(format!("http://{}/", sink.address()?)),
        jira: None,
        more: Vec::new(),
    };
    let (mut rates, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let maro = Maro::serve(&place)?;
        let result = load(&maro, effort.seconds)?;
        rates.push(number(&result, "per_second")?);
        p99.push(number(&result, "p99_ms")?);
    }
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
        format!("{:.1} ms", median(p99)),
        None,
    );
    add(&mut counts, troubles::measure(table, database, effort)?);
    add(&mut counts, reports(table, database, &place, effort)?);
    add(&mut counts, pages(table, database, &place, effort)?);
    Ok(counts)
}

fn reports(
    table: &mut Table,
    database: &Database,
    place: &Place<'_>,
    effort: Effort,
) -> anyhow::Result<Counts> {
    let name = database.name();
    let maro = Maro::serve(place)?;
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
    Ok(table.at_most(&what, number(&sent, "p50_ms")?, SLOWEST_REPORT, "ms"))
}

/// Reports defects for some seconds.
pub(super) fn load(maro: &Maro, seconds: u32) -> anyhow::Result<Value> {
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
