//! The workspaces on the page of Slack: where Maro is, how it got there, and the way into another.

use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::notices::only_notifies;
use maro_app::slack::workspaces::{self, Workspace};

use crate::pages::PageError;
use crate::pages::parts::{Markup, badge, when};
use crate::pages::words::Names;

const ONLY_WEBHOOK: &str = "Only the incoming webhook is set. Its channel is told of drafts, tickets and \
    outages. Commands, buttons, previews in a channel and messages to one person need the app: a bot \
    token, or an installation.";

/// The section of the page.
pub(super) struct Workspaces {
    /// What Maro cannot do with what is set.
    pub(super) limits: Option<&'static str>,
    /// Whether the operator's token stands for a workspace.
    pub(super) has_token: bool,
    pub(super) rows: Vec<Row>,
    /// Why no workspace can be added now.
    pub(super) obstacle: Option<String>,
    /// The redirect address to register with the app.
    pub(super) callback: Option<String>,
    /// Whether Slack would take that address.
    pub(super) is_https: bool,
}

pub(super) struct Row {
    pub(super) team: String,
    pub(super) name: String,
    pub(super) badge: Markup,
    pub(super) problem: Option<String>,
    pub(super) by: String,
    pub(super) since: Markup,
    pub(super) token: Markup,
}

/// Reads the section.
pub(super) async fn section(app: &App) -> Result<Workspaces, PageError> {
    let mut names = Names::default();
    let mut rows = Vec::new();
    for workspace in workspaces::list(app).await? {
        let by = names.of(app, &workspace.installed_by).await?;
        rows.push(row(workspace, by, app.now()));
    }
    let callback = workspaces::callback_url(app);
    let settings = app.slack_settings();
    let only_webhook = settings.as_deref().is_some_and(only_notifies);
    Ok(Workspaces {
        limits: only_webhook.then_some(ONLY_WEBHOOK),
        has_token: app.slack().is_some(),
        rows,
        obstacle: workspaces::can_install(app)
            .err()
            .map(|err| err.to_string()),
        is_https: callback.as_ref().is_none_or(|url| url.scheme() == "https"),
        callback: callback.map(String::from),
    })
}

fn row(workspace: Workspace, by: String, now: DateTime<Utc>) -> Row {
    Row {
        badge: state(&workspace),
        by,
        since: when(workspace.installed_at, now),
        token: match workspace.token_until {
            Some(until) => when(until, now),
            None if workspace.works => Markup::text("does not end"),
            None => Markup::text("–"),
        },
        team: workspace.team,
        name: workspace.name,
        problem: workspace.problem,
    }
}

fn state(workspace: &Workspace) -> Markup {
    match (workspace.works, &workspace.problem) {
        (true, None) => badge("good", "good", "Installed"),
        (true, Some(_)) => badge("warn", "warn", "Not renewed"),
        (false, _) => badge("bad", "bad", "Over"),
    }
}

#[cfg(test)]
impl Workspaces {
    /// What it looks like with one workspace of each kind.
    pub(super) fn sample() -> Self {
        let workspace = |works, problem: Option<&str>| Workspace {
            team: "T1\"x".to_owned(),
            name: "<Harbor>".to_owned(),
            works,
            installed_by: maro_app::model::Actor::Operator,
            installed_at: DateTime::UNIX_EPOCH,
            token_until: works.then_some(DateTime::UNIX_EPOCH),
            problem: problem.map(str::to_owned),
        };
        let rows = [
            workspace(true, None),
            workspace(true, Some("It <failed>.")),
            workspace(false, Some("Removed.")),
        ];
        let now = DateTime::UNIX_EPOCH;
        Self {
            limits: Some(ONLY_WEBHOOK),
            has_token: true,
            rows: rows.map(|one| row(one, "Ada <x>".to_owned(), now)).into(),
            obstacle: Some("Set <MARO_PUBLIC_URL>.".to_owned()),
            callback: Some("http://maro.example/callback".to_owned()),
            is_https: false,
        }
    }
}
