//! Slack, by every way that is set: the token, installations, the way in, the webhook.
//!
//! Nothing is posted.

use std::sync::Arc;

use maro_app::connections::check::look_at_slack;
use maro_app::model::Integration;
use maro_app::{App, connections};

use super::report::{Report, note};
use crate::config::Config;

/// Tries out what counts, or what the environment says when there is no database to ask.
pub(super) async fn check(config: &Config, app: Option<&App>, report: &mut Report) {
    let problems = app.map(connections::problems).unwrap_or_default();
    let of_slack = |(integration, _): &&(Integration, String)| *integration == Integration::Slack;
    if let Some((_, problem)) = problems.iter().find(of_slack) {
        return report.bad(&format!("slack: {problem}"), "correct what is named");
    }
    let in_force = match app {
        Some(app) => app.slack_settings(),
        None => config.connections.slack.clone().map(Arc::new),
    };
    let Some(slack) = in_force else {
        return note("slack: not configured (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET)");
    };
    for finding in &look_at_slack(app, &slack).await {
        report.add("slack", finding);
    }
}
