//! `maro report …`: telling a running Maro what was found, from a build.
//!
//! It needs an address and a token, no configuration and no database. What it ends with is told
//! apart, so that a build can decide what to do: see [`Ending`].

mod answer;
mod defect;
mod form;
mod junit;
mod place;
mod progress;

use std::process::ExitCode;

use crate::cli::{Report, ReportCommand};

/// How a report ends; the numbers are documented for builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It is recorded.
    Recorded = 0,
    /// Something went wrong on this side: a file cannot be read, a setting is missing.
    Failed = 1,
    /// Maro refused it, and would again: a broken file, a token without the scope.
    Refused = 3,
    /// Maro was not reached or has no time; the same again later may work.
    Unreachable = 4,
    /// It is recorded, and tests failed; only when asked for.
    TestsFailed = 5,
}

/// Runs one command. Whatever goes wrong is said on standard error.
pub(crate) async fn run(report: Report) -> ExitCode {
    let result = match report.command {
        ReportCommand::Junit(args) => junit::run(report.place, args).await,
        ReportCommand::Defect(args) => defect::run(report.place, "defects", args).await,
        ReportCommand::Alert(args) => defect::run(report.place, "alerts", args).await,
        ReportCommand::EdgeCase(args) => defect::run(report.place, "edge-cases", args).await,
    };
    let ending = result.unwrap_or_else(|err| {
        eprintln!("maro: {err:#}");
        Ending::Failed
    });
    ExitCode::from(ending as u8)
}

/// The key that the caller chose, or a new one: attempts after the first must carry the same.
fn key(given: Option<&String>) -> String {
    let new = || data_encoding::HEXLOWER.encode(&rand::random::<[u8; 16]>());
    given.cloned().unwrap_or_else(new)
}
