//! Random identifiers in the shapes that Slack and Atlassian give them.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// Upper-case letters and digits, as in Slack's `U…` and `V…` ids.
pub(crate) fn upper(len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        text += &BASE32_NOPAD.encode(&rand::random::<[u8; 20]>());
    }
    text.truncate(len);
    text
}

/// Lower-case hex digits.
pub(crate) fn hex(len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        text += &HEXLOWER.encode(&rand::random::<[u8; 16]>());
    }
    text.truncate(len);
    text
}

/// A random UUID as text.
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(rand::random())
        .into_uuid()
        .to_string()
}

/// Characters that a token in a header or a URL may have.
pub(crate) fn token(len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        text += &BASE64URL_NOPAD.encode(&rand::random::<[u8; 30]>());
    }
    text.truncate(len);
    text
}
