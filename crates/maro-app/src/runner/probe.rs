//! Probes: a small real call to each connection, at the start and every few minutes, so that health
//! is known before somebody needs it; and Jira's metadata, so that the first form opens at once.

use std::time::Duration;

use crate::App;
use crate::happening::Happening;

const EVERY: Duration = Duration::from_mins(2);

/// Runs until the application stops.
pub(super) async fn run(app: App) {
    loop {
        tokio::join!(probe_slack(&app), probe_jira(&app));
        app.announce(Happening::Health);
        tokio::select! {
            () = app.stop_token().cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn probe_slack(app: &App) {
    let Some(slack) = app.slack() else { return };
    match slack.auth_test().await {
        Ok(_) => app.calls().slack_ok(app.now()),
        Err(err) => app.calls().slack_failed(&err.sentence(), app.now()),
    }
}

async fn probe_jira(app: &App) {
    let Some(jira) = app.jira() else { return };
    match jira.rest().myself().await {
        Ok(_) => app.calls().jira_ok(app.now()),
        Err(err) => {
            let sentence = format!("{err}. {}", err.next_step());
            app.calls().jira_failed(&sentence, app.now());
            return;
        }
    }
    warm_up(app).await;
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
