//! The keys of a deployment: the newest seals, all of them open, the first ever makes the markers.

use std::fmt;

use maro_core::hash::sha256_hex;
use secrecy::{ExposeSecret as _, SecretString};

/// Shorter keys could be guessed.
const SHORTEST: usize = 16;
const ID_LENGTH: usize = 12;

/// Why a text is no key ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key in it.
    #[error("there is no key")]
    Empty,
    /// A key could be guessed.
    #[error("a key must have at least {SHORTEST} characters")]
    TooShort,
}

/// One key and the name by which sealed values know it.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) secret: SecretString,
}

/// The keys, the newest first. There is at least one.
#[derive(Clone)]
pub struct KeyRing(Vec<Key>);

impl KeyRing {
    /// Reads keys that stand in lines, or between commas.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let keys: Vec<&str> = text
            .split([',', '\n'])
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .collect();
        if keys.is_empty() {
            return Err(KeyRingError::Empty);
        }
        if keys.iter().any(|key| key.len() < SHORTEST) {
            return Err(KeyRingError::TooShort);
        }
        Ok(Self(keys.into_iter().map(Key::new).collect()))
    }

    /// The first key that this deployment ever had. Markers, cookies and the set-up code are made
    /// with it, so that they outlive every rotation.
    #[must_use]
    pub fn marker_key(&self) -> &SecretString {
        let first_ever = self.0.last().expect("there is at least one key");
        &first_ever.secret
    }

    pub(super) fn newest(&self) -> &Key {
        self.0.first().expect("there is at least one key")
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl Key {
    fn new(text: &str) -> Self {
        let id = sha256_hex(&[b"maro-key-id\0".as_slice(), text.as_bytes()].concat());
        Self {
            id: id[..ID_LENGTH].to_owned(),
            secret: SecretString::from(text),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.secret.expose_secret().as_bytes()
    }
}

/// Names the keys by their ids.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|key| &key.id))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_key_stands_first_and_the_first_ever_last() {
        let ring =
            KeyRing::parse("the newest of three\n the middle of three \n\nthe first of three\n");
        let ring = ring.unwrap();
        assert_eq!(ring.newest().secret.expose_secret(), "the newest of three");
        assert_eq!(ring.marker_key().expose_secret(), "the first of three");
        let commas = KeyRing::parse("the newest of two,the first of both").unwrap();
        assert_eq!(commas.marker_key().expose_secret(), "the first of both");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(KeyRing::parse(" \n").unwrap_err(), KeyRingError::Empty);
        let short = KeyRing::parse("long enough for a key,short");
        assert_eq!(short.unwrap_err(), KeyRingError::TooShort);
    }

    #[test]
    fn debug_output_shows_no_key() {
        let shown = format!(
            "{:?}",
            KeyRing::parse("a key that must not be shown").unwrap()
        );
        assert!(!shown.contains("must not"), "{shown}");
    }
}
