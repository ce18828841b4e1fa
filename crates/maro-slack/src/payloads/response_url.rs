//! The address at which a command or a click can be answered.

use std::fmt;

use serde::Deserialize;

/// A response address. Whoever knows it can post in the channel, so it is not shown in `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ResponseUrl(String);

impl ResponseUrl {
    /// The address, for [`crate::SlackClient::respond`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseUrl([hidden])")
    }
}
