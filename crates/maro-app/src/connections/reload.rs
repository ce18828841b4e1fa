//! Taking up what was stored: at once where it was stored, soon in every other instance.

use std::sync::Arc;

use maro_store::{StoreError, integrations};

use super::{LoadError, build, effective};
use crate::App;
use crate::happening::Happening;
use crate::oauth;
use crate::slack::workspaces;

/// Builds all connections anew from what is stored now. While a secret cannot be had, what is in
/// force stays, and the loop that compares versions tries again.
pub async fn reload(app: &App) -> Result<(), StoreError> {
    match load(app).await {
        Err(LoadError::Store(err)) => Err(err),
        Err(err) => {
            tracing::warn!("connections stay as they are: {err}");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Builds all connections from what is stored, or says why not.
pub async fn load(app: &App) -> Result<(), LoadError> {
    // The version is read first: a change in between is seen by the next look.
    let version = integrations::version(app.store()).await?;
    let counting = effective::stored(app).await?;
    let settings = effective::settings(&app.settings().start, &counting);
    let grant = oauth::road(app).await?;
    let workspaces = workspaces::load(app, settings.slack_api_url()).await?;
    let start = &app.settings().start;
    let mut snapshot = build::build(version, settings, grant, start, app.journal());
    app.mcp_road().attach(&mut snapshot, start);
    snapshot.workspaces = Arc::new(workspaces);
    let before = app.connections().replace(snapshot);
    let now = app.connections().now();
    if before.target() != now.target() {
        app.metadata().forget();
    }
    for (integration, problem) in super::problems(app) {
        tracing::warn!(
            integration = integration.as_str(),
            "not connected: {problem}"
        );
    }
    app.wakeups().probes();
    app.announce(Happening::Health);
    Ok(())
}

/// Reloads when somebody, here or in another instance, stored something.
pub(crate) async fn reload_when_behind(app: &App) -> Result<(), StoreError> {
    if integrations::version(app.store()).await? != app.connections().now().version {
        reload(app).await?;
    }
    Ok(())
}
