//! Seals: values in cookies that only this deployment can have made.
//!
//! The key comes from the deployment's key, so every instance reads what another sealed. A sealed
//! value is readable by its holder; it is not a place for secrets.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use maro_app::App;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

/// Longer values are not ours.
const LONGEST: usize = 4096;

/// Seals a value for one purpose.
pub(super) fn seal(app: &App, purpose: &str, value: &impl Serialize) -> String {
    let payload = serde_json::to_vec(value).unwrap_or_default();
    let tag = mac(app, purpose, &payload).finalize().into_bytes();
    format!(
        "{}.{}",
        BASE64URL_NOPAD.encode(&payload),
        BASE64URL_NOPAD.encode(&tag)
    )
}

/// Opens a value that was sealed for the same purpose. The seal is checked before anything is parsed.
pub(super) fn open<T: DeserializeOwned>(app: &App, purpose: &str, sealed: &str) -> Option<T> {
    if sealed.len() > LONGEST {
        return None;
    }
    let (payload, tag) = sealed.split_once('.')?;
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    let tag = BASE64URL_NOPAD.decode(tag.as_bytes()).ok()?;
    mac(app, purpose, &payload).verify_slice(&tag).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn mac(app: &App, purpose: &str, payload: &[u8]) -> Hmac<Sha256> {
    let key = app.settings().keys.marker_key().expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any size");
    // The zero bytes keep purpose and payload apart, and both apart from other uses of the key.
    mac.update(b"maro-cookie\0");
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(payload);
    mac
}
