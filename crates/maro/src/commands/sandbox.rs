//! `maro sandbox`: the simulated Slack and Jira alone.

use std::process::ExitCode;

use maro_sandbox::{Sandbox, SandboxOptions, Seed};
use serde_json::json;

use crate::cli::SandboxArgs;
use crate::config::Log;
use crate::logging;
use crate::server::until_told_to_stop;

/// Runs the sandbox until it is told to stop.
pub(crate) async fn run(args: SandboxArgs) -> anyhow::Result<ExitCode> {
    logging::start(&Log::default());
    let options = SandboxOptions {
        bind: args.bind,
        maro_url: args.maro_url,
        seed: if args.empty { Seed::Empty } else { Seed::Demo },
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options.clone()).await?;
    for rule in args.faults {
        sandbox.add_fault(rule);
    }
    println!("{}", describe(&sandbox, &options));
    until_told_to_stop().await?;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What somebody needs to point a Maro at a sandbox. Its secrets are constants and open nothing real.
pub(super) fn describe(sandbox: &Sandbox, options: &SandboxOptions) -> serde_json::Value {
    json!({
        "sandbox_url": sandbox.url(),
        "slack_api_url": sandbox.slack_api_url(),
        "jira_url": sandbox.jira_url(),
        "data_center_url": sandbox.data_center_url(),
        "confluence_url": sandbox.confluence_url(),
        "atlassian_url": sandbox.atlassian_url(),
        "cloud_id": sandbox.cloud_id(),
        "slack_bot_token": options.slack_bot_token,
        "slack_app_token": options.slack_app_token,
        "slack_client_id": options.slack_client_id,
        "slack_client_secret": options.slack_client_secret,
        "slack_authorize_url": sandbox.slack_authorize_url(),
        "slack_webhook_url": sandbox.slack_webhook_url(),
        "slack_signing_secret": options.slack_signing_secret,
        "jira_username": options.jira_username,
        "jira_api_token": options.jira_api_token,
        "jira_personal_token": options.jira_personal_token,
        "jira_webhook_secret": options.jira_webhook_secret,
        "atlassian_client_id": options.atlassian_client_id,
        "atlassian_client_secret": options.atlassian_client_secret,
    })
}
