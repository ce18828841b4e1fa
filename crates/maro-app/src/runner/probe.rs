//! Probes: a small real call to each connection, at the start, when connections change, and every few
//! minutes, so that health is known before somebody needs it; and Jira's metadata, so that the first
//! form opens at once.

use futures_util::FutureExt as _;

use crate::App;
use crate::health;
use crate::outbox::only_webhook;
use crate::slack::workspaces::works_again;

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        // What changed up to now is what is probed now.
        let _ = app.wakeups().on_probes().notified().now_or_never();
        tokio::join!(
            probe_slack(&app),
            probe_jira(&app),
            probe_confluence(&app),
            probe_mcp(&app)
        );
        health::write_down(&app).await;
        tokio::select! {
            () = app.stop_token().cancelled() => break,
            () = app.wakeups().on_probes().notified() => {}
            () = tokio::time::sleep(app.settings().timings.probe) => {}
        }
    }
    if let Some(Ok(mcp)) = app.mcp() {
        mcp.close().await;
    }
}

/// Starts the MCP server before somebody needs it, and looks at its tools. What fails is in its health.
async fn probe_mcp(app: &App) {
    let Some(Ok(mcp)) = app.mcp() else { return };
    tokio::select! {
        () = app.stop_token().cancelled() => {}
        probed = mcp.probe() => {
            if let Err(err) = probed {
                tracing::warn!(error = &err as &(dyn std::error::Error + 'static), "the MCP server does not work");
            }
        }
    }
}

/// What the calls said is noted by the clients themselves.
async fn probe_slack(app: &App) {
    if let Some(slack) = app.slack()
        && let Ok(auth) = slack.auth_test().await
        && let Err(err) = works_again(app, &auth.team_id).await
    {
        let error: &(dyn std::error::Error + 'static) = &err;
        tracing::warn!(error, "a workspace could not be noted as working");
    }
    for (_, slack) in app.workspaces().clients() {
        let _ = slack.auth_test().await;
    }
    if let Some(webhook) = only_webhook(app) {
        let _ = webhook.probe().await;
    }
}

async fn probe_jira(app: &App) {
    let Some(jira) = app.jira() else { return };
    if jira.rest().myself().await.is_ok() {
        warm_up(app).await;
    }
}

async fn probe_confluence(app: &App) {
    if let Some(confluence) = app.confluence() {
        let _ = confluence.rest().current_user().await;
    }
}

/// Reads what the form needs. What fails here fails again, with its reason, when somebody asks.
async fn warm_up(app: &App) {
    let _ = app.metadata().projects(app).await;
    let project = app
        .jira_settings()
        .and_then(|jira| jira.default_project.clone());
    let Some(project) = project else { return };
    let Ok(types) = app.metadata().issue_types(app, &project).await else {
        return;
    };
    for issue_type in types.iter().filter(|issue_type| !issue_type.subtask) {
        let _ = app.metadata().fields(app, &project, &issue_type.name).await;
    }
}
