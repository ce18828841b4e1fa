//! Where secrets are kept, as the operator chooses it: sealed in the database, or in Kubernetes.
//!
//! Two places, one port: [`super::store`] keeps, opens and forgets, and a name says where its value is,
//! so that what was kept in one place is still found after the operator chose the other.

use std::path::PathBuf;

use url::Url;

#[cfg(feature = "kubernetes")]
use super::kubernetes::Cluster;
use super::{KeyRing, Unavailable};

/// Where a cluster's API is, and who we are there.
#[derive(Debug, Clone)]
pub struct KubernetesPlace {
    /// The API server.
    pub url: Url,
    /// The namespace that holds the Secrets.
    pub namespace: String,
    /// The service account's token. It is read anew for each call, because Kubernetes renews it.
    pub token_file: PathBuf,
    /// The authority that signed the API server's certificate; without it the machine's count.
    pub ca_file: Option<PathBuf>,
}

/// The place that takes new secrets.
#[derive(Debug)]
pub struct SecretStore(pub(super) Place);

#[derive(Debug)]
pub(super) enum Place {
    Database,
    #[cfg(feature = "kubernetes")]
    Kubernetes(Cluster),
}

impl SecretStore {
    /// Sealed in the database.
    #[must_use]
    pub fn database() -> Self {
        Self(Place::Database)
    }

    /// In Kubernetes, each value as a Secret of its own. The keys only name the deployment there.
    #[cfg(feature = "kubernetes")]
    pub fn kubernetes(place: KubernetesPlace, keys: &KeyRing) -> Result<Self, Unavailable> {
        Ok(Self(Place::Kubernetes(Cluster::new(place, keys)?)))
    }

    /// A Maro without the cargo feature says so, and does not keep secrets where nobody expects them.
    #[cfg(not(feature = "kubernetes"))]
    pub fn kubernetes(_place: KubernetesPlace, _keys: &KeyRing) -> Result<Self, Unavailable> {
        Err(Unavailable::NotBuilt)
    }
}
