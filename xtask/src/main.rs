//! The workspace's own commands, run as `cargo xtask <command>`.
//!
//! Each command lives in its own module and is independent of the product's crates, so that it
//! compiles in seconds and works even while they do not build. A command prints what it does,
//! ends with a summary, and exits with 1 when anything failed.

mod bench;
mod cargo;
mod codegen;
mod deps;
mod process;
mod summary;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The workspace's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Installs what the tests need, starts PostgreSQL, and runs every test.
    Test(test::Options),
    /// Checks the rules of the house that the compiler does not know.
    Tidy,
    /// Writes the generated files, or checks that they are current.
    Codegen(codegen::Options),
    /// Counts the crates that the default build compiles.
    Deps,
    /// Measures a release build against its limits.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Tidy => tidy::run(),
        Command::Codegen(options) => codegen::run(&options),
        Command::Deps => deps::run(),
        Command::Bench(options) => bench::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<summary::AlreadyPrinted>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
