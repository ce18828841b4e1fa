//! Saving a configuration: its fields, its secrets and the version in one transaction.

use std::collections::BTreeMap;

use maro_core::actor::Actor;
use maro_core::integrations::Integration;
use maro_store::integrations::{self, SecretRef, StoredConfig};
use maro_store::{StoreError, Tx};
use serde_json::json;

use super::{Candidate, ConfigChange, ConfigError, ConfigView, candidate, show};
use crate::App;
use crate::audit::record;
use crate::connections::reload;
use crate::secrets;

/// Saves a change and takes it up at once.
pub async fn save(
    app: &App,
    integration: Integration,
    change: &ConfigChange,
    by: &Actor,
) -> Result<ConfigView, ConfigError> {
    let candidate = candidate(app, integration, change).await?;
    let seen = candidate.before.as_ref().map_or(0, |config| config.version);
    if let Some(expected) = change.expected
        && expected != seen
    {
        return Err(ConfigError::Conflict { current: seen });
    }
    let tx = app.store().begin().await?;
    if !store(app, &tx, integration, &candidate, by).await? {
        tx.rollback().await?;
        let now = integrations::find(app.store(), integration).await?;
        let current = now.map_or(0, |config| config.version);
        return Err(ConfigError::Conflict { current });
    }
    record(
        app,
        &tx,
        by,
        "integration.configured",
        &integration,
        told(&candidate),
    )
    .await?;
    tx.commit().await?;
    tracing::info!(
        integration = integration.as_str(),
        "an integration was configured"
    );
    reload(app).await?;
    Ok(show(app, integration).await?)
}

/// Stores everything; `false` when somebody else was faster.
async fn store(
    app: &App,
    tx: &Tx,
    integration: Integration,
    candidate: &Candidate,
    by: &Actor,
) -> Result<bool, StoreError> {
    // First, so that changes wait for each other here.
    let version = integrations::bump_version(tx).await?;
    let mut refs = candidate.kept.clone();
    for (field, secret) in &candidate.given {
        let what = format!("{integration}.{field}");
        let name = secrets::keep(app, tx, &what, &secret.value).await?;
        let bound_to = secret.bound_to.clone();
        refs.insert(field.clone(), SecretRef { name, bound_to });
    }
    for name in outdated(candidate, &refs) {
        secrets::forget(tx, name).await?;
    }
    let config = StoredConfig {
        integration,
        fields: candidate.fields.clone(),
        secrets: refs,
        version,
        updated_at: app.now(),
        updated_by: by.clone(),
    };
    let expected = candidate.before.as_ref().map_or(0, |config| config.version);
    integrations::save(tx, &config, expected).await
}

fn outdated<'a>(
    candidate: &'a Candidate,
    refs: &BTreeMap<String, SecretRef>,
) -> impl Iterator<Item = &'a str> {
    let before = candidate.before.iter().flat_map(|config| &config.secrets);
    before
        .filter(|(field, old)| refs.get(*field) != Some(*old))
        .map(|(_, old)| old.name.as_str())
}

/// What the audit log says: names, no values. The address says where tickets go from now on.
fn told(candidate: &Candidate) -> serde_json::Value {
    let mut names: Vec<&String> = candidate.fields.keys().collect();
    names.extend(candidate.kept.keys());
    json!({
        "fields": names,
        "new_secrets": candidate.given.keys().collect::<Vec<_>>(),
        "url": candidate.fields.get("url"),
    })
}
