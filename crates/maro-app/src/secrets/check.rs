//! Whether everything that is kept can be opened, and whether something can be kept.

use maro_store::sealed_values::{self, COLUMNS};
use maro_store::{StoreError, integrations};

use super::place::Place;
use super::store::is_outside;
#[cfg(feature = "kubernetes")]
use super::store::object;
use super::{OpenError, Unavailable};
use crate::App;
use crate::connections::check::Finding;

const GIVE_AGAIN: &str =
    "Bring back the key that it was sealed with, or give the secret again on the page Connections.";

/// Opens every value. One that does not open is told by its place, never by itself.
pub async fn check(app: &App) -> Result<Vec<Finding>, StoreError> {
    let (sealed, outside) = everything(app).await?;
    let mut findings = check_sealed(app, &sealed);
    findings.extend(check_place(app, &outside).await?);
    Ok(findings)
}

/// What is sealed, with its place, and the names of what is elsewhere.
async fn everything(app: &App) -> Result<(Vec<(String, String)>, Vec<String>), StoreError> {
    let (mut sealed, mut outside) = (Vec::new(), Vec::new());
    let tx = app.store().begin().await?;
    for column in &COLUMNS {
        for (key, value) in sealed_values::list(&tx, column).await? {
            if is_outside(&value) {
                outside.push(value);
            } else {
                sealed.push((column.place(&key), value));
            }
        }
    }
    tx.rollback().await?;
    for config in integrations::list(app.store()).await? {
        let names = config.secrets.into_values().map(|secret| secret.name);
        outside.extend(names.filter(|name| is_outside(name)));
    }
    Ok((sealed, outside))
}

fn check_sealed(app: &App, sealed: &[(String, String)]) -> Vec<Finding> {
    let failed = sealed.iter().filter_map(|(place, value)| {
        let err = app.sealer().open(place, value).err()?;
        Some(Finding::bad(format!("{err}."), GIVE_AGAIN))
    });
    let mut findings: Vec<Finding> = failed.collect();
    if findings.is_empty() {
        let number = sealed.len();
        findings.push(Finding::good(format!("All {number} sealed values open.")));
    }
    findings
}

/// Where new secrets go, and those that are not in the database.
async fn check_place(app: &App, outside: &[String]) -> Result<Vec<Finding>, StoreError> {
    let mut findings = match &app.secret_store().0 {
        Place::Database => Vec::new(),
        #[cfg(feature = "kubernetes")]
        Place::Kubernetes(cluster) => check_cluster(cluster, outside).await,
    };
    for name in outside {
        match super::open(app, app.store(), name).await {
            Ok(_) => {}
            Err(OpenError::Store(err)) => return Err(err),
            Err(OpenError::Unavailable(err)) => findings.push(unavailable(&err)),
            Err(err) => findings.push(Finding::bad(
                format!("{err}."),
                "Give it again on the page Connections.",
            )),
        }
    }
    Ok(findings)
}

/// Tries the cluster with a value of its own, and names what nothing points at.
#[cfg(feature = "kubernetes")]
async fn check_cluster(cluster: &super::kubernetes::Cluster, used: &[String]) -> Vec<Finding> {
    let probe = format!("maro-probe-{}", crate::clock::new_id().simple());
    if let Err(err) = cluster.check(&probe).await {
        return vec![unavailable(&err)];
    }
    let mut findings = vec![Finding::good(format!(
        "Kubernetes keeps, gives and deletes Secrets; {} are in use.",
        used.len()
    ))];
    match cluster.list().await {
        Ok(all) => findings.extend(unused(&all, used)),
        Err(err) => findings.push(unavailable(&err)),
    }
    findings
}

/// A save that was cut off leaves one; so does a copy of the database that lives on. A person decides.
#[cfg(feature = "kubernetes")]
fn unused(all: &[String], used: &[String]) -> Option<Finding> {
    let is_used = |one: &&String| used.iter().any(|name| object(name) == Some(one.as_str()));
    let unused: Vec<&str> = all
        .iter()
        .filter(|one| !is_used(one))
        .map(String::as_str)
        .collect();
    (!unused.is_empty()).then(|| {
        Finding::note(format!(
            "Nothing here points at these Secrets; delete them unless a copy of this Maro uses them: {}",
            unused.join(" ")
        ))
    })
}

fn unavailable(err: &Unavailable) -> Finding {
    Finding::bad(format!("{err}."), err.next_step())
}
