//! The workspaces that have the app, as people may see them: without tokens.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_store::StoreError;
use maro_store::slack::{Installation, InstallationState};

use crate::App;

/// A workspace that has, or had, the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id (`T…`).
    pub team: String,
    /// What people call it.
    pub name: String,
    /// Whether the app works there, as far as Slack has said.
    pub works: bool,
    /// Who installed it.
    pub installed_by: Actor,
    /// When.
    pub installed_at: DateTime<Utc>,
    /// When the token in hand ends; `None`: it does not, or there is none.
    pub token_until: Option<DateTime<Utc>>,
    /// Why it does not work, or may soon not.
    pub problem: Option<String>,
}

/// The rows as they are stored, by name.
pub(crate) async fn installations(app: &App) -> Result<Vec<Installation>, StoreError> {
    let mut all = maro_store::slack::list(app.store()).await?;
    all.sort_by(|a, b| (&a.team_name, &a.team_id).cmp(&(&b.team_name, &b.team_id)));
    Ok(all)
}

/// All of them, by name.
pub async fn list(app: &App) -> Result<Vec<Workspace>, StoreError> {
    let all = installations(app).await?;
    Ok(all.into_iter().map(Workspace::from).collect())
}

impl From<Installation> for Workspace {
    fn from(row: Installation) -> Self {
        Self {
            works: row.state == InstallationState::Active,
            team: row.team_id,
            name: row.team_name,
            installed_by: row.installed_by,
            installed_at: row.installed_at,
            token_until: row.expires_at,
            problem: row.problem,
        }
    }
}
