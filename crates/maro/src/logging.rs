//! Logs: sentences with fields on standard error, as text or JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Starts logging. A second call changes nothing.
pub(crate) fn start(log: &Log) {
    let filter = log
        .filter
        .as_deref()
        .unwrap_or("info,sqlx=warn,sea_orm=warn,hyper=warn");
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = if log.json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
    drop(started);
}
