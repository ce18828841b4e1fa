//! Maro: the gate between everything that wants to write to Jira and Jira.
//!
//! This crate is the command line: it reads the configuration once, puts the parts together and
//! runs one command. It decides nothing; use cases are in `maro-app`.

mod cli;
mod commands;
mod config;
mod deployment_key;
mod logging;
mod server;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    maro_app::failpoints::start();
    maro_atlassian::client::install_crypto_provider();
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(err) => return failed(&anyhow::Error::new(err).context("could not start the runtime")),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(code) => code,
        Err(err) => failed(&err),
    }
}

/// Says what went wrong, cause by cause, on standard error.
fn failed(err: &anyhow::Error) -> ExitCode {
    eprintln!("maro: {err:#}");
    ExitCode::FAILURE
}
