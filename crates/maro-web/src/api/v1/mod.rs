//! Version 1 of the API: one folder per resource, one file per endpoint.

mod alerts;
mod audit;
mod defects;
mod deliveries;
mod drafts;
mod integrations;
mod jira_mcp;
mod jira_oauth;
mod operations;
mod outbox;
mod reports;
mod rules;
mod runners;
mod sessions;
mod slack_oauth;
mod slack_workspaces;
mod suite_runs;
mod suites;
mod tracked;

use maro_app::App;
use utoipa_axum::router::OpenApiRouter;

/// All routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(sessions::routes())
        .merge(drafts::routes())
        .merge(jira_oauth::routes())
        .merge(slack_oauth::routes())
        .merge(slack_workspaces::routes())
        .merge(operations::routes())
        .merge(tracked::routes())
        .merge(outbox::routes())
        .merge(deliveries::routes())
        .merge(audit::routes())
        .merge(integrations::routes())
        .merge(jira_mcp::routes())
        .merge(suite_runs::routes())
        .merge(suites::routes())
        .merge(defects::routes())
        .merge(alerts::routes())
        .merge(reports::routes())
        .merge(rules::routes())
        .merge(runners::routes())
}
