//! Spaces. People know them by key, version 2 of the API wants their number.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ConfluenceClient, ConfluenceError};
use crate::credentials::Flavor;

/// A space.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Space {
    /// Its number, which is text on Cloud and a number elsewhere.
    #[serde(deserialize_with = "number_or_text")]
    pub id: String,
    /// Its key.
    pub key: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

impl ConfluenceClient {
    /// Finds a space by its key.
    #[tracing::instrument(name = "confluence.space", skip_all)]
    pub async fn space(&self, key: &str) -> Result<Space, ConfluenceError> {
        if !is_key(key) {
            return Err(ConfluenceError::NotFound);
        }
        if self.flavor == Flavor::DataCenter {
            return self
                .json("the space", self.get(self.v1(&["space", key])))
                .await;
        }
        let request = self.get(self.v2(&["spaces"])).query(&[("keys", key)]);
        let list: Spaces = self.json("the spaces", request).await?;
        list.results
            .into_iter()
            .find(|space| space.key.eq_ignore_ascii_case(key))
            .ok_or(ConfluenceError::NotFound)
    }
}

/// Keys hold letters and digits; those of people's own spaces begin with `~` and may hold more.
fn is_key(text: &str) -> bool {
    let own = text.strip_prefix('~');
    let key = own.unwrap_or(text);
    let permitted = |c: char| {
        c.is_ascii_alphanumeric() || (own.is_some() && matches!(c, '.' | '_' | '-' | '@'))
    };
    !key.is_empty() && key.len() <= 255 && key.chars().all(permitted)
}

#[derive(Deserialize)]
struct Spaces {
    results: Vec<Space>,
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("neither a number nor text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_name_spaces() {
        for (text, names) in [
            ("ENG", true),
            ("~amira.s", true),
            ("", false),
            ("..", false),
            ("a/b", false),
            ("~", false),
        ] {
            assert_eq!(is_key(text), names, "{text}");
        }
    }
}
