//! Trying Slack out.

use maro_slack::SlackClient;
use maro_slack::scopes::missing_from;

use super::Finding;
use crate::connections::open_slack;
use crate::settings::SlackSettings;

const SCOPES: &str = "Add the scope under OAuth & Permissions and install the app again; `maro manifest` prints them all.";

/// Signs in to Slack and compares the token's scopes with what Maro needs.
pub async fn check_slack(settings: &SlackSettings) -> Vec<Finding> {
    let mut findings = match open_slack(settings) {
        Some(Ok(client)) => check_token(&client).await,
        Some(Err(reason)) => vec![Finding::bad(reason, "Check SLACK_API_URL.")],
        None if settings.client_id.is_some() => vec![Finding::note(
            "There is no bot token; Maro works in the workspaces that install it.",
        )],
        None => vec![Finding::note(
            "Only the incoming webhook is set: Maro can notify, but not draft tickets.",
        )],
    };
    let answers = settings.bot_token.is_some() || settings.client_id.is_some();
    if answers && settings.signing_secret.is_none() && settings.app_token.is_none() {
        findings.push(Finding::bad(
            "There is neither a signing secret nor an app-level token, so Slack cannot reach Maro.",
            "Copy the signing secret from Basic Information of the app, or make an app-level token for Socket Mode.",
        ));
    }
    findings
}

async fn check_token(client: &SlackClient) -> Vec<Finding> {
    let auth = match client.auth_test().await {
        Ok(auth) => auth,
        Err(err) => return vec![Finding::bad(format!("{err}."), err.sentence())],
    };
    let mut findings = vec![Finding::good(format!(
        "Signed in as {} in {}.",
        auth.user, auth.team
    ))];
    for scope in missing_from(&auth.scopes) {
        let what = format!("The token lacks {}", scope.name);
        findings.push(if scope.required {
            Finding::bad(format!("{what}."), SCOPES)
        } else {
            Finding::note(format!("{what}, so Maro cannot {}.", scope.purpose))
        });
    }
    findings
}
