//! Secrets in Kubernetes: each value is an immutable Secret object with a name of its own.
//!
//! A value never changes under its name, so there is nothing to overwrite, nothing to compare, and
//! no two instances can undo each other's work; a value once read stays good. The four calls that
//! this takes are made by hand: `kube` would more than double what the checks of this crate compile.
//!
//! See <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/>.

mod call;
mod objects;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use data_encoding::BASE64;
use maro_core::hash::sha256_hex;
use reqwest::{Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::{KeyRing, KubernetesPlace, Unavailable};
use objects::{KEY, LABEL, Object};

/// A namespace of a cluster.
pub(super) struct Cluster {
    http: Client,
    secrets: Url,
    token_file: PathBuf,
    /// Tells the objects of this deployment from those of others in the namespace.
    deployment: String,
    /// What was read. The values are immutable.
    known: Mutex<BTreeMap<String, SecretString>>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("secrets", &self.secrets.as_str())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Reads the authority's certificate. Nothing is sent yet.
    pub(super) fn new(place: KubernetesPlace, keys: &KeyRing) -> Result<Self, Unavailable> {
        let mut secrets = place.url.clone();
        secrets
            .path_segments_mut()
            .map_err(|()| Unavailable::Client("the address has no path".into()))?
            .pop_if_empty()
            .extend(["api", "v1", "namespaces", &place.namespace, "secrets"]);
        let seed = [
            b"maro-deployment\0".as_slice(),
            keys.marker_key().expose_secret().as_bytes(),
        ]
        .concat();
        Ok(Self {
            http: call::client(place.ca_file.as_deref())?,
            secrets,
            token_file: place.token_file,
            deployment: sha256_hex(&seed)[..12].to_owned(),
            known: Mutex::default(),
        })
    }

    /// Creates an object that was never there before.
    pub(super) async fn create(
        &self,
        name: &str,
        secret: &SecretString,
    ) -> Result<(), Unavailable> {
        let body = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": name, "labels": {
                "app.kubernetes.io/managed-by": "maro", LABEL: self.deployment,
            } },
            "type": "Opaque",
            "immutable": true,
            "data": { KEY: BASE64.encode(secret.expose_secret().as_bytes()) },
        });
        let request = self.request(Method::POST, &[]).json(&body);
        self.send("create", request).await?;
        self.remember(name, secret);
        Ok(())
    }

    /// Reads a value; `None` when the object is not there, or has no such value.
    pub(super) async fn read(&self, name: &str) -> Result<Option<SecretString>, Unavailable> {
        if let Some(known) = self.known(name) {
            return Ok(Some(known));
        }
        let request = self.request(Method::GET, &[name]);
        let Some(object) = self.send("get", request).await? else {
            return Ok(None);
        };
        let secret = Object::parse(object)?.value();
        if let Some(secret) = &secret {
            self.remember(name, secret);
        }
        Ok(secret)
    }

    /// Deletes an object; that it is not there is fine.
    pub(super) async fn delete(&self, name: &str) -> Result<(), Unavailable> {
        let request = self.request(Method::DELETE, &[name]);
        self.send("delete", request).await?;
        self.lock().remove(name);
        Ok(())
    }

    /// Lists the names of this deployment's objects.
    pub(super) async fn list(&self) -> Result<Vec<String>, Unavailable> {
        let selector = format!("{LABEL}={}", self.deployment);
        let request = self
            .request(Method::GET, &[])
            .query(&[("labelSelector", selector.as_str()), ("limit", "500")])
            .header(reqwest::header::ACCEPT, objects::METADATA_ALONE);
        let list: Option<Value> = self.send("list", request).await?;
        objects::names(list.unwrap_or_default())
    }

    /// Whether values can be kept, read and deleted here: it is tried with one.
    pub(super) async fn check(&self, name: &str) -> Result<(), Unavailable> {
        let probe = SecretString::from("a probe of the doctor");
        self.create(name, &probe).await?;
        self.lock().remove(name);
        let read = self.read(name).await;
        self.delete(name).await?;
        let same = |read: &SecretString| read.expose_secret() == probe.expose_secret();
        match read? {
            Some(read) if same(&read) => Ok(()),
            _ => Err(Unavailable::NoAnswer(
                "a value that was just kept is not read back".into(),
            )),
        }
    }

    fn known(&self, name: &str) -> Option<SecretString> {
        self.lock().get(name).cloned()
    }

    fn remember(&self, name: &str, secret: &SecretString) {
        self.lock().insert(name.to_owned(), secret.clone());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SecretString>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
