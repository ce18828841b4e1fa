//! The demo goes on: every few seconds a suite reports, and now and then the monitor.

use std::time::Duration;

use maro_app::model::Actor;
use maro_app::{App, findings};

use super::past::alerts;
use super::rules;
use super::suites::SUITES;

const PAUSE: Duration = Duration::from_secs(6);
/// Where each suite goes on: the month before has had fewer runs.
const FIRST: u64 = 120;
/// The monitor tells something after so many runs.
const RUNS_PER_ALERT: u64 = 15;

/// Reports until the application stops.
pub(crate) async fn go_on(app: App) {
    if let Err(err) = rules::make(&app).await {
        tracing::warn!(error = %err, "the demo has no rules");
    }
    for step in 0.. {
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(err) = report(&app, step).await {
            tracing::warn!(error = %err, "the demo could not report a run");
        }
    }
}

async fn report(app: &App, step: u64) -> anyhow::Result<()> {
    let suites = SUITES.len() as u64;
    let place = usize::try_from(step % suites)?;
    let run = SUITES[place].run(FIRST + step / suites);
    findings::record_run(app, run, &Actor::System, None).await?;
    if step % RUNS_PER_ALERT == RUNS_PER_ALERT - 1 {
        let fires = (step / RUNS_PER_ALERT).is_multiple_of(2);
        findings::take_alerts(app, alerts(fires), &Actor::System).await?;
    }
    Ok(())
}
