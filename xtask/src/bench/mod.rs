//! `cargo xtask bench`: a release build against its limits, in one run.
//!
//! Every measurement prints what it measured beside its limit. A limit that is broken fails the
//! command; a measurement that cannot be made here says why.

mod footprint;

use clap::Args;

use crate::process;
use crate::summary::{Counts, Summary};
use crate::{cargo, deps};

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Measures the release build that is already there.
    #[arg(long)]
    no_build: bool,
}

/// One measured number and the most it may be.
pub(crate) struct Measured {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
}

impl Measured {
    fn judge(&self) -> Counts {
        let Self {
            what,
            value,
            limit,
            unit,
        } = self;
        let passed = value <= limit;
        let mark = if passed { "ok  " } else { "FAIL" };
        println!("{mark} {what}: {value:.1} {unit} (at most {limit:.1} {unit})");
        Counts::one(passed)
    }
}

/// Builds a release and measures it.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let mut summary = Summary::default();
    if !options.no_build {
        let built = summary.step("release build", || {
            let mut command = cargo::command();
            process::run(command.args(["build", "--release", "--package", "maro"]))?;
            Ok(Counts::default())
        });
        if !built {
            return summary.finish();
        }
    }
    summary.step("crates", || Ok(crates()?.judge()));
    summary.step("size of the binary", || {
        Ok(footprint::binary_size()?.judge())
    });
    summary.step("start and idle memory", || {
        let (start, memory) = footprint::start_and_memory()?;
        let (start, memory) = (start.judge(), memory.judge());
        Ok(Counts {
            passed: start.passed + memory.passed,
            failed: start.failed + memory.failed,
            skipped: 0,
        })
    });
    summary.finish()
}

fn crates() -> anyhow::Result<Measured> {
    Ok(Measured {
        what: "crates compiled with default features",
        value: count_as_f64(deps::count()?),
        limit: count_as_f64(deps::LIMIT),
        unit: "crates",
    })
}

fn count_as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
