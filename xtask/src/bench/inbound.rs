//! Slash commands that come in: how many become durable before their answer, and how soon.
//!
//! The limit, Maro and the ceiling take turns on one database, several rounds, so that noise meets
//! all of them; ratios are made within a round, and their median counts.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;

use super::children::{Announced, Maro, Place, SIGNING_SECRET, tool};
use super::database::Database;
use super::table::{Ratio, Table, median};
use crate::summary::Counts;

const CONNECTIONS: &str = "64";
const SLOWEST_P99: f64 = 50.0;
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);

/// How long, and how often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub(super) rounds: u32,
    pub(super) seconds: u32,
}

/// Rates of all rounds.
#[derive(Debug, Default)]
struct Rounds {
    limit: Vec<f64>,
    ours: Vec<f64>,
    ratio: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    ceiling: Vec<f64>,
    ceiling_ratio: Vec<f64>,
}

/// What stays up during the measurement of one database.
struct Stage<'a> {
    database: &'a Database,
    effort: Effort,
    sink: Announced,
    maro: Maro,
    ceiling: Announced,
}

/// Measures one database: as it is, then with `rows` more deliveries in it.
pub(super) fn measure(
    table: &mut Table,
    database: &Database,
    rows: u64,
    effort: Effort,
) -> anyhow::Result<Counts> {
    let stage = Stage::set(database, effort)?;
    let name = database.name();
    let rounds = stage.rounds()?;
    let mut counts = rounds.report(table, database, name);
    if rows > 0 {
        let started = Instant::now();
        database.fill(rows)?;
        println!(
            "{name}: {rows} rows in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        let name = format!("{name}, {rows} rows");
        let with_rows = stage.rounds()?.report(table, database, &name);
        counts.passed += with_rows.passed;
        counts.failed += with_rows.failed;
    }
    // Last, because what it leaves behind would disturb the others.
    stage.with_work_after(table)?;
    Ok(counts)
}

impl<'a> Stage<'a> {
    fn set(database: &'a Database, effort: Effort) -> anyhow::Result<Self> {
        let sink = Announced::sink()?;
        let place = Place {
            database_url: &database.url(),
            data: database.data(),
            slack: Some(format!("http://{}/", sink.address()?)),
            jira: None,
            more: Vec::new(),
        };
        // Maro comes first: it makes the table that the ceiling writes to.
        let maro = Maro::serve(&place)?;
        let ceiling = Announced::ceiling(&database.url())?;
        Ok(Self {
            database,
            effort,
            sink,
            maro,
            ceiling,
        })
    }

    fn rounds(&self) -> anyhow::Result<Rounds> {
        let mut rounds = Rounds::default();
        // Connections open and statements are prepared.
        self.load(self.maro.address, "help", 1)?;
        self.load(self.ceiling.address()?, "help", 1)?;
        for _ in 0..self.effort.rounds {
            self.database.settle()?;
            let limit = self.database.limit(self.effort.seconds)?;
            self.database.settle()?;
            let ours = self.load(self.maro.address, "help", self.effort.seconds)?;
            self.database.settle()?;
            let ceiling = self.load(self.ceiling.address()?, "help", self.effort.seconds)?;
            rounds.add(limit, &ours, number(&ceiling, "per_second")?)?;
        }
        Ok(rounds)
    }

    fn load(&self, address: SocketAddr, text: &str, seconds: u32) -> anyhow::Result<Value> {
        tool(&[
            "load",
            "--address",
            &address.to_string(),
            "--connections",
            CONNECTIONS,
            "--seconds",
            &seconds.to_string(),
            "--text",
            text,
            "--secret",
            SIGNING_SECRET,
            "--response-url",
            &format!("http%3A%2F%2F{}%2Fanswer", self.sink.address()?),
        ])
    }

    /// The same with a command that is handled after its answer, by the same two cores.
    fn with_work_after(&self, table: &mut Table) -> anyhow::Result<()> {
        let limit = self.database.limit(self.effort.seconds)?;
        self.database.settle()?;
        let ours = self.load(self.maro.address, "tracked", self.effort.seconds)?;
        let ratio = number(&ours, "per_second")? / limit;
        let what = format!("{}: with work after the answer", self.database.name());
        table.note(
            &what,
            format!(
                "{:.0} /s, p50 {:.1} ms, p99 {:.1} ms",
                number(&ours, "per_second")?,
                number(&ours, "p50_ms")?,
                number(&ours, "p99_ms")?
            ),
            Some(ratio),
        );
        let what = format!("{}: backlog of that work", self.database.name());
        table.note(&what, self.drain()?, None);
        Ok(())
    }

    fn drain(&self) -> anyhow::Result<String> {
        let (deliveries, _) = self.database.backlog()?;
        let started = Instant::now();
        let mut handled_after = None;
        while started.elapsed() < DRAIN_DEADLINE {
            let (open, unsent) = self.database.backlog()?;
            if open == 0 && handled_after.is_none() {
                handled_after = Some(started.elapsed().as_secs_f64());
            }
            if let (Some(handled), 0) = (handled_after, unsent) {
                let answered = started.elapsed().as_secs_f64();
                return Ok(format!(
                    "{deliveries} handled in {handled:.1} s, answered in {answered:.1} s"
                ));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let (open, unsent) = self.database.backlog()?;
        Ok(format!(
            "{deliveries}, and after {} s {open} still open, {unsent} unsent",
            DRAIN_DEADLINE.as_secs()
        ))
    }
}

impl Rounds {
    fn add(&mut self, limit: f64, ours: &Value, ceiling: f64) -> anyhow::Result<()> {
        let rate = number(ours, "per_second")?;
        self.limit.push(limit);
        self.ours.push(rate);
        self.ratio.push(rate / limit);
        self.p50.push(number(ours, "p50_ms")?);
        self.p99.push(number(ours, "p99_ms")?);
        self.ceiling.push(ceiling);
        self.ceiling_ratio.push(ceiling / limit);
        Ok(())
    }

    fn report(self, table: &mut Table, database: &Database, name: &str) -> Counts {
        let spread = spread(&self.ratio);
        let ratio = Ratio {
            measured: median(self.ratio),
            least: database.least_ratio(),
        };
        let what = format!("{name}: slash commands, against {}", database.limit_name());
        let rate = table.above(&what, median(self.ours), median(self.limit), ratio);
        let p99 = table.at_most(
            &format!("{name}: p99 of the answer at {CONNECTIONS} connections"),
            median(self.p99),
            SLOWEST_P99,
            "ms",
        );
        table.note(
            &format!("{name}: p50 of the answer"),
            format!("{:.1} ms", median(self.p50)),
            None,
        );
        table.note(
            &format!("{name}: ratio, least and most of all rounds"),
            spread,
            None,
        );
        table.note(
            &format!("{name}: the ceiling, a bare server that shares commits"),
            format!("{:.0} /s", median(self.ceiling)),
            Some(median(self.ceiling_ratio)),
        );
        Counts {
            passed: rate.passed + p99.passed,
            failed: rate.failed + p99.failed,
            skipped: 0,
        }
    }
}

fn spread(ratios: &[f64]) -> String {
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    format!("{least:.2} to {most:.2}")
}

/// A number of a result.
pub(super) fn number(result: &Value, name: &str) -> anyhow::Result<f64> {
    result[name]
        .as_f64()
        .with_context(|| format!("{name} is missing in {result}"))
}
