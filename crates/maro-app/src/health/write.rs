//! Writing the journal down, judging each connection, and telling when a verdict changes.

use maro_core::activity::{Activity, ActivityOutcome};
use maro_core::health::{HealthStatus, Verdict};
use maro_core::integrations::Integration;
use maro_store::health::{Heard, Known};
use maro_store::{StoreError, Tx, activity, health};

use super::integrations;
use super::journal::{EVERY, Notes};
use crate::App;
use crate::clock::new_id;
use crate::happening::Happening;
use crate::notices::connection_changed;

/// Runs until the application stops; then writes what is left.
pub(crate) async fn run(app: App) {
    // What was known before the start, for answers that come before the first probe has ended.
    if let Ok(all) = integrations(&app).await {
        app.journal().remember(all);
    }
    loop {
        let (stopping, woken) = tokio::select! {
            () = app.stop_token().cancelled() => (true, false),
            () = app.journal().woken() => (false, true),
            () = tokio::time::sleep(EVERY) => (false, false),
        };
        if stopping || woken || !app.journal().is_empty() {
            write_down(&app).await;
        }
        if stopping {
            return;
        }
    }
}

/// Writes down what was noted and judges every connection anew. A verdict also changes with time
/// alone: a success grows old, a token nears its end.
pub(crate) async fn write_down(app: &App) {
    let notes = app.journal().take();
    let written = match write(app, &notes).await {
        Ok(()) => review(app).await,
        Err(err) => {
            app.journal().put_back(notes);
            Err(err)
        }
    };
    if let Err(err) = written {
        let err: &(dyn std::error::Error + 'static) = &err;
        tracing::warn!(
            error = err,
            "health could not be written down; it is tried again"
        );
    }
}

async fn write(app: &App, notes: &Notes) -> Result<(), StoreError> {
    if notes.is_empty() {
        return Ok(());
    }
    let tx = app.store().begin().await?;
    for (integration, heard) in &notes.heard {
        health::merge(&tx, *integration, heard, app.now()).await?;
    }
    activity::insert(&tx, &notes.entries).await?;
    tx.commit().await
}

/// Judges every connection anew and tells what changed.
async fn review(app: &App) -> Result<(), StoreError> {
    let before = health::list(app.store()).await?;
    let all = integrations(app).await?;
    let mut changed = false;
    for now in &all {
        let known = before
            .iter()
            .find(|known| known.integration == now.integration);
        let stored = known.map_or(HealthStatus::Unconfigured, |known| known.status);
        if now.verdict.status != stored {
            changed |= record(app, now.integration, (known, &now.verdict)).await?;
        }
    }
    app.journal().remember(all);
    if changed {
        app.announce(Happening::Health);
    }
    Ok(())
}

async fn record(
    app: &App,
    integration: Integration,
    (known, verdict): (Option<&Known>, &Verdict),
) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    if known.is_none() {
        health::merge(&tx, integration, &Heard::default(), app.now()).await?;
    }
    let changed = health::record_status(&tx, integration, verdict.status, app.now()).await?;
    let mut noticed = false;
    if changed {
        tell(app, &tx, integration, verdict).await?;
        let before = known.map_or(HealthStatus::Unconfigured, |known| known.status);
        noticed = connection_changed(app, &tx, integration, before, verdict).await?;
    }
    tx.commit().await?;
    if noticed {
        app.wakeups().outbox();
    }
    Ok(changed)
}

async fn tell(
    app: &App,
    tx: &Tx,
    integration: Integration,
    verdict: &Verdict,
) -> Result<(), StoreError> {
    let status = verdict.status.as_str();
    let reason = verdict.reason.as_deref().unwrap_or_default();
    match verdict.status {
        HealthStatus::Healthy | HealthStatus::Unconfigured => {
            tracing::info!(integration = %integration, status, "the connection is {status}");
        }
        _ => {
            tracing::warn!(integration = %integration, status, "the connection is {status}: {reason}");
        }
    }
    let message = if reason.is_empty() {
        format!("Now {status}.")
    } else {
        format!("Now {status}: {reason}")
    };
    let entry = Activity {
        id: new_id(),
        integration,
        at: app.now(),
        kind: "status".into(),
        outcome: ActivityOutcome::Changed,
        calls: 1,
        slowest_ms: None,
        message: Some(message),
    };
    activity::insert(tx, &[entry]).await
}
