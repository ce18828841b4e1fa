//! Installations: who has the app, since when, and whether it still works there.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};

use crate::entities::slack_installation::{Column, Entity, Model};
use crate::row::{actor, micros, readable, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Whether the app works in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallationState {
    /// It does.
    Active,
    /// It was removed, or its tokens are over. Nothing is sent there.
    Ended,
}

impl InstallationState {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Ended]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A workspace that the app is installed in. Tokens are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The workspace.
    pub team_id: String,
    /// What people call it.
    pub team_name: String,
    /// Its organisation, on Enterprise Grid.
    pub enterprise_id: Option<String>,
    /// The app.
    pub app_id: String,
    /// The bot's user there.
    pub bot_user_id: String,
    /// What the token may do.
    pub scopes: Vec<String>,
    /// Whether it works.
    pub state: InstallationState,
    /// The bot's token. Absent for the workspace of the operator's token, which gets a row only when
    /// the app is removed there.
    pub access_token: Option<String>,
    /// What the next pair is asked for with; absent where tokens do not expire.
    pub refresh_token: Option<String>,
    /// When the token ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Counts the pairs.
    pub generation: i64,
    /// Who installed it.
    pub installed_by: Actor,
    /// When.
    pub installed_at: DateTime<Utc>,
    /// How often rotating failed since the pair came.
    pub failures: i64,
    /// When rotating may be tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Why rotating failed last, or why it ended.
    pub problem: Option<String>,
    /// When the row was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Finds the installation in a workspace.
pub async fn find(conn: &impl Reader, team: &str) -> Result<Option<Installation>, StoreError> {
    let row = Entity::find_by_id(team).one(conn.inner()).await?;
    row.map(Installation::try_from).transpose()
}

/// Lists all that can be read; one that cannot breaks no other.
pub async fn list(conn: &impl Reader) -> Result<Vec<Installation>, StoreError> {
    let rows = Entity::find().all(conn.inner()).await?;
    Ok(readable(rows, |row| row.team_id.clone()).0)
}

/// Stores an installation in place of an earlier one of the workspace. Nobody's claim survives that.
pub async fn install(tx: &Tx, installation: &Installation) -> Result<(), StoreError> {
    let replace = OnConflict::column(Column::TeamId)
        .update_columns([
            Column::TeamName,
            Column::EnterpriseId,
            Column::AppId,
            Column::BotUserId,
            Column::Scopes,
            Column::State,
            Column::AccessToken,
            Column::RefreshToken,
            Column::ExpiresAt,
            Column::Generation,
            Column::InstalledBy,
            Column::InstalledAt,
            Column::LeaseOwner,
            Column::LeaseUntil,
            Column::Failures,
            Column::NextTryAt,
            Column::Problem,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row(installation).into_active_model())
        .on_conflict(replace)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Ends an installation that is older than `happened_at`: news that arrives late does not end one
/// that was made since. Its tokens go. Returns `false` when there is none that works.
pub async fn end(
    tx: &Tx,
    team: &str,
    problem: &str,
    happened_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let none = || Expr::value(None::<String>);
    let changed = Entity::update_many()
        .col_expr(
            Column::State,
            Expr::value(InstallationState::Ended.as_str()),
        )
        .col_expr(Column::AccessToken, none())
        .col_expr(Column::RefreshToken, none())
        .col_expr(Column::ExpiresAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Generation, Expr::cust("generation + 1"))
        .col_expr(Column::LeaseOwner, none())
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::Problem, Expr::value(problem))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::TeamId.eq(team))
        .filter(Column::State.eq(InstallationState::Active.as_str()))
        .filter(Column::InstalledAt.lte(micros(happened_at)))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Deletes an installation with its tokens. Returns `false` when there is none.
pub async fn delete(tx: &Tx, team: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_by_id(team).exec(tx.inner()).await?;
    Ok(deleted.rows_affected == 1)
}

/// Deletes the row that says that the app was removed from the workspace of the operator's token,
/// because that token works again. Returns `false` when there is none.
pub async fn delete_placeholder(tx: &Tx, team: &str) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(Column::TeamId.eq(team))
        .filter(Column::AppId.eq(""))
        .exec(tx.inner())
        .await?;
    Ok(deleted.rows_affected == 1)
}

fn row(new: &Installation) -> Model {
    Model {
        team_id: new.team_id.clone(),
        team_name: new.team_name.clone(),
        enterprise_id: new.enterprise_id.clone(),
        app_id: new.app_id.clone(),
        bot_user_id: new.bot_user_id.clone(),
        scopes: new.scopes.join(","),
        state: new.state.as_str().to_owned(),
        access_token: new.access_token.clone(),
        refresh_token: new.refresh_token.clone(),
        expires_at: new.expires_at.map(micros),
        generation: new.generation,
        installed_by: new.installed_by.to_string(),
        installed_at: micros(new.installed_at),
        lease_owner: None,
        lease_epoch: 0,
        lease_until: None,
        failures: new.failures,
        next_try_at: new.next_try_at.map(micros),
        problem: new.problem.clone(),
        updated_at: micros(new.updated_at),
    }
}

impl TryFrom<Model> for Installation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("slack_installations {}", row.team_id);
        Ok(Self {
            state: word(InstallationState::parse, &row.state, &what)?,
            installed_by: actor(&row.installed_by, &what)?,
            scopes: row
                .scopes
                .split(',')
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
            team_id: row.team_id,
            team_name: row.team_name,
            enterprise_id: row.enterprise_id,
            app_id: row.app_id,
            bot_user_id: row.bot_user_id,
            access_token: row.access_token,
            refresh_token: row.refresh_token,
            expires_at: row.expires_at,
            generation: row.generation,
            installed_at: row.installed_at,
            failures: row.failures,
            next_try_at: row.next_try_at,
            problem: row.problem,
            updated_at: row.updated_at,
        })
    }
}
