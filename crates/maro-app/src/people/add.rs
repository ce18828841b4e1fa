//! Adding somebody who may sign in.

use maro_core::actor::Actor;
use maro_core::ids::PersonId;
use maro_core::people::Role;
use maro_store::people::{self, Person};
use secrecy::SecretString;
use serde_json::json;

use super::error::PeopleError;
use super::{fields, password};
use crate::audit::record;
use crate::{App, clock};

/// Somebody new.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The e-mail address to sign in with.
    pub email: String,
    /// The name that others see.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their first password.
    pub password: SecretString,
}

/// Adds a person.
pub async fn add(app: &App, new: NewPerson, by: &Actor) -> Result<Person, PeopleError> {
    fields::check_password(&new.password)?;
    let (email, name) = (fields::email(&new.email)?, fields::name(&new.name)?);
    let hash = password::hash_aside(new.password).await?;
    let person = newcomer(app, email, name, new.role, hash);
    let tx = app.store().begin().await?;
    if !people::insert(&tx, &person).await? {
        return Err(PeopleError::Taken);
    }
    let details = json!({ "role": person.role.as_str() });
    record(app, &tx, by, "person.created", &person.id, details).await?;
    tx.commit().await?;
    tracing::info!(user.id = %person.id, role = person.role.as_str(), "a person was added");
    Ok(person)
}

/// A person who was never here, and who is not linked to anybody in Slack or Jira.
pub(super) fn newcomer(app: &App, email: String, name: String, role: Role, hash: String) -> Person {
    Person {
        id: PersonId(clock::new_id()),
        email,
        name,
        role,
        password_hash: Some(hash),
        slack_team: None,
        slack_user: None,
        jira_account_id: None,
        created_at: app.now(),
        disabled_at: None,
    }
}
