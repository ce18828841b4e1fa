//! `maro doctor`: real calls to everything that is configured, and what to do about each failure.

use std::process::ExitCode;

use maro_app::connections;
use maro_app::settings::SlackSettings;
use maro_atlassian::JiraClient;
use maro_atlassian::outbound::Outbound;
use maro_slack::scopes::missing_from;
use maro_slack::socket::{SocketClient, SocketConfig, SocketError, Watch};
use secrecy::SecretString;

use crate::config::Config;
use crate::server::open_store;

/// What the checks found.
#[derive(Default)]
struct Report {
    failures: usize,
}

impl Report {
    fn bad(&mut self, what: &str, next: &str) {
        self.failures += 1;
        println!("FAIL  {what}\n      → {next}");
    }
}

fn good(what: &str) {
    println!("ok    {what}");
}

fn note(what: &str) {
    println!("note  {what}");
}

/// Checks everything; ends with 1 when something failed.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    check_database(&config, &mut report).await;
    check_slack(&config, &mut report).await;
    check_jira(&config, &mut report).await;
    if report.failures == 0 {
        println!("Everything that is configured works.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} of the checks failed.", report.failures);
    Ok(ExitCode::FAILURE)
}

async fn check_database(config: &Config, report: &mut Report) {
    match open_store(config, false).await {
        Ok(store) => {
            good(&format!(
                "database: {} answers and is up to date",
                store.backend_name()
            ));
            store.close().await;
        }
        Err(err) => report.bad(
            &format!("database: {err:#}"),
            "check MARO_DATABASE_URL and that the server is running",
        ),
    }
}

async fn check_slack(config: &Config, report: &mut Report) {
    let Some(slack) = &config.connections.slack else {
        return note("slack: not configured (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET)");
    };
    match slack.app_token.clone() {
        Some(app_token) => check_socket(slack, app_token, report).await,
        None if slack.bot_token.is_some() && slack.signing_secret.is_none() => report.bad(
            "slack: neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set",
            "copy the signing secret from Basic Information of the app at api.slack.com/apps, or \
             make an app-level token there for Socket Mode",
        ),
        None => {}
    }
    let client = match connections::open_slack(slack) {
        Some(Ok(client)) => client,
        Some(Err(reason)) => return report.bad("slack: no client", &reason),
        None => {
            return note("slack: SLACK_BOT_TOKEN is not set; an incoming webhook can only notify");
        }
    };
    match client.auth_test().await {
        Ok(auth) => {
            good(&format!(
                "slack: signed in as {} in {}",
                auth.user, auth.team
            ));
            check_scopes(&auth.scopes, report);
        }
        Err(err) => report.bad(&format!("slack: {err}"), &err.sentence()),
    }
}

async fn check_socket(slack: &SlackSettings, app_token: SecretString, report: &mut Report) {
    let client = SocketClient::new(SocketConfig {
        api_url: slack.api_url.clone(),
        app_token,
        watch: Watch::default(),
    });
    let checked = match client {
        Ok(client) => client.check().await,
        Err(err) => Err(SocketError::NotOpened(err)),
    };
    match checked {
        Ok(()) => good("slack: Socket Mode gives connections"),
        Err(err) => report.bad(&format!("slack: {err}"), &err.sentence()),
    }
}

fn check_scopes(granted: &[String], report: &mut Report) {
    for scope in missing_from(granted) {
        let what = format!("slack: the token lacks {}", scope.name);
        if scope.required {
            report.bad(
                &what,
                "add the scope under OAuth & Permissions and install the app again; \
                 `maro manifest` prints them all",
            );
        } else {
            note(&format!("{what}, so Maro cannot {}", scope.purpose));
        }
    }
}

async fn check_jira(config: &Config, report: &mut Report) {
    let Some(jira) = &config.connections.jira else {
        return note("jira: not configured (JIRA_URL, JIRA_USERNAME, JIRA_API_TOKEN)");
    };
    let client = match connections::open_jira(jira, &Outbound::Trusted) {
        Ok(opened) => opened.rest().clone(),
        Err(reason) => return report.bad(&format!("jira: {reason}"), "correct JIRA_URL"),
    };
    match client.server_info().await {
        Ok(info) => good(&format!(
            "jira: {} answers, version {}",
            client.site(),
            info.version.as_deref().unwrap_or("unknown")
        )),
        Err(err) => return report.bad(&format!("jira: {err}"), err.next_step()),
    }
    match client.myself().await {
        Ok(account) => good(&format!("jira: signed in as {}", account.display_name)),
        Err(err) => return report.bad(&format!("jira: {err}"), err.next_step()),
    }
    if let Some(project) = &jira.default_project {
        check_project(&client, project, report).await;
    }
    if jira.webhook_secret.is_none() {
        note("jira: JIRA_WEBHOOK_SECRET is not set; unclear creates are found by search alone");
    }
}

async fn check_project(client: &JiraClient, project: &str, report: &mut Report) {
    match client.can_create_issues(project).await {
        Ok(true) => good(&format!("jira: may create issues in {project}")),
        Ok(false) => report.bad(
            &format!("jira: may not create issues in {project}"),
            "give the account the Create Issues permission, or set another JIRA_DEFAULT_PROJECT",
        ),
        Err(err) => return report.bad(&format!("jira: {err}"), err.next_step()),
    }
    match client.create_issue_types(project).await {
        Ok(types) => check_fields(client, project, &types).await,
        Err(err) => report.bad(&format!("jira: {err}"), err.next_step()),
    }
}

async fn check_fields(
    client: &JiraClient,
    project: &str,
    types: &[maro_atlassian::rest::CreateIssueType],
) {
    for issue_type in types.iter().filter(|issue_type| !issue_type.subtask) {
        let Ok(fields) = client.create_fields(project, &issue_type.id).await else {
            continue;
        };
        if !fields.iter().any(|field| field.field_id == "labels") {
            note(&format!(
                "jira: {project}/{} has no labels on its create screen; the issue property alone marks what Maro creates",
                issue_type.name
            ));
        }
    }
}
