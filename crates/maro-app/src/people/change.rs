//! Changing an account: name, role, password, whether it may sign in, and who it is in Slack and Jira.
//!
//! **Invariant:** one administrator who may sign in is always left. The rows of administrators are held
//! while they are counted, so two of them cannot remove each other at once.

use maro_core::actor::Actor;
use maro_core::ids::PersonId;
use maro_core::people::Role;
use maro_store::people::{self, Person};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::error::PeopleError;
use super::fields::{self, SlackMember};
use super::password;
use crate::App;
use crate::audit::record;

/// What is to be different; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may not sign in.
    pub disabled: Option<bool>,
    /// Another password, which ends every session of theirs.
    pub password: Option<SecretString>,
    /// Who they are in Slack; `Some(None)` is nobody.
    pub slack: Option<Option<SlackMember>>,
    /// Their account in Jira; an empty text is none.
    pub jira_account_id: Option<String>,
}

/// Changes a person.
pub async fn change(
    app: &App,
    id: PersonId,
    change: Change,
    by: &Actor,
) -> Result<Person, PeopleError> {
    let change = checked(change)?;
    let hash = match change.password.clone() {
        Some(secret) => Some(password::hash_aside(secret).await?),
        None => None,
    };
    let tx = app.store().begin().await?;
    let admins = people::count_admins(&tx).await?;
    let before = people::lock(&tx, id).await?.ok_or(PeopleError::NotFound)?;
    let mut after = applied(app, &before, &change);
    if change.password.is_some() {
        after.password_hash = hash;
    }
    if may_administer(&before) && !may_administer(&after) && admins <= 1 {
        return Err(PeopleError::LastAdmin);
    }
    if after == before {
        return Ok(before);
    }
    people::update(&tx, &after).await?;
    let details = what_changed(&before, &after);
    record(app, &tx, by, "person.changed", &id, details).await?;
    tx.commit().await?;
    tracing::info!(user.id = %id, "a person was changed");
    Ok(after)
}

fn checked(change: Change) -> Result<Change, PeopleError> {
    if let Some(secret) = &change.password {
        fields::check_password(secret)?;
    }
    let name = change.name.as_deref().map(fields::name).transpose()?;
    let account = change.jira_account_id.as_deref().map(fields::jira_account);
    let account = account.transpose()?.map(Option::unwrap_or_default);
    Ok(Change {
        name,
        jira_account_id: account,
        ..change
    })
}

fn applied(app: &App, person: &Person, change: &Change) -> Person {
    let mut person = person.clone();
    if let Some(name) = &change.name {
        person.name.clone_from(name);
    }
    person.role = change.role.unwrap_or(person.role);
    match change.disabled {
        Some(true) => person.disabled_at = person.disabled_at.or_else(|| Some(app.now())),
        Some(false) => person.disabled_at = None,
        None => {}
    }
    if let Some(slack) = &change.slack {
        person.slack_team = slack.as_ref().map(|member| member.team.clone());
        person.slack_user = slack.as_ref().map(|member| member.user.clone());
    }
    if let Some(account) = &change.jira_account_id {
        person.jira_account_id = Some(account.clone()).filter(|account| !account.is_empty());
    }
    person
}

fn may_administer(person: &Person) -> bool {
    person.role == Role::Admin && person.disabled_at.is_none()
}

/// For the audit log: what is different, without addresses and hashes.
fn what_changed(before: &Person, after: &Person) -> Value {
    let mut details = json!({});
    if before.role != after.role {
        details["role"] = json!({ "from": before.role.as_str(), "to": after.role.as_str() });
    }
    if before.disabled_at.is_some() != after.disabled_at.is_some() {
        details["may_sign_in"] = json!(after.disabled_at.is_none());
    }
    if before.name != after.name {
        details["name"] = json!(after.name);
    }
    if before.password_hash != after.password_hash {
        details["password"] = json!("replaced");
    }
    if SlackMember::of(before) != SlackMember::of(after) {
        details["slack"] = json!(after.slack_user);
    }
    if before.jira_account_id != after.jira_account_id {
        details["jira"] = json!(after.jira_account_id);
    }
    details
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{NewPerson, add};
    use crate::testing::app;

    async fn added(app: &App, email: &str, role: Role) -> PersonId {
        let new = NewPerson {
            email: email.to_owned(),
            name: "Somebody".to_owned(),
            role,
            password: "correct horse battery".into(),
        };
        add(app, new, &Actor::Operator).await.unwrap().id
    }

    fn to(role: Role) -> Change {
        Change {
            role: Some(role),
            ..Change::default()
        }
    }

    #[tokio::test]
    async fn the_last_administrator_stays_one() {
        let (app, _folder) = app().await;
        let first = added(&app, "first@acme.com", Role::Admin).await;
        let disabled = Change {
            disabled: Some(true),
            ..Change::default()
        };
        for wish in [to(Role::Approver), disabled.clone()] {
            let refused = change(&app, first, wish, &Actor::Operator).await;
            assert!(matches!(refused, Err(PeopleError::LastAdmin)));
        }
        let second = added(&app, "second@acme.com", Role::Viewer).await;
        change(&app, second, to(Role::Admin), &Actor::Operator)
            .await
            .unwrap();
        change(&app, first, disabled, &Actor::Operator)
            .await
            .unwrap();
        let refused = change(&app, second, to(Role::Member), &Actor::Operator).await;
        assert!(matches!(refused, Err(PeopleError::LastAdmin)));
    }

    #[tokio::test]
    async fn an_address_and_a_slack_member_belong_to_one_person() {
        let (app, _folder) = app().await;
        let first = added(&app, "first@acme.com", Role::Member).await;
        let second = added(&app, "second@acme.com", Role::Member).await;
        let member = SlackMember::read("T1", "U1").unwrap();
        let link = Change {
            slack: Some(member),
            ..Change::default()
        };
        change(&app, first, link.clone(), &Actor::Operator)
            .await
            .unwrap();
        let taken = change(&app, second, link, &Actor::Operator).await;
        assert!(matches!(taken, Err(PeopleError::Taken)), "{taken:?}");
        let again = NewPerson {
            email: "FIRST@acme.com".to_owned(),
            name: "Again".to_owned(),
            role: Role::Viewer,
            password: "correct horse battery".into(),
        };
        let taken = add(&app, again, &Actor::Operator).await;
        assert!(matches!(taken, Err(PeopleError::Taken)));
    }
}
