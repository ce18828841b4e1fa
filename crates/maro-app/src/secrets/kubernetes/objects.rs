//! The objects as Kubernetes writes them, read with distrust.

use data_encoding::BASE64;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::Unavailable;

/// Under which key of an object its value is.
pub(super) const KEY: &str = "value";
/// The label that names the deployment.
pub(super) const LABEL: &str = "maro-deployment";
/// Asks for a list without the values; a server that does not know this gives everything.
pub(super) const METADATA_ALONE: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// An object with its value.
#[derive(Deserialize)]
pub(super) struct Object {
    #[serde(default)]
    data: Value,
}

impl Object {
    pub(super) fn parse(object: Value) -> Result<Self, Unavailable> {
        serde_json::from_value(object)
            .map_err(|_| Unavailable::NoAnswer("its answer is no Secret".into()))
    }

    /// The value, where there is one.
    pub(super) fn value(&self) -> Option<SecretString> {
        let encoded = self.data[KEY].as_str()?;
        let bytes = BASE64.decode(encoded.as_bytes()).ok()?;
        String::from_utf8(bytes).ok().map(SecretString::from)
    }
}

/// The names in a list.
pub(super) fn names(list: Value) -> Result<Vec<String>, Unavailable> {
    #[derive(Deserialize)]
    struct List {
        items: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        name: String,
    }
    let list: List = serde_json::from_value(list)
        .map_err(|_| Unavailable::NoAnswer("its answer is no list of Secrets".into()))?;
    Ok(list
        .items
        .into_iter()
        .map(|item| item.metadata.name)
        .collect())
}
