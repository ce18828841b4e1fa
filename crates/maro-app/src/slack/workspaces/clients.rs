//! The clients of all installed workspaces, as a part of the snapshot of connections.

use std::collections::{BTreeMap, HashMap};

use maro_core::calls::Observer;
use maro_core::integrations::Integration;
use maro_slack::SlackClient;
use maro_store::StoreError;
use maro_store::slack::{self, Installation, InstallationState};
use url::Url;

use super::tokens::token_source;
use crate::App;

/// The workspaces that have a row.
#[derive(Debug, Default)]
pub(crate) struct Workspaces(BTreeMap<String, Workspace>);

#[derive(Debug)]
enum Workspace {
    /// The app works there.
    Active(SlackClient),
    /// It does not, for this reason.
    Ended(String),
}

/// Reads all rows and makes their clients for the Slack at `api_url`; `None`: Slack is not configured.
/// Tokens of earlier rows are forgotten.
pub(crate) async fn load(app: &App, api_url: Option<&Url>) -> Result<Workspaces, StoreError> {
    let mut all = BTreeMap::new();
    let mut generations = HashMap::new();
    for installation in slack::list(app.store()).await? {
        let team = installation.team_id.clone();
        generations.insert(team.clone(), installation.generation);
        all.insert(team, open(app, api_url, installation));
    }
    app.workspace_tokens().keep_only(&generations);
    Ok(Workspaces(all))
}

fn open(app: &App, api_url: Option<&Url>, installation: Installation) -> Workspace {
    if installation.state == InstallationState::Ended {
        return Workspace::Ended(installation.problem.unwrap_or_default());
    }
    let Some(api_url) = api_url else {
        return Workspace::Ended("Slack is not configured.".into());
    };
    let token = token_source(app, &installation.team_id);
    match SlackClient::with_rotating_token(api_url.clone(), token) {
        Ok(client) => Workspace::Active(client.observed_by(observer(app, installation.team_name))),
        Err(err) => Workspace::Ended(err.sentence()),
    }
}

/// Notes the calls to a workspace. Why one failed says where, since others may work.
fn observer(app: &App, team_name: String) -> Observer {
    let journal = app.journal().observer(Integration::Slack);
    Observer::new(move |mut call| {
        if let Some(failure) = &mut call.failure {
            failure.sentence = format!("In {team_name}: {}", failure.sentence);
        }
        journal.tell(call);
    })
}

impl Workspaces {
    /// The client of a workspace; `None` when it has no row or the app does not work there.
    pub(crate) fn client(&self, team: &str) -> Option<SlackClient> {
        match self.0.get(team)? {
            Workspace::Active(client) => Some(client.clone()),
            Workspace::Ended(_) => None,
        }
    }

    /// Why the app does not work in a workspace any more.
    pub(crate) fn why_ended(&self, team: &str) -> Option<&str> {
        match self.0.get(team)? {
            Workspace::Active(_) => None,
            Workspace::Ended(why) => Some(why),
        }
    }

    /// Whether the app does not work in a workspace any more.
    pub(crate) fn has_ended(&self, team: &str) -> bool {
        self.why_ended(team).is_some()
    }

    /// Whether a workspace has a row.
    pub(crate) fn knows(&self, team: &str) -> bool {
        self.0.contains_key(team)
    }

    /// All that work.
    pub(crate) fn clients(&self) -> impl Iterator<Item = (&str, &SlackClient)> {
        self.0
            .iter()
            .filter_map(|(team, workspace)| match workspace {
                Workspace::Active(client) => Some((team.as_str(), client)),
                Workspace::Ended(_) => None,
            })
    }
}
