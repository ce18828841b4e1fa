//! First-run set-up: the first administrator, made by somebody who can read the server's terminal.
//!
//! **Invariant:** there is no second set-up: when an administrator exists, every code is refused.

use maro_core::actor::Actor;
use maro_core::hash::sha256_hex;
use maro_core::people::Role;
use maro_store::StoreError;
use maro_store::people::{self, Person};
use secrecy::SecretString;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::add::newcomer;
use super::fields::{self, InvalidField};
use super::password::{self, NotHashed};
use crate::App;
use crate::audit::record;

/// The first administrator.
#[derive(Debug, Clone)]
pub struct NewAdmin {
    /// The e-mail address to sign in with.
    pub email: String,
    /// The name that others see.
    pub name: String,
    /// The password.
    pub password: SecretString,
}

/// Why no administrator was made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is one already.
    #[error("Maro is set up already. Sign in instead.")]
    AlreadySetUp,
    /// Something must be corrected first.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// The password is not there.
    #[error(transparent)]
    NotHashed(#[from] NotHashed),
    /// The database failed.
    #[error("could not store the account")]
    Store(#[from] StoreError),
}

/// Whether nobody can sign in yet.
pub async fn needs_setup(app: &App) -> Result<bool, StoreError> {
    Ok(people::count_admins(app.store()).await? == 0)
}

/// The code that `maro serve` prints for the set-up page. It comes from the deployment's key, so
/// every instance prints the same.
#[must_use]
pub fn setup_code(app: &App) -> String {
    let seed = [b"maro-setup-code\0".as_slice(), app.deployment_key()].concat();
    sha256_hex(&seed)[..12].to_owned()
}

/// Whether `code` is the set-up code; compared in constant time.
#[must_use]
pub fn check_setup_code(app: &App, code: &str) -> bool {
    setup_code(app)
        .as_bytes()
        .ct_eq(code.trim().as_bytes())
        .into()
}

/// Makes the first administrator.
pub async fn create_first_admin(app: &App, admin: NewAdmin) -> Result<Person, SetupError> {
    fields::check_password(&admin.password)?;
    let (email, name) = (fields::email(&admin.email)?, fields::name(&admin.name)?);
    if !needs_setup(app).await? {
        return Err(SetupError::AlreadySetUp);
    }
    let hash = password::hash_aside(admin.password).await?;
    let person = newcomer(app, email, name, Role::Admin, hash);
    let tx = app.store().begin().await?;
    if people::count_admins(&tx).await? != 0 || !people::insert(&tx, &person).await? {
        return Err(SetupError::AlreadySetUp);
    }
    let details = json!({ "role": person.role.as_str() });
    record(
        app,
        &tx,
        &Actor::Operator,
        "person.created",
        &person.id,
        details,
    )
    .await?;
    tx.commit().await?;
    tracing::info!(user.id = %person.id, "first administrator created");
    Ok(person)
}
