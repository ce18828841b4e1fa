//! `cargo xtask bench`: a release build against its limits, in one run.
//!
//! Rates are compared with a limit that is measured beside them, never with a number from another
//! machine. A limit that is broken fails the command; a measurement that cannot be made here says
//! why and fails too.

mod approvals;
mod children;
mod database;
mod fill;
mod findings;
mod footprint;
mod inbound;
mod table;
mod troubles;
mod webhooks;

use clap::{Args, ValueEnum};

use crate::cargo;
use crate::process::{self, Cleanup};
use crate::summary::{Counts, Summary};
use database::Database;
use inbound::Effort;
use table::Table;

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Measures the release build that is already there.
    #[arg(long)]
    no_build: bool,
    /// One short round of each measurement.
    #[arg(long)]
    quick: bool,
    /// Only these measurements.
    #[arg(long, value_name = "NAME")]
    only: Vec<Measurement>,
    /// Measures deliveries again with so many in the table; 10000000 takes minutes and 5 GB.
    #[arg(long, value_name = "N", default_value_t = 0)]
    rows: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// Crates, size, start and memory.
    Footprint,
    /// Slash commands on PostgreSQL.
    Postgres,
    /// Slash commands on SQLite.
    Sqlite,
    /// From an approval to the confirmed ticket.
    Approvals,
    /// Jira's webhooks about tracked issues.
    Webhooks,
    /// Defects, reports, and pages that show many.
    Findings,
}

impl Options {
    fn wants(&self, measurement: Measurement) -> bool {
        self.only.is_empty() || self.only.contains(&measurement)
    }

    fn effort(&self) -> Effort {
        if self.quick {
            return Effort {
                rounds: 1,
                seconds: 2,
            };
        }
        Effort {
            rounds: 5,
            seconds: 4,
        }
    }
}

/// Builds a release and measures it.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let cleanup = Cleanup::install()?;
    let mut summary = Summary::default();
    let built = summary.step("release build", || {
        if !options.no_build {
            build(&["--package", "maro"])?;
            build(&[
                "--package",
                "xtask",
                "--features",
                "bench",
                "--bin",
                "xtask-bench",
            ])?;
        }
        Ok(Counts::default())
    });
    if !built {
        return summary.finish();
    }
    let mut table = Table::default();
    if options.wants(Measurement::Footprint) {
        summary.step("crates", || footprint::crates(&mut table));
        summary.step("size of the binary", || footprint::binary_size(&mut table));
    }
    on(
        Database::postgres,
        Measurement::Postgres,
        options,
        &cleanup,
        &mut summary,
        &mut table,
    );
    on(
        Database::sqlite,
        Measurement::Sqlite,
        options,
        &cleanup,
        &mut summary,
        &mut table,
    );
    if options.rows == 0 {
        println!("\nHow a large table changes this was not measured; see --rows.");
    }
    table.print();
    summary.finish()
}

/// Everything that is measured on one database.
fn on(
    make: fn(&Cleanup) -> anyhow::Result<Database>,
    inbound: Measurement,
    options: &Options,
    cleanup: &Cleanup,
    summary: &mut Summary,
    table: &mut Table,
) {
    let starts = if options.quick { 3 } else { 10 };
    let approvals = if options.quick { 20 } else { 200 };
    let mut database = None;
    summary.step("database", || {
        database = Some(make(cleanup)?);
        Ok(Counts::default())
    });
    let Some(database) = database else { return };
    if options.wants(Measurement::Footprint) {
        summary.step("start and idle memory", || {
            footprint::start_and_memory(table, &database, starts)
        });
    }
    if options.wants(Measurement::Approvals) {
        summary.step("approve to confirmed", || {
            approvals::measure(table, &database, approvals)
        });
    }
    if options.wants(Measurement::Webhooks) {
        summary.step("webhooks", || {
            webhooks::measure(table, &database, options.effort())
        });
    }
    if options.wants(Measurement::Findings) {
        summary.step("findings", || {
            findings::measure(table, &database, options.effort())
        });
    }
    if options.wants(inbound) {
        summary.step("deliveries", || {
            inbound::measure(table, &database, options.rows, options.effort())
        });
    }
}

fn build(what: &[&str]) -> anyhow::Result<()> {
    let mut command = cargo::command();
    process::run(command.args(["build", "--release"]).args(what))
}
