//! Trying an integration out, with real calls: as it is, or as somebody is about to save it.
//!
//! Each finding says in the other side's own words what happened, and what to do next.

mod confluence;
mod jira;
mod mcp;
mod slack;
mod workspaces;

use maro_atlassian::outbound::Outbound;
use maro_core::integrations::Integration;

use super::config::{ConfigChange, ConfigError, candidate};
use super::settled::Settled;
use super::{guard, open_confluence, open_jira};
use crate::App;
use crate::settings::{McpPlace, McpSettings};

pub use confluence::check_confluence;
pub use jira::check_jira;
pub use slack::{check_slack, look_at_slack};

/// How one check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Good,
    /// It works, and something is worth knowing.
    Note,
    /// It does not work.
    Bad,
}

impl Verdict {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "failed",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it went.
    pub verdict: Verdict,
    /// What was found, in a sentence.
    pub what: String,
    /// What to do next, where there is something.
    pub next: Option<String>,
}

impl Finding {
    /// It works.
    #[must_use]
    pub fn good(what: impl Into<String>) -> Self {
        Self::new(Verdict::Good, what, None)
    }

    /// It works, and something is worth knowing.
    #[must_use]
    pub fn note(what: impl Into<String>) -> Self {
        Self::new(Verdict::Note, what, None)
    }

    /// It does not work, and this is to be done.
    #[must_use]
    pub fn bad(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Verdict::Bad, what, Some(next.into()))
    }

    fn new(verdict: Verdict, what: impl Into<String>, next: Option<String>) -> Self {
        Self {
            verdict,
            what: what.into(),
            next,
        }
    }
}

/// Tries an integration out as it would be after `change`. Nothing is saved. A consent by OAuth has a
/// trial of its own.
pub async fn check(
    app: &App,
    integration: Integration,
    change: &ConfigChange,
) -> Result<Vec<Finding>, ConfigError> {
    let candidate = candidate(app, integration, change).await?;
    let broken = |reason: String| vec![Finding::bad(reason, "Correct the configuration.")];
    Ok(match candidate.settings {
        Settled::Slack(settings) => check_slack(app, &settings).await,
        Settled::Jira(settings) => match open_jira(&settings, &candidate.outbound) {
            Ok(jira) => check_jira(jira.rest(), &settings).await,
            Err(reason) => broken(reason),
        },
        Settled::Confluence(settings) => match open_confluence(&settings, &candidate.outbound) {
            Ok(confluence) => check_confluence(confluence.rest()).await,
            Err(reason) => broken(reason),
        },
        Settled::Mcp(settings) => mcp::check_mcp(app, &settings, candidate.outbound).await,
    })
}

/// Tries out what is in force now.
pub async fn check_stored(app: &App, integration: Integration) -> Vec<Finding> {
    match integration {
        Integration::Slack => match app.slack_settings() {
            Some(settings) => check_slack(app, &settings).await,
            None => unusable(app, integration),
        },
        Integration::Jira => match (app.jira(), app.jira_settings()) {
            (Some(jira), Some(settings)) => check_jira(jira.rest(), &settings).await,
            _ => unusable(app, integration),
        },
        Integration::Confluence => match app.confluence() {
            Some(confluence) => check_confluence(confluence.rest()).await,
            None => unusable(app, integration),
        },
        Integration::Mcp => match app.mcp_settings() {
            Some(settings) => mcp::check_mcp(app, &settings, guarded(app, &settings)).await,
            None => unusable(app, integration),
        },
    }
}

fn guarded(app: &App, settings: &McpSettings) -> Outbound {
    let url = match &settings.place {
        McpPlace::Http(url) => Some(url),
        McpPlace::Command(_) => None,
    };
    guard::outbound(&app.settings().start, Integration::Mcp, url)
}

fn unusable(app: &App, integration: Integration) -> Vec<Finding> {
    let mut problems = super::problems(app).into_iter();
    let known = problems.find(|(name, _)| *name == integration);
    let what = known.map_or_else(
        || format!("{} is not configured.", integration.title()),
        |(_, problem)| problem,
    );
    vec![Finding::bad(what, "Configure it on the page Connections.")]
}
