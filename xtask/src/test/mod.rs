//! `cargo xtask test`: installs what is missing, starts PostgreSQL, runs every test.
//!
//! Tier 1 is the workspace's own tests, on SQLite and on a temporary PostgreSQL cluster. Tier 2 is
//! the judges of `conformance/`, which run against the real binary. Nothing here talks to a
//! network but package registries, and only to install what is missing.

mod conformance;
mod counting;
pub(crate) mod postgres;
mod prerequisites;
mod rust;

use clap::Args;

use crate::process::Cleanup;
use crate::summary::{Counts, Summary};

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the workspace's own tests, without documentation tests.
    #[arg(long)]
    quick: bool,
    /// Leaves out the judges of `conformance/`.
    #[arg(long)]
    no_conformance: bool,
    /// Only the judges of `conformance/`.
    #[arg(long, conflicts_with_all = ["quick", "no_conformance"])]
    only_conformance: bool,
    /// How often the binary is killed at each failpoint and on each database.
    #[arg(long, value_name = "N")]
    kills: Option<u32>,
    /// Only judges whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    judge: Option<String>,
}

impl Options {
    fn conformance(&self) -> bool {
        !self.quick && !self.no_conformance
    }

    fn rust(&self) -> bool {
        !self.only_conformance
    }
}

/// Runs the tests; see the module.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let cleanup = Cleanup::install()?;
    let mut summary = Summary::default();

    let installed = summary.step("prerequisites", || {
        prerequisites::install(options.rust(), options.conformance())?;
        Ok(Counts::default())
    });
    if !installed {
        return summary.finish();
    }
    let mut built = true;
    if options.rust() {
        built = rust_tier(options, &mut summary, &cleanup)?;
    }
    if options.conformance() && built {
        conformance::run(&mut summary, options.judge.as_deref());
    }
    summary.finish()
}

/// Runs the workspace's tests; tells whether the workspace could be built at all.
fn rust_tier(options: &Options, summary: &mut Summary, cleanup: &Cleanup) -> anyhow::Result<bool> {
    let mut cluster = None;
    summary.step("temporary PostgreSQL cluster", || {
        cluster = Some(postgres::Cluster::start(cleanup)?);
        Ok(Counts::default())
    });
    let Some(cluster) = cluster else {
        return Ok(true);
    };

    let suite = rust::Suite::prepare(cluster.url(), options.kills)?;
    let built = summary.step("build the tests", || suite.build());
    if built {
        summary.step("tests of the workspace", || suite.run());
        if !options.quick {
            summary.step("documentation tests", || suite.run_documentation());
        }
    }
    Ok(built)
}
