//! People on the web: who may sign in, what each may do, and who they are in Slack and Jira.

mod add;
mod change;
mod list;
mod show;

#[cfg(test)]
pub(super) use list::PeoplePage;
#[cfg(test)]
pub(super) use show::PersonPage;

use axum::Router;
use axum::routing::{get, post};
use maro_app::App;
use maro_app::model::{PersonId, Role};
use maro_app::people::PeopleError;

use super::PageError;
use super::parts::{Markup, badge};

/// Where people are.
const PATH: &str = "/settings/people";
/// Every role, the least first, with the word for it and what it may do.
const ROLES: [(Role, &str, &str); 4] = [
    (Role::Viewer, "Viewer", "may look"),
    (Role::Member, "Member", "may draft, track and replay, too"),
    (
        Role::Approver,
        "Approver",
        "may approve, discard and decide, too",
    ),
    (Role::Admin, "Administrator", "may do everything"),
];

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(list::list).post(add::add))
        .route("/settings/people/{id}", get(show::show))
        .route("/settings/people/{id}/change", post(change::change))
}

/// The page of a person.
fn path(id: PersonId) -> String {
    format!("{PATH}/{id}")
}

fn person_id(text: &str) -> Result<PersonId, PageError> {
    text.parse().map_err(|_| PageError::NotFound("person"))
}

fn word(role: Role) -> &'static str {
    let found = ROLES.iter().find(|(known, ..)| *known == role);
    found.map_or("", |(_, word, _)| *word)
}

/// Whether they may sign in.
fn standing(disabled: bool) -> Markup {
    if disabled {
        badge("calm", "off", "May not sign in")
    } else {
        badge("good", "good", "May sign in")
    }
}

/// What is said when nothing was done.
fn sentence(err: PeopleError) -> Result<String, PageError> {
    match err {
        PeopleError::Store(err) => Err(err.into()),
        PeopleError::NotFound => Err(PageError::NotFound("person")),
        refusal => Ok(refusal.to_string()),
    }
}

#[cfg(test)]
fn sample_person(disabled: bool) -> maro_app::model::Person {
    use chrono::DateTime;
    maro_app::model::Person {
        id: PersonId(uuid::Uuid::nil()),
        email: "amira@acme.com".to_owned(),
        name: "Amira <Approver>".to_owned(),
        role: Role::Approver,
        password_hash: None,
        slack_team: disabled.then(|| "T024BE7LD".to_owned()),
        slack_user: disabled.then(|| "U024BE7LH".to_owned()),
        jira_account_id: disabled.then(|| "5b10a2844c20165700ede21g".to_owned()),
        created_at: DateTime::UNIX_EPOCH,
        disabled_at: disabled.then_some(DateTime::UNIX_EPOCH),
    }
}
