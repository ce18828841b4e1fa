//! People and tokens: set-up, sign-in, and who is who.

mod identify;
mod password;
mod setup;
mod sign_in;

use maro_core::ids::PersonId;
use maro_store::StoreError;
use maro_store::people::{self, Person};

pub use identify::{identify, identity_of_person};
pub use setup::{
    NewAdmin, SetupError, check_setup_code, create_first_admin, needs_setup, setup_code,
};
pub use sign_in::{SignInError, sign_in};

use crate::App;

/// Finds a person who may still sign in.
pub async fn find(app: &App, id: PersonId) -> Result<Option<Person>, StoreError> {
    Ok(people::find(app.store(), id)
        .await?
        .filter(|person| person.disabled_at.is_none()))
}
