//! From an actor to a human: the person and the e-mail address that Maro knows for them.

use maro_core::actor::Actor;
use maro_core::approvals::Identity;
use maro_store::StoreError;
use maro_store::people::{self, Person};

use super::PROFILE_DEADLINE;
use crate::App;

/// Everything Maro knows of an actor. It may ask Slack, so it is called outside of transactions.
///
/// Slack's profile is asked only when no person is mapped; when
/// Slack does not answer in time, the actor stays bare and policy decides on that.
pub async fn identify(app: &App, actor: &Actor) -> Result<Identity, StoreError> {
    if let Some(person) = person_behind(app, actor).await? {
        return Ok(Identity {
            actor: actor.clone(),
            ..identity_of_person(&person)
        });
    }
    let mut identity = Identity::bare(actor.clone());
    if let Actor::Slack { team, user } = actor
        && app.settings().approval.looks_at_people()
    {
        let profile = app.profiles().find(app, team, user);
        let profile = tokio::time::timeout(PROFILE_DEADLINE, profile).await;
        identity.email = profile.ok().flatten().and_then(|profile| profile.email);
        identity.email = identity.email.map(|email| email.to_lowercase());
    }
    Ok(identity)
}

/// Whether the person behind an actor may not sign in any more. A link to Slack outlives a lock-out,
/// so that four eyes still know who wrote a draft.
pub(crate) async fn is_locked_out(app: &App, actor: &Actor) -> Result<bool, StoreError> {
    let person = person_behind(app, actor).await?;
    Ok(person.is_some_and(|person| person.disabled_at.is_some()))
}

async fn person_behind(app: &App, actor: &Actor) -> Result<Option<Person>, StoreError> {
    match actor {
        Actor::Slack { team, user } => people::find_by_slack(app.store(), team, user).await,
        Actor::Person(id) => people::find(app.store(), *id).await,
        _ => Ok(None),
    }
}

/// The identity of a person who signed in on the web.
#[must_use]
pub fn identity_of_person(person: &Person) -> Identity {
    Identity {
        actor: Actor::Person(person.id),
        person: Some(person.id),
        email: Some(person.email.to_lowercase()),
    }
}
