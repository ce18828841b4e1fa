//! Where a rule's destination is now.

use maro_core::findings::Place;
use maro_core::rules::Destination;

use crate::App;
use crate::notices::{Road, only_workspace, road};

/// The place that a destination names now, else a sentence that says what is missing.
///
/// Where there is no app to post, a channel's people hear by the incoming webhook. Its name is that
/// of the place, so that both share one gate.
pub(super) fn place(app: &App, to: &Destination) -> Result<Place, &'static str> {
    let place = match to {
        Destination::Webhook => Place::Webhook,
        Destination::Alerts => alerts(app)?,
        Destination::Channel { team, channel } => Place::Channel {
            team: match team {
                Some(team) => team.clone(),
                None => team_of_channels(app)?,
            },
            channel: channel.clone(),
        },
    };
    let road = match &place {
        Place::Channel { team, .. } => road(app, team),
        Place::Webhook => Road::Webhook,
    };
    let webhook = app
        .slack_settings()
        .is_some_and(|settings| settings.webhook_url.is_some());
    match (road, webhook) {
        (Road::App, _) => Ok(place),
        (_, true) => Ok(Place::Webhook),
        (_, false) => Err("No incoming webhook is configured."),
    }
}

fn alerts(app: &App) -> Result<Place, &'static str> {
    let settings = app.slack_settings().ok_or("Slack is not connected.")?;
    match (&settings.alert_channel, &settings.webhook_url) {
        (Some(channel), _) => Ok(Place::Channel {
            team: team_of_channels(app)?,
            channel: channel.clone(),
        }),
        (None, Some(_)) => Ok(Place::Webhook),
        (None, None) => Err("There is no alert channel and no incoming webhook."),
    }
}

/// The workspace of a channel that is named without one: that of the operator's token, which goes
/// without a name, else the only one that installed the app.
fn team_of_channels(app: &App) -> Result<String, &'static str> {
    if app.slack().is_some() {
        return Ok(String::new());
    }
    if let Some((team, _)) = only_workspace(app) {
        return Ok(team);
    }
    match app.slack_settings() {
        Some(settings) if settings.webhook_url.is_some() => Ok(String::new()),
        Some(_) => Err("Name the workspace of the channel, as T0123/C0123."),
        None => Err("Slack is not connected."),
    }
}
