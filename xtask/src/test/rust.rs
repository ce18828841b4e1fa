//! Tier 1: the workspace's own tests, by cargo-nextest or, where that is missing, by cargo test.
//!
//! The `maro` binary is built once, with its failpoints, because the tests kill it at them.
//! The judges of tier 2 use the same binary.

use std::num::NonZero;
use std::path::PathBuf;
use std::process::Command;

use super::counting::{self, Runner};
use crate::summary::Counts;
use crate::{cargo, process, workspace};

/// The tests, with the databases they run on.
pub(crate) struct Suite {
    postgres_url: String,
    kills: Option<u32>,
    features: Vec<String>,
    nextest: bool,
}

impl Suite {
    /// Looks at the workspace and at what is installed.
    pub(crate) fn prepare(postgres_url: &str, kills: Option<u32>) -> anyhow::Result<Self> {
        let nextest = process::output(cargo::command().args(["nextest", "--version"])).is_ok();
        if !nextest {
            println!("cargo-nextest is not installed; using cargo test");
        }
        Ok(Self {
            postgres_url: postgres_url.to_owned(),
            kills,
            features: features()?,
            nextest,
        })
    }

    /// Compiles everything that the tests run.
    pub(crate) fn build(&self) -> anyhow::Result<Counts> {
        build(&self.features)
    }

    /// Runs every unit and integration test.
    pub(crate) fn run(&self) -> anyhow::Result<Counts> {
        let mut command = cargo::command();
        if self.nextest {
            command.args(["nextest", "run", "--no-fail-fast", "--workspace"]);
            command.arg(format!("--test-threads={}", threads()));
        } else {
            command.args([
                "test",
                "--no-fail-fast",
                "--workspace",
                "--bins",
                "--lib",
                "--tests",
            ]);
        }
        let runner = if self.nextest {
            Runner::Nextest
        } else {
            Runner::CargoTest
        };
        self.count(runner, &mut command)
    }

    /// Runs the examples of the documentation.
    pub(crate) fn run_documentation(&self) -> anyhow::Result<Counts> {
        self.count(
            Runner::CargoTest,
            cargo::command().args(["test", "--doc", "--workspace"]),
        )
    }

    fn count(&self, runner: Runner, command: &mut Command) -> anyhow::Result<Counts> {
        command
            .args(&self.features)
            .env("MARO_TEST_POSTGRES_URL", &self.postgres_url);
        if let Some(kills) = self.kills {
            command.env("MARO_TEST_KILLS", kills.to_string());
        }
        Ok(counting::count(runner, &process::run_shown(command)?))
    }
}

/// Tests at a time: most of them wait most of the time, for leases, deadlines and other processes.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get) * 2
}

/// Builds the binary, in the same way as the tests do, and tells where it is.
pub(crate) fn build_binary() -> anyhow::Result<PathBuf> {
    build(&features()?)?;
    Ok(workspace::target().join("debug/maro"))
}

fn build(features: &[String]) -> anyhow::Result<Counts> {
    let mut command = cargo::command();
    // The same targets as a test run, so that nothing is compiled twice.
    command
        .args(["build", "--workspace", "--bins", "--tests"])
        .args(features);
    process::run(&mut command)?;
    Ok(Counts::default())
}

/// What the tests need beyond the default, where the binary has it.
const FEATURES: [&str; 2] = ["failpoints", "kubernetes"];

fn features() -> anyhow::Result<Vec<String>> {
    let packages = cargo::packages()?;
    let there = FEATURES
        .into_iter()
        .filter(|feature| cargo::has_feature(&packages, "maro", feature));
    let features: Vec<String> = there.map(|feature| format!("maro/{feature}")).collect();
    Ok(if features.is_empty() {
        Vec::new()
    } else {
        vec!["--features".to_owned(), features.join(",")]
    })
}
