//! The port of the secrets of a configuration: keep, open, forget. Where they are is the operator's
//! choice; a name says where its own value is.
//!
//! A name is used once; what points at it decides. So a value is kept *before* the transaction that
//! points at it and forgotten *after* the one that stops doing so: no call to a cluster is made inside
//! a transaction, and a crash in between leaves a value that nobody uses, never a name without a value.

use maro_store::sealed_values::{SECRETS, SealedColumn};
use maro_store::{Reader, StoreError, Tx, secrets};
use secrecy::SecretString;

use super::place::Place;
use super::{SealError, Unavailable};
use crate::{App, clock};

/// What the names of values in Kubernetes begin with.
const IN_KUBERNETES: &str = "kubernetes:";

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there any more.
    #[error("the secret {0} is gone; give it again")]
    Gone(String),
    /// It is there but does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// It is in Kubernetes, and this Maro has no way there.
    #[error("the secret {0} is in Kubernetes; set MARO_SECRET_STORE=kubernetes, or give it again")]
    Elsewhere(String),
    /// Kubernetes does not give it at the moment.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The database failed.
    #[error("could not read the secret")]
    Store(#[from] StoreError),
}

/// A secret that is kept but that nothing points at yet.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The name that it can be found by.
    pub(crate) name: String,
    /// What goes into the database, when that is the place.
    sealed: Option<String>,
}

/// Keeps a secret; `what` says whose it is. Call it outside of transactions.
pub(crate) async fn keep(
    app: &App,
    what: &str,
    secret: &SecretString,
) -> Result<Kept, Unavailable> {
    let id = clock::new_id().simple();
    match &app.secret_store().0 {
        Place::Database => {
            let name = format!("{what}.{id}");
            let sealed = app.sealer().seal(&SECRETS.place(&name), secret);
            Ok(Kept {
                name,
                sealed: Some(sealed),
            })
        }
        #[cfg(feature = "kubernetes")]
        Place::Kubernetes(cluster) => {
            let object = format!("maro-{}-{id}", what.replace(['.', '_'], "-"));
            cluster.create(&object, secret).await?;
            Ok(Kept {
                name: format!("{IN_KUBERNETES}{object}"),
                sealed: None,
            })
        }
    }
}

impl Kept {
    /// Stores what belongs into the database, in the transaction that points at the name.
    pub(crate) async fn store(&self, app: &App, tx: &Tx) -> Result<(), StoreError> {
        match &self.sealed {
            Some(sealed) => secrets::insert(tx, &self.name, sealed, app.now()).await,
            None => Ok(()),
        }
    }
}

/// Keeps a secret that a column holds: sealed, or by the name that it has in Kubernetes. Call it
/// outside of transactions.
pub(crate) async fn keep_in(
    app: &App,
    column: &SealedColumn,
    row: &str,
    secret: &SecretString,
) -> Result<String, Unavailable> {
    match &app.secret_store().0 {
        Place::Database => Ok(app.sealer().seal(&column.place(row), secret)),
        #[cfg(feature = "kubernetes")]
        Place::Kubernetes(_) => {
            let what = column.place(row);
            let what = what.split(':').next().unwrap_or_default();
            Ok(keep(app, what, secret).await?.name)
        }
    }
}

/// Opens what [`keep_in`] gave. Call it outside of transactions.
pub(crate) async fn open_in(
    app: &App,
    column: &SealedColumn,
    row: &str,
    kept: &str,
) -> Result<SecretString, OpenError> {
    if is_outside(kept) {
        return open_in_kubernetes(app, kept).await;
    }
    Ok(app.sealer().open(&column.place(row), kept)?)
}

/// Whether a name, or what a column holds, leads out of the database.
pub(super) fn is_outside(name: &str) -> bool {
    name.starts_with(IN_KUBERNETES)
}

/// Opens a secret. Call it outside of transactions.
pub(crate) async fn open(
    app: &App,
    conn: &impl Reader,
    name: &str,
) -> Result<SecretString, OpenError> {
    if is_outside(name) {
        return open_in_kubernetes(app, name).await;
    }
    let sealed = secrets::find(conn, name).await?;
    let sealed = sealed.ok_or_else(|| OpenError::Gone(name.to_owned()))?;
    Ok(app.sealer().open(&SECRETS.place(name), &sealed)?)
}

#[cfg(feature = "kubernetes")]
async fn open_in_kubernetes(app: &App, name: &str) -> Result<SecretString, OpenError> {
    let (Place::Kubernetes(cluster), Some(object)) = (&app.secret_store().0, object(name)) else {
        return Err(OpenError::Elsewhere(name.to_owned()));
    };
    let secret = cluster.read(object).await?;
    secret.ok_or_else(|| OpenError::Gone(name.to_owned()))
}

#[cfg(not(feature = "kubernetes"))]
#[expect(clippy::unused_async, reason = "with the feature it is a call")]
async fn open_in_kubernetes(_app: &App, name: &str) -> Result<SecretString, OpenError> {
    Err(OpenError::Elsewhere(name.to_owned()))
}

/// The object of a name that leads out of the database.
#[cfg(feature = "kubernetes")]
pub(super) fn object(name: &str) -> Option<&str> {
    name.strip_prefix(IN_KUBERNETES)
}

/// Forgets what the database has of a secret, in the transaction that stops pointing at its name.
pub(crate) async fn forget(tx: &Tx, name: &str) -> Result<(), StoreError> {
    secrets::delete(tx, name).await
}

/// Forgets what is outside of the database, after that transaction. What fails stays there, and the
/// doctor names it: deleting what only seems unused could cost a copy of this deployment its secrets.
#[cfg(feature = "kubernetes")]
pub(crate) async fn forget_outside(app: &App, names: &[String]) {
    let Place::Kubernetes(cluster) = &app.secret_store().0 else {
        return;
    };
    for object in names.iter().filter_map(|name| object(name)) {
        if let Err(err) = cluster.delete(object).await {
            tracing::warn!("the Secret {object} was not deleted: {err}");
        }
    }
}

/// Nothing is outside without the cargo feature.
#[cfg(not(feature = "kubernetes"))]
pub(crate) async fn forget_outside(_app: &App, _names: &[String]) {}
