//! `maro serve`: the server, until it is told to stop.

use maro_app::people;
use serde_json::json;

use crate::cli::Serve;
use crate::config::Config;
use crate::server::{Server, until_told_to_stop};

/// Runs the server.
pub(crate) async fn run(config: Config, args: Serve) -> anyhow::Result<()> {
    let config = Config {
        bind: args.bind.unwrap_or(config.bind),
        ..config
    };
    let server = Server::start(&config).await?;
    let url = format!("http://{}/", server.address);
    if args.json {
        println!("{}", json!({ "maro_url": url }));
    } else {
        println!("Maro listens on {url}");
    }
    if people::needs_setup(&server.app).await? {
        println!(
            "First run: open {url}setup and give the code {}",
            people::setup_code(&server.app)
        );
    }
    warn_about_missing(&config);
    until_told_to_stop().await?;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

fn warn_about_missing(config: &Config) {
    match &config.connections.slack {
        None => {
            tracing::warn!("Slack is not configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET");
        }
        Some(slack) if slack.signing_secret.is_none() && slack.app_token.is_none() => {
            tracing::warn!(
                "neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set, so nothing that people do in Slack arrives"
            );
        }
        Some(_) => {}
    }
    match &config.connections.jira {
        None => {
            tracing::warn!(
                "Jira is not configured: set JIRA_URL, JIRA_USERNAME and JIRA_API_TOKEN"
            );
        }
        Some(jira) if jira.webhook_secret.is_none() => {
            tracing::warn!(
                "JIRA_WEBHOOK_SECRET is not set, so webhooks are refused and unclear creates are found by search alone"
            );
        }
        Some(_) => {}
    }
}
