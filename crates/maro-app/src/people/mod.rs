//! People: set-up, accounts, sign-in, web sessions, and who is who.

mod add;
mod change;
mod error;
mod fields;
mod identify;
mod name;
mod password;
mod setup;
mod sign_in;
mod web_sessions;

use std::time::Duration;

use maro_core::ids::PersonId;
use maro_store::StoreError;
use maro_store::people::{self, Person};

pub use add::{NewPerson, add};
pub use change::{Change, change};
pub use error::PeopleError;
pub use fields::{InvalidField, SlackMember};
pub(crate) use identify::is_locked_out;
pub use identify::{identify, identity_of_person};
pub use name::name;
pub(crate) use name::name_asked;
pub use password::new_password;
pub use setup::{
    NewAdmin, SetupError, check_setup_code, create_first_admin, needs_setup, setup_code,
};
pub use sign_in::{SignInError, sign_in};
pub use web_sessions::{
    WEB_SESSION_LIFETIME, end_web_session, find_web_session, start_web_session,
};

use crate::App;

/// How long Slack may take to say who somebody is.
const PROFILE_DEADLINE: Duration = Duration::from_millis(1500);

/// Finds a person who may still sign in.
pub async fn find(app: &App, id: PersonId) -> Result<Option<Person>, StoreError> {
    Ok(people::find(app.store(), id)
        .await?
        .filter(|person| person.disabled_at.is_none()))
}

/// Everybody, those who may not sign in among them, by address.
pub async fn list(app: &App) -> Result<Vec<Person>, StoreError> {
    people::list(app.store()).await
}

/// Finds a person, whether they may sign in or not.
pub async fn find_anyone(app: &App, id: PersonId) -> Result<Option<Person>, StoreError> {
    people::find(app.store(), id).await
}

/// Finds a person by their address, whether they may sign in or not.
pub async fn find_by_email(app: &App, email: &str) -> Result<Option<Person>, StoreError> {
    people::find_by_email(app.store(), email).await
}
