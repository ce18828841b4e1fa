//! Reading what Slack sends as `null` where it means "nothing".

use serde::{Deserialize, Deserializer};

/// Takes `null` for the default. With `#[serde(default)]`, an absent field too.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
