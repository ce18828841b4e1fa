//! People: who may sign in, and who they are in Slack and Jira.

use std::fmt;

use chrono::{DateTime, Utc};
use maro_core::ids::PersonId;
use maro_core::people::Role;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entities::person::{ActiveModel, Column, Entity, Model};
use crate::row::{micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// Somebody that Maro knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their e-mail address, lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The argon2 hash; without one they cannot sign in with a password.
    pub password_hash: Option<String>,
    /// Their Slack workspace.
    pub slack_team: Option<String>,
    /// Their Slack member id.
    pub slack_user: Option<String>,
    /// Their Jira account.
    pub jira_account_id: Option<String>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// Since when they may not sign in.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Leaves out the hash and the address.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("disabled_at", &self.disabled_at)
            .finish_non_exhaustive()
    }
}

/// Inserts a person. Returns `false` when the address or the Slack member is taken.
pub async fn insert(tx: &Tx, person: &Person) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row_of(person).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Finds a person.
pub async fn find(conn: &impl Reader, id: PersonId) -> Result<Option<Person>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(Person::try_from).transpose()
}

/// Finds a person and holds their row until the end of the transaction.
pub async fn lock(tx: &Tx, id: PersonId) -> Result<Option<Person>, StoreError> {
    let query = tx.locked(Entity::find_by_id(id.0));
    let row = query.one(tx.inner()).await?;
    row.map(Person::try_from).transpose()
}

/// Finds a person by their address, whatever its case.
pub async fn find_by_email(conn: &impl Reader, email: &str) -> Result<Option<Person>, StoreError> {
    let row = Entity::find()
        .filter(Column::Email.eq(email.trim().to_lowercase()))
        .one(conn.inner())
        .await?;
    row.map(Person::try_from).transpose()
}

/// Finds the person behind a member of a Slack workspace.
pub async fn find_by_slack(
    conn: &impl Reader,
    team: &str,
    user: &str,
) -> Result<Option<Person>, StoreError> {
    let row = Entity::find()
        .filter(Column::SlackTeam.eq(team))
        .filter(Column::SlackUser.eq(user))
        .one(conn.inner())
        .await?;
    row.map(Person::try_from).transpose()
}

/// Everybody, by address.
pub async fn list(store: &Store) -> Result<Vec<Person>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::Email)
        .all(store.inner())
        .await?;
    rows.into_iter().map(Person::try_from).collect()
}

/// How many admins may sign in. In a transaction they are locked, so that two admins cannot remove
/// each other at once.
pub async fn count_admins(conn: &impl Reader) -> Result<i64, StoreError> {
    let query = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Role.eq(Role::Admin.as_str()))
        .filter(Column::DisabledAt.is_null())
        .order_by_asc(Column::Id);
    let query = conn.locked(query);
    let ids: Vec<Uuid> = query.into_tuple().all(conn.inner()).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// Writes every field of a person. Returns `false` when there is no such person, and
/// [`StoreError::Conflict`] when the address or the Slack member is taken.
pub async fn update(tx: &Tx, person: &Person) -> Result<bool, StoreError> {
    let mut row: ActiveModel = row_of(person).into();
    row = row.reset_all();
    let id = row.id.take();
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id.unwrap_or(person.id.0)))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

fn row_of(person: &Person) -> Model {
    Model {
        id: person.id.0,
        email: person.email.trim().to_lowercase(),
        name: person.name.clone(),
        role: person.role.as_str().to_owned(),
        password_hash: person.password_hash.clone(),
        slack_team: person.slack_team.clone(),
        slack_user: person.slack_user.clone(),
        jira_account_id: person.jira_account_id.clone(),
        created_at: micros(person.created_at),
        disabled_at: person.disabled_at.map(micros),
    }
}

impl TryFrom<Model> for Person {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: PersonId(row.id),
            email: row.email,
            name: row.name,
            role: word(Role::parse, &row.role, "role of a person")?,
            password_hash: row.password_hash,
            slack_team: row.slack_team,
            slack_user: row.slack_user,
            jira_account_id: row.jira_account_id,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        })
    }
}
