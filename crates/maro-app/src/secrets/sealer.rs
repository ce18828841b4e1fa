//! Sealing: ChaCha20-Poly1305 with a nonce per value, the key's id in front, the place as context.
//!
//! `ring` is in the process for TLS already, so this costs no further library.
//!
//! **Invariant:** a sealed value opens only in the place that it was sealed for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use data_encoding::BASE64URL_NOPAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use secrecy::{ExposeSecret as _, SecretString};

use super::KeyRing;
use super::key_file;
use super::key_ring::Key;

const VERSION: &str = "v1";

/// Why a sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed with a key that is not there.
    #[error(
        "{place} is sealed with the key {key}, which Maro does not have; bring back the old line of the key file"
    )]
    UnknownKey {
        /// Which value it is.
        place: String,
        /// The id of the key.
        key: String,
    },
    /// It is not what was sealed, or not for this place.
    #[error("{0} cannot be opened; it was changed, or moved from another place")]
    Broken(String),
}

/// Seals and opens values with the deployment's keys.
#[derive(Debug)]
pub struct Sealer {
    ring: RwLock<Arc<KeyRing>>,
    /// Read again when a value names a key that came later.
    file: Option<PathBuf>,
}

impl Sealer {
    /// A sealer with these keys, and the file that they came from.
    #[must_use]
    pub fn new(ring: KeyRing, file: Option<PathBuf>) -> Self {
        Self {
            ring: RwLock::new(Arc::new(ring)),
            file,
        }
    }

    /// Seals a value for one place, for example `secrets.sealed:jira.api_token`.
    #[must_use]
    pub fn seal(&self, place: &str, secret: &SecretString) -> String {
        let ring = self.ring();
        let key = ring.newest();
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        cipher(key)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place),
                &mut sealed,
            )
            .expect("a secret is shorter than 256 gigabytes");
        let text = BASE64URL_NOPAD.encode(&[nonce.as_slice(), &sealed].concat());
        format!("{VERSION}.{}.{text}", key.id)
    }

    /// Opens a value that was sealed for this place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<SecretString, SealError> {
        let broken = || SealError::Broken(place.to_owned());
        let parts: Vec<&str> = sealed.split('.').collect();
        let [VERSION, id, text] = parts.as_slice() else {
            return Err(broken());
        };
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| broken())?;
        let (nonce, bytes) = bytes.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let key = self.key(id).ok_or_else(|| SealError::UnknownKey {
            place: place.to_owned(),
            key: (*id).to_owned(),
        })?;
        let mut bytes = bytes.to_vec();
        let plain = cipher(&key)
            .open_in_place(nonce, Aad::from(place), &mut bytes)
            .map_err(|_| broken())?;
        let plain = String::from_utf8(plain.to_vec()).map_err(|_| broken())?;
        Ok(SecretString::from(plain))
    }

    /// The file that the keys stand in.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Takes other keys from now on.
    pub(super) fn replace(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Finds a key; one that another process has just made is in the file.
    fn key(&self, id: &str) -> Option<Key> {
        if let Some(key) = self.ring().find(id) {
            return Some(key.clone());
        }
        let ring = key_file::read(self.file.as_deref()?).ok()?;
        let key = ring.find(id).cloned();
        if key.is_some() {
            self.replace(ring);
        }
        key
    }
}

fn cipher(key: &Key) -> LessSafeKey {
    let derived = Salt::new(HKDF_SHA256, b"maro-seal").extract(key.bytes());
    let derived = derived
        .expand(&[b"chacha20-poly1305"], &CHACHA20_POLY1305)
        .expect("one key is not too much to derive");
    LessSafeKey::new(UnboundKey::from(derived))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(keys: &str) -> Sealer {
        Sealer::new(KeyRing::parse(keys).unwrap(), None)
    }

    fn secret() -> SecretString {
        SecretString::from("xoxb-very-secret")
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let sealer = sealer("the only key that there is");
        let sealed = sealer.seal("secrets.sealed:a", &secret());
        assert!(!sealed.contains("very-secret"), "{sealed}");
        let opened = sealer.open("secrets.sealed:a", &sealed).unwrap();
        assert_eq!(opened.expose_secret(), "xoxb-very-secret");
        let moved = sealer.open("secrets.sealed:b", &sealed).unwrap_err();
        assert_eq!(moved, SealError::Broken("secrets.sealed:b".into()));
    }

    #[test]
    fn equal_values_are_sealed_differently() {
        let sealer = sealer("the only key that there is");
        assert_ne!(sealer.seal("a", &secret()), sealer.seal("a", &secret()));
    }

    #[test]
    fn a_changed_value_does_not_open() {
        let sealer = sealer("the only key that there is");
        let sealed = sealer.seal("a", &secret());
        let end = sealed.len() - 3;
        let other = if &sealed[end..=end] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &sealed[..end], &sealed[end + 1..]);
        for text in [changed.as_str(), "", "v1.x", "v2.a.b", "v1.a.!", "v1.a.AA"] {
            assert!(sealer.open("a", text).is_err(), "{text}");
        }
    }

    #[test]
    fn older_keys_open_and_the_newest_seals() {
        let old = sealer("the first key of all");
        let sealed = old.seal("a", &secret());
        let both = sealer("a newer key than that\nthe first key of all");
        assert!(both.open("a", &sealed).is_ok());
        let resealed = both.seal("a", &secret());
        assert!(matches!(
            old.open("a", &resealed),
            Err(SealError::UnknownKey { .. })
        ));
    }

    #[test]
    fn a_key_that_came_later_is_read_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let running = Sealer::new(key_file::read_or_create(&path).unwrap(), Some(path.clone()));
        let rotated = key_file::prepend(&path).unwrap();
        let sealed = Sealer::new(rotated, None).seal("a", &secret());
        assert!(running.open("a", &sealed).is_ok());
    }
}
