//! `status`: what the last real calls said about each connection, what is open, and the last runs.

use maro_core::findings::{CardSubject, Severity, SuiteRun};
use maro_slack::mrkdwn::from_user;
use maro_store::suite_runs::{self, RunFilter};
use maro_store::{PageRequest, StoreError, defects};

use crate::findings::cards;
use crate::{App, health};

const MOST_RUNS: u64 = 3;

/// The answer to `status`.
pub(in crate::slack) async fn status(app: &App) -> Result<String, StoreError> {
    let mut lines = vec![format!("Maro {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(connections(app));
    lines.push(open(&defects::open_by_severity(app.store()).await?));
    let page = PageRequest::first(MOST_RUNS);
    let runs = suite_runs::page(app.store(), &RunFilter::default(), &page).await?;
    lines.extend(runs.items.iter().map(|run| last_run(app, run)));
    Ok(lines.join("\n"))
}

fn connections(app: &App) -> impl Iterator<Item = String> {
    let configured = health::latest(app).into_iter();
    configured.filter(|health| health.configured).map(|health| {
        let reason = health.verdict.reason.as_deref();
        let reason = reason.map(|reason| format!(" – {}", from_user(reason)));
        format!(
            "• *{}*: {}{}",
            health.integration.title(),
            health.verdict.status.as_str(),
            reason.unwrap_or_default()
        )
    })
}

fn open(open: &[(Severity, i64)]) -> String {
    let counts: Vec<String> = open
        .iter()
        .map(|(severity, count)| format!("{count} {}", severity.as_str()))
        .collect();
    if counts.is_empty() {
        return "• *Findings*: none is open".to_owned();
    }
    format!("• *Findings*: open are {}", counts.join(", "))
}

fn last_run(app: &App, run: &SuiteRun) -> String {
    let suite = cards::named(app, &CardSubject::Run(run.id), &run.suite);
    format!(
        "• Run of {suite}, {}: {}",
        cards::moment(run.reported_at),
        cards::totals(run)
    )
}
