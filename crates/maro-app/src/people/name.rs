//! What people call an actor, on pages and in the history of a finding.

use maro_core::actor::Actor;
use maro_core::text::{clip, make_visible, one_line};
use maro_store::StoreError;

use super::PROFILE_DEADLINE;
use crate::App;

const LONGEST: usize = 80;

/// The name of an actor, as far as it is known without asking Slack.
pub async fn name(app: &App, actor: &Actor) -> Result<String, StoreError> {
    Ok(match actor {
        Actor::Slack { team, user } => match app.profiles().known(team, user) {
            Some(profile) => shown(&profile.name),
            None => format!("Slack user {user}"),
        },
        Actor::Person(id) => super::find(app, *id)
            .await?
            .map_or_else(|| "A former person".to_owned(), |person| person.name),
        Actor::Token(_) => "API token".to_owned(),
        Actor::Rule(name) => format!("Rule {name}"),
        Actor::Operator => "Operator".to_owned(),
        Actor::System => "Maro".to_owned(),
    })
}

/// The name of an actor. It may ask Slack, so it is called outside of transactions.
pub(crate) async fn name_asked(app: &App, actor: &Actor) -> Result<String, StoreError> {
    if let Actor::Slack { team, user } = actor {
        let profile = app.profiles().find(app, team, user);
        // Whether it came or not: what is known now is the name.
        let _ = tokio::time::timeout(PROFILE_DEADLINE, profile).await;
    }
    name(app, actor).await
}

/// Members choose their names themselves.
fn shown(name: &str) -> String {
    clip(&make_visible(&one_line(name)), LONGEST)
}
