//! People: set-up, sign-in, web sessions, and who is who.

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

pub use identify::{identify, identity_of_person};
pub use name::name;
pub(crate) use name::name_asked;
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
