//! The deployment key: what markers are made with. All instances on one database share it.
//!
//! It comes from `MARO_SECRET_KEY`, from a file, or is made at the first start (mode 0600).
//!
//! **Invariant:** a database remembers the fingerprint of its key and refuses another one, because
//! with another key Maro could not find its own issues again.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use maro_core::hash::sha256_hex;
use maro_store::{Store, deployment};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::Config;

const FINGERPRINT: &str = "secret_key_fingerprint";

/// Reads the key, or makes it at the first start.
pub(crate) fn read_or_create(config: &Config) -> anyhow::Result<SecretString> {
    if let Some(key) = &config.secret_key {
        return Ok(key.clone());
    }
    let default = config.data_dir.join("secret.key");
    let path = config.secret_key_file.as_deref().unwrap_or(&default);
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 16 => Ok(text.trim().to_owned().into()),
        Ok(_) => anyhow::bail!("{} must hold at least 16 characters", path.display()),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => create(path),
        Err(err) => Err(err).with_context(|| format!("could not read {}", path.display())),
    }
}

fn create(path: &Path) -> anyhow::Result<SecretString> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not create {}", folder.display()))?;
    }
    let key = data_encoding::HEXLOWER.encode(&rand::random::<[u8; 32]>());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("could not create {}", path.display()))?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    tracing::info!(
        "made a new secret key in {}; keep it with your backups",
        path.display()
    );
    Ok(key.into())
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
         MARO_SECRET_KEY or MARO_SECRET_KEY_FILE"
    );
    Ok(())
}
