//! Small look-ups that several conversations need: names of channels and people, and defaults.
//!
//! Each has an answer when Slack or Jira does not: a name is a courtesy, never a condition.

use maro_core::actor::Actor;
use maro_core::ids::ChannelRef;
use maro_slack::payloads::BlockActions;

use crate::App;

/// A mention carries no channel name; when Slack does not tell it, the id stands for it.
pub(super) async fn channel_name(app: &App, channel: &ChannelRef) -> String {
    match app.slack_for(&channel.team) {
        Some(slack) => slack
            .conversations_info(&channel.channel)
            .await
            .map_or_else(|_| channel.channel.clone(), |info| info.name),
        None => channel.channel.clone(),
    }
}

/// The name of the channel, for forms that are opened from a card.
pub(super) async fn name_of_channel(app: &App, click: &BlockActions) -> Option<String> {
    match &click.channel {
        Some(channel) if !channel.name.is_empty() => Some(channel.name.clone()),
        _ => {
            let channel = ChannelRef {
                team: click.team_id().to_owned(),
                channel: click.channel_id()?.to_owned(),
            };
            Some(channel_name(app, &channel).await)
        }
    }
}

/// The name of the member who writes, where Slack tells it.
pub(super) async fn author_name(app: &App, actor: &Actor) -> Option<String> {
    let Actor::Slack { team, user } = actor else {
        return None;
    };
    app.profiles()
        .find(app, team, user)
        .await
        .map(|profile| profile.name)
}

/// The default project and an issue type that it has.
pub(super) async fn defaults(app: &App) -> (String, String) {
    let jira = app.jira_settings();
    let project = jira
        .as_ref()
        .and_then(|jira| jira.default_project.clone())
        .unwrap_or_default();
    let wanted = jira
        .map(|jira| jira.default_issue_type.clone())
        .unwrap_or_default();
    if project.is_empty() {
        return (project, String::new());
    }
    let issue_type = match app.metadata().issue_types(app, &project).await {
        Ok(types) if types.iter().any(|t| t.name == wanted) => wanted,
        Ok(types) => types
            .iter()
            .find(|t| !t.subtask)
            .map(|t| t.name.clone())
            .unwrap_or_default(),
        Err(_) => wanted,
    };
    (project, issue_type)
}
