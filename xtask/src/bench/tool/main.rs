//! `xtask-bench`: what `cargo xtask bench` runs beside the server, built as a release.
//!
//! It knows nothing of the product's crates: requests are signed and rows are written here by their
//! published shape alone. Each command prints its result as one line of JSON.

mod approvals;
mod ceiling;
mod findings;
mod http;
mod load;
mod signing;
mod sink;
mod webhooks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

/// Load, a sink and a ceiling for `cargo xtask bench`.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sends signed slash commands over connections that stay open.
    Load(load::Options),
    /// Approves drafts one after another and measures until each is confirmed.
    Approvals(approvals::Options),
    /// Sends webhooks of Jira about tracked issues at a steady pace.
    Webhooks(webhooks::Options),
    /// Reports defects over connections that stay open.
    Defects(findings::Load),
    /// Sends one large report after another.
    Junit(findings::Junit),
    /// Looks at pages as a person who is signed in.
    Pages(findings::Pages),
    /// Answers everything as Slack would, until it is killed.
    Sink,
    /// The least that stores slash commands durably, until it is killed.
    Ceiling(ceiling::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What makes load takes one thread, so that it leaves the other cores to what is measured.
fn run(command: Command) -> anyhow::Result<()> {
    let mut one_thread = Builder::new_current_thread();
    match command {
        Command::Load(options) => one_thread
            .enable_all()
            .build()?
            .block_on(load::run(options)),
        Command::Approvals(options) => one_thread
            .enable_all()
            .build()?
            .block_on(approvals::run(options)),
        Command::Webhooks(options) => one_thread
            .enable_all()
            .build()?
            .block_on(webhooks::run(options)),
        Command::Defects(options) => one_thread
            .enable_all()
            .build()?
            .block_on(findings::load(options)),
        Command::Junit(options) => one_thread
            .enable_all()
            .build()?
            .block_on(findings::junit(options)),
        Command::Pages(options) => one_thread
            .enable_all()
            .build()?
            .block_on(findings::pages(options)),
        Command::Sink => one_thread.enable_all().build()?.block_on(sink::run()),
        Command::Ceiling(options) => Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(ceiling::run(options)),
    }
}
