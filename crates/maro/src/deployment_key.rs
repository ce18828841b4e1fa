//! The deployment key: what markers are made with. All instances on one database share it.
//!
//! It is the first key ever of the ring that comes from `MARO_SECRET_KEY` or from a file, which is
//! made at the first start (mode 0600). Newer keys stand before it and seal secrets.
//!
//! **Invariant:** a database remembers the fingerprint of its key and refuses another one, because
//! with another key Maro could not find its own issues again.

use maro_app::secrets::{self, KeyRing};
use maro_core::hash::sha256_hex;
use maro_store::{Store, deployment};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::Config;

const FINGERPRINT: &str = "secret_key_fingerprint";

/// Reads the keys, or makes the first one at the first start.
pub(crate) fn read_or_create(config: &Config) -> anyhow::Result<KeyRing> {
    match (&config.secret_key, config.key_file()) {
        (None, Some(path)) => Ok(secrets::read_or_create(&path)?),
        (Some(keys), _) => Ok(keys.clone()),
        (None, None) => anyhow::bail!("there is neither MARO_SECRET_KEY nor a key file"),
    }
}

/// Compares the key with the one that the database was made with.
pub(crate) async fn check(store: &Store, key: &SecretString) -> anyhow::Result<()> {
    let seed = [
        b"maro-fingerprint\0".as_slice(),
        key.expose_secret().as_bytes(),
    ]
    .concat();
    let fingerprint = sha256_hex(&seed)[..16].to_owned();
    let tx = store.begin().await?;
    let known = deployment::put_if_absent(&tx, FINGERPRINT, &fingerprint).await?;
    tx.commit().await?;
    anyhow::ensure!(
        known == fingerprint,
        "the secret key is not the one that this database was made with; give every instance the same \
         MARO_SECRET_KEY or MARO_SECRET_KEY_FILE, the first key ever at its end"
    );
    Ok(())
}
