//! Passwords: hashed with argon2id, compared in the library's constant time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret as _, SecretString};

/// Shorter passwords are refused.
pub(super) const SHORTEST: usize = 12;
/// Longer ones only cost time.
pub(super) const LONGEST: usize = 256;

/// Hashes a password for storage. Blocks for some tens of milliseconds: call it off the runtime.
pub(super) fn hash(password: &SecretString) -> Option<String> {
    let hash = Argon2::default()
        .hash_password(password.expose_secret().as_bytes())
        .ok()?;
    Some(hash.to_string())
}

/// The same, off the runtime.
pub(super) async fn hash_aside(password: SecretString) -> Result<String, NotHashed> {
    let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
    hashed.ok().flatten().ok_or(NotHashed)
}

/// A password could not be hashed, for want of memory or chance. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed; try again")]
pub struct NotHashed;

/// A password that nobody chose: 128 random bits.
#[must_use]
pub fn new_password() -> SecretString {
    let bits = rand::random::<u128>().to_be_bytes();
    data_encoding::BASE32_NOPAD
        .encode(&bits)
        .to_lowercase()
        .into()
}

/// Checks a password. Without a stored hash it does the same work, so that time tells nothing.
pub(super) fn verify(password: &SecretString, stored: Option<&str>) -> bool {
    let Some(stored) = stored else {
        let _ = hash(password);
        return false;
    };
    PasswordHash::new(stored).is_ok_and(|stored| {
        Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &stored)
            .is_ok()
    })
}
