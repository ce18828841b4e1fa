//! Signing in with a local account: rate-limited per account and address, the same for every failure.

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_store::people::{self, Person};
use maro_store::{StoreError, sign_in_attempts};
use secrecy::SecretString;
use serde_json::json;

use super::password;
use crate::App;
use crate::audit::record_alone;

const MOST_ATTEMPTS: i64 = 5;
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown account or wrong password: the same sentence for both.
    #[error("E-mail address or password is wrong.")]
    Wrong,
    /// Too many attempts.
    #[error("Too many attempts. Wait 15 minutes and try again.")]
    TooMany,
    /// The database failed.
    #[error("could not sign in")]
    Store(#[from] StoreError),
}

/// Checks e-mail address and password. `address` is where the request came from.
pub async fn sign_in(
    app: &App,
    email: &str,
    secret: SecretString,
    address: &str,
) -> Result<Person, SignInError> {
    let email = email.trim().to_lowercase();
    let keys = [format!("account:{email}"), format!("address:{address}")];
    for (key, most) in keys.iter().zip([MOST_ATTEMPTS, MOST_ATTEMPTS * 4]) {
        let attempts = sign_in_attempts::record(app.store(), key, app.now(), WINDOW).await?;
        if attempts > most {
            return Err(SignInError::TooMany);
        }
    }
    let person = people::find_by_email(app.store(), &email)
        .await?
        .filter(|p| p.disabled_at.is_none());
    let stored = person
        .as_ref()
        .and_then(|person| person.password_hash.clone());
    let verified =
        tokio::task::spawn_blocking(move || password::verify(&secret, stored.as_deref()))
            .await
            .unwrap_or(false);
    let Some(person) = person.filter(|_| verified) else {
        tracing::warn!("a sign-in failed");
        return Err(SignInError::Wrong);
    };
    for key in &keys {
        sign_in_attempts::forget(app.store(), key).await?;
    }
    let actor = Actor::Person(person.id);
    record_alone(app, &actor, "person.signed_in", &person.id, json!({})).await?;
    Ok(person)
}
