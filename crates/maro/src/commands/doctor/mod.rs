//! `maro doctor`: real calls to everything that is configured, and what to do about each failure.
//!
//! What is configured is what counts: the environment, the file, and what people saved over them.
//! Without a database the first two are checked alone. Each part ends in time, and so does the whole.

mod atlassian;
mod database;
mod grant;
mod inbound;
mod keys;
mod mcp;
mod report;
mod rules;
mod slack;

use std::process::ExitCode;
use std::time::Duration;

use maro_app::App;
use maro_app::model::Integration;

use crate::config::Config;
use report::Report;

/// How long one part may take: a few calls, each with its own time-out.
const PATIENCE: Duration = Duration::from_mins(1);

/// Checks everything; ends with 1 when something failed.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    keys::check_file(&config, &mut report);
    rules::check_file(&config, &mut report);
    let app = database::check(&config, &mut report).await;
    check_connections(&config, app.as_ref(), &mut report).await;
    if let Some(app) = app {
        check_stored(&app, &mut report).await;
        app.store().close().await;
    }
    Ok(report.finish())
}

async fn check_connections(config: &Config, app: Option<&App>, report: &mut Report) {
    let check = async |report: &mut Report| slack::check(config, app, report).await;
    within("slack", report, check).await;
    for integration in [Integration::Jira, Integration::Confluence] {
        let check =
            async |report: &mut Report| atlassian::check(config, app, integration, report).await;
        within(integration.as_str(), report, check).await;
    }
    let check = async |report: &mut Report| mcp::check(config, app, report).await;
    within("mcp", report, check).await;
}

/// What only the database knows.
async fn check_stored(app: &App, report: &mut Report) {
    within("oauth", report, async |report: &mut Report| {
        grant::check(app, report).await;
    })
    .await;
    within("news of jira", report, async |report: &mut Report| {
        inbound::check(app, report).await;
    })
    .await;
    within("secrets", report, async |report: &mut Report| {
        keys::check_sealed(app, report).await;
    })
    .await;
}

async fn within(name: &str, report: &mut Report, check: impl AsyncFnOnce(&mut Report)) {
    let ended = tokio::time::timeout(PATIENCE, check(report)).await;
    if ended.is_err() {
        report.bad(
            &format!("{name}: no end after {} seconds", PATIENCE.as_secs()),
            "check the address and the network, then run this again",
        );
    }
}
